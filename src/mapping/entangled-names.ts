/** What a name becomes by one transform; undefined where the field goes. */
export type NameStep = (name: string) => string | undefined

/** A field that a transform looks at, under the name that it has behind so many steps. */
export interface Look {
  readonly name: string
  readonly after: number
}

export interface EntangledNames {
  /** Fields of the record. */
  readonly before: ReadonlySet<string>
  /** The names that they, and what is made beside them, have behind all steps. */
  readonly behind: ReadonlySet<string>
}

/**
 * The fields that transforms look at, with all others that have the same name as one of them anywhere on the way: which of two stays is decided by their order in the
 * record. What is left is a part of the record that no other part has to do with.
 *
 * @param mentioned names that steps mention: all others are left alone, or go together
 */
export function entangledNames(
  steps: readonly NameStep[],
  looks: readonly Look[],
  mentioned: ReadonlySet<string>,
): EntangledNames {
  const held = Array.from({ length: steps.length + 1 }, () => new Set<string>())
  const follow = (from: string, after: number, visit: (name: string, at: number) => void): void => {
    let name: string | undefined = from
    for (let at = after; name !== undefined; at++) {
      visit(name, at)
      if (at === steps.length) return
      name = steps[at]!(name)
    }
  }
  const hold = (name: string, at: number) => void held[at]!.add(name)
  const meets = (from: string): boolean => {
    let met = false
    follow(from, 0, (name, at) => {
      met ||= held[at]!.has(name)
    })
    return met
  }
  for (const { name, after } of looks) follow(name, after, hold)
  const before = new Set<string>()
  for (let grows = true; grows; ) {
    grows = false
    for (const name of new Set([...mentioned, ...held.flatMap((names) => [...names])])) {
      if (before.has(name) || !meets(name)) continue
      before.add(name)
      follow(name, 0, hold)
      grows = true
    }
  }
  return { before, behind: held.at(-1)! }
}
