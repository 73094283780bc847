/** Names that messages tell one by one; a schema may have thousands of fields. */
const namesMax = 64

/** How often each field of records was left out because the collection has no place for it. Counts are added up when somebody asks. */
export class IgnoredFields {
  private readonly counters: { readonly name: string; count: number }[] = []

  /** A counter for a field of this name; whoever reads records counts on it. */
  add(name: string): { readonly name: string; count: number } {
    const counter = { name, count: 0 }
    this.counters.push(counter)
    return counter
  }

  get total(): number {
    return this.counters.reduce((sum, { count }) => sum + count, 0)
  }

  names(): { readonly byName: ReadonlyMap<string, number>; readonly others: number } {
    const byName = new Map<string, number>()
    let others = 0
    for (const { name, count } of this.counters) {
      if (count === 0) continue
      if (byName.has(name) || byName.size < namesMax) byName.set(name, (byName.get(name) ?? 0) + count)
      else others += count
    }
    return { byName, others }
  }
}
