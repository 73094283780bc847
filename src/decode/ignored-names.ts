/** Fields of records that the collection has no place for: how often each came, and how often those came that are not told apart. */
export interface IgnoredNames {
  readonly byName: ReadonlyMap<string, number>
  readonly others: number
}

export const nothingIgnored: IgnoredNames = { byName: new Map(), others: 0 }

/** Names told apart: where names are data they are without number. */
export const ignoredNamesMax = 64

export function addIgnored(parts: readonly IgnoredNames[]): IgnoredNames {
  const byName = new Map<string, number>()
  let others = 0
  for (const part of parts) {
    others += part.others
    for (const [name, count] of part.byName) {
      if (byName.has(name) || byName.size < ignoredNamesMax) byName.set(name, (byName.get(name) ?? 0) + count)
      else others += count
    }
  }
  return { byName, others }
}
