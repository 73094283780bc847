import type { NestedNames } from '../decode/plan-options.ts'

type Within = Map<string, string | Within>

/**
 * The paths of `field.mapping` by the objects that they lead through, beginning with the record's own fields. undefined where a plan cannot follow them: a number may
 * be an index, and what is taken whole is not gone into as well.
 *
 * @param brought fields that records bring to the collection
 */
export function compileNests(
  fieldMapping: ReadonlyMap<string, readonly string[]>,
  brought: ReadonlySet<string>,
): ReadonlyMap<string, NestedNames> | undefined {
  const roots: Map<string, Within> = new Map()
  for (const [field, path] of fieldMapping) {
    if (path.length === 1) continue
    if (!brought.has(field) || path.slice(1).some((step) => /^\d+$/.test(step))) return undefined
    let within = roots.get(path[0]!) ?? new Map()
    roots.set(path[0]!, within)
    for (const step of path.slice(1, -1)) {
      const next = within.get(step) ?? new Map()
      if (typeof next === 'string') return undefined
      within.set(step, next)
      within = next
    }
    const last = path.at(-1)!
    if (within.has(last)) return undefined
    within.set(last, field)
  }
  return roots
}
