/** `field.mapping=title:doc.title,vec:embedding.values`: which field of the collection is taken from where in the record. */
import { failure } from '../errors/errors.ts'
import type { Findings } from './entry.ts'
import { readPath } from './path.ts'

export function readFieldMapping(
  pairs: readonly string[],
  at: string,
  findings: Findings,
): ReadonlyMap<string, readonly string[]> {
  const mapping = new Map<string, readonly string[]>()
  const refuse = (wanted: string, got: string) =>
    findings.problem(failure('VALUE_INVALID', at, 'field.mapping', wanted, `"${got}"`))
  for (const pair of pairs) {
    const colon = pair.indexOf(':')
    const field = pair.slice(0, Math.max(0, colon)).trim()
    const path = colon < 0 ? undefined : readPath(pair.slice(colon + 1).trim())
    if (field === '' || path === undefined || path.includes('')) refuse('pairs field:path', pair)
    else if (mapping.has(field)) refuse('each field once', pair)
    else mapping.set(field, path)
  }
  return mapping
}
