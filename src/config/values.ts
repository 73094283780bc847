/** Turns the entries of a file into typed values by a table of keys, and says what is wrong, unknown or without effect. */
import { failure } from '../errors/errors.ts'
import type { Entries, Findings } from './entry.ts'
import type { Key, Keys, Values } from './key.ts'

/** Values that are wrong or missing become problems in `findings`: look at `findings.check()` before using any. `prefix` is for messages. */
export function readValues<T extends Keys>(
  keys: T,
  entries: Entries,
  file: string,
  findings: Findings,
  prefix = '',
): Values<T> {
  const values: Record<string, unknown> = {}
  for (const [name, key] of Object.entries(keys)) values[name] = readValue(name, key, entries, file, findings, prefix)
  return values as Values<T>
}

function readValue(
  name: string,
  key: Key,
  entries: Entries,
  file: string,
  findings: Findings,
  prefix: string,
): unknown {
  const entry = entries.get(name)
  const shownName = prefix + name
  const given = entry !== undefined && entry.value.trim() !== ''
  if (entry !== undefined && given && key.effect === 'refused') {
    findings.problem(failure('KEY_REFUSED', entry.at, shownName, key.doc))
    return undefined
  }
  if (entry !== undefined && given && key.effect === 'unused') {
    findings.notice(`${entry.at}: \`${shownName}\` has no effect: ${key.doc}`)
    return undefined
  }
  if (entry !== undefined && (given || key.type === 'list')) {
    const value = key.parse(entry.value)
    if (value !== undefined) return value
    findings.problem(
      failure(
        'VALUE_INVALID',
        entry.at,
        shownName,
        key.takes,
        key.secret ? 'what is there' : `"${entry.value.trim()}"`,
      ),
    )
    return undefined
  }
  if (key.default !== undefined) return key.parse(key.default)
  if (key.required) findings.problem(failure('KEY_MISSING', entry?.at ?? file, shownName, sentence(key.doc)))
  return undefined
}

/** The first sentence of a key's text, for a message. */
function sentence(doc: string): string {
  const first = /^.*?[.:](?=\s|$)/.exec(doc)?.[0] ?? doc
  return first.replace(/[.:]$/, '')
}
