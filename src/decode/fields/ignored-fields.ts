import { addIgnored, type IgnoredNames } from '../ignored-names.ts'

/** How often each field of records was left out because the collection has no place for it. Counts are added up when somebody asks. */
export class IgnoredFields {
  private readonly counters: { readonly name: string; count: number }[] = []

  /** A counter for a field of this name; whoever reads records counts on it. */
  add(name: string): { readonly name: string; count: number } {
    const counter = { name, count: 0 }
    this.counters.push(counter)
    return counter
  }

  names(): IgnoredNames {
    const came = this.counters.filter(({ count }) => count > 0)
    return addIgnored(came.map(({ name, count }) => ({ byName: new Map([[name, count]]), others: 0 })))
  }
}
