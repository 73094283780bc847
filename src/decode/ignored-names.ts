/** Fields of records that the collection has no place for: how often each came, and how often those came that are not told apart. */
export interface IgnoredNames {
  readonly byName: ReadonlyMap<string, number>
  readonly others: number
}

/** Names told apart: where names are data they are without number. */
const namesMax = 64

export function addIgnored(parts: readonly IgnoredNames[]): IgnoredNames {
  const byName = new Map<string, number>()
  let others = 0
  for (const part of parts) {
    others += part.others
    for (const [name, count] of part.byName) {
      if (byName.has(name) || byName.size < namesMax) byName.set(name, (byName.get(name) ?? 0) + count)
      else others += count
    }
  }
  return { byName, others }
}
