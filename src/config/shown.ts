/** A sink's settings as they may be shown to somebody who may not know its secrets: as written, with placeholders unresolved. */
import type { Entries } from './entry.ts'
import { Secret } from './secret.ts'
import { isSecret } from './sources.ts'

/** Of a key that redkite does not know: better hidden once too often. */
const soundsSecret = /passw|passphrase|secret|token|credential|api[._-]?key|private[._-]?key|jaas|authorization/i
/** It says where the secret is, and not what it is. */
const onePlaceholder = /^\s*\$\{[^{}]+\}\s*$/
const credentialsInUrl = /:\/\/[^/\s]*@/

export function shownSettings(entries: Entries): Record<string, string> {
  return Object.fromEntries([...entries].map(([key, { value }]) => [key, isShown(key, value) ? value : hidden]))
}

const hidden = String(new Secret(''))

function isShown(key: string, value: string): boolean {
  if (value.trim() === '' || onePlaceholder.test(value)) return true
  return !isSecret(key, value) && !soundsSecret.test(key) && !credentialsInUrl.test(value)
}
