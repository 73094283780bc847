/** A source of one partition whose records are in memory: all at once, and then no more. Remembers what was committed. */
import type { Position } from '../../src/delivery/batch.ts'
import type { Arena } from '../../src/kafka/arena.ts'
import type { Source, SourceAssignment } from '../../src/sink/ports.ts'

export class RecordsSource implements Source {
  readonly assignments: readonly SourceAssignment[] = [{ index: 0, topic: 'articles', partition: 0, owned: true }]
  readonly commits: number[] = []
  closed = false
  isPaused = false
  #next = 0

  constructor(readonly values: readonly string[]) {}

  take(arena: Arena): number {
    arena.clear()
    const encoder = new TextEncoder()
    for (let at = 0; !this.isPaused && this.#next < this.values.length && arena.rows < 100; arena.rows++) {
      const row = arena.rows
      arena.valueStart[row] = at
      at += encoder.encodeInto(this.values[this.#next]!, arena.bytes.subarray(at)).written
      arena.valueEnd[row] = at
      arena.keyStart[row] = -1
      arena.keyEnd[row] = -1
      arena.assignment[row] = 0
      arena.offset[row] = this.#next++
    }
    return arena.rows
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
  }

  async commit(positions: readonly Position[]): Promise<void> {
    for (const { offset } of positions) this.commits.push(offset)
  }

  async close(): Promise<void> {
    this.closed = true
  }
}
