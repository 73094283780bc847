/** What a verb prints as JSON, held against the page that says what its fields mean. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Objects whose keys are names or codes that come from elsewhere. */
const free: ReadonlySet<string> = new Set(['otherNames', 'badByCode', 'ignoredKeys', 'params'])

/** The keys that the page does not name. */
export function undocumented(page: string, json: unknown): string[] {
  const text = readFileSync(join(import.meta.dir, '../../docs', page), 'utf8')
  return [...new Set(keysOf(json))].filter((key) => !new RegExp(`[\`.]${key}[\`[]`).test(text))
}

function keysOf(json: unknown): string[] {
  if (Array.isArray(json)) return json.flatMap(keysOf)
  if (typeof json !== 'object' || json === null) return []
  return Object.entries(json).flatMap(([key, value]) => [key, ...(free.has(key) ? [] : keysOf(value))])
}
