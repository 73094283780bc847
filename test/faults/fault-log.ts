/** What was done to redkite and its neighbours, by name: a bad day counts only if the log shows that it was one. */
export class FaultLog {
  readonly #counts = new Map<string, number>()

  hit(fault: string): void {
    this.#counts.set(fault, this.count(fault) + 1)
  }

  count(fault: string): number {
    return this.#counts.get(fault) ?? 0
  }

  toString(): string {
    return Array.from(this.#counts, ([fault, count]) => `${fault} ${count}`).join(', ') || 'no faults'
  }
}
