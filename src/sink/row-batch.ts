import { ColumnBatch } from '../columns/batch.ts'
import type { Batch, Position } from '../delivery/batch.ts'
import type { KeyIndex } from '../delivery/key-index.ts'
import type { CollectionSchema } from '../milvus/schema.ts'

/**
 * A batch with its rows: the columns that will be sent, where each row came from, and the bookkeeping delivery wants. Few exist; each is
 * filled, sent, and used again, so the memory of a sink does not depend on the length of its topics.
 */
export class RowBatch implements Batch {
  readonly columns: ColumnBatch
  sequence = 0
  waitsFor: readonly number[] = []
  positions: readonly Position[] = []
  /** Records read into it, superseded ones included. */
  records = 0
  /** Rows that a later record of the same key replaced. */
  superseded = 0
  /** Where each row came from: assignment and Kafka offset. */
  assignment: Int32Array
  offset: Float64Array
  /** When its first record came. */
  beganMs = 0

  #kept: Uint8Array
  /** The offset after the last record, per assignment. */
  readonly #next = new Map<number, number>()
  /** The run of records of one assignment being read; kept out of the map until it ends. */
  #runAssignment = -1
  #runOffset = 0

  constructor(schema: CollectionSchema, rowsMax: number) {
    this.columns = new ColumnBatch(schema, { rowsHint: Math.min(rowsMax, 1024) })
    this.assignment = new Int32Array(rowsMax)
    this.offset = new Float64Array(rowsMax)
    this.#kept = new Uint8Array(rowsMax)
  }

  get rows(): number {
    return this.columns.rows
  }

  get bytes(): number {
    return this.columns.bytes
  }

  get isEmpty(): boolean {
    return this.#next.size === 0 && this.#runAssignment < 0
  }

  assignmentOf(row: number): number {
    return this.assignment[row]!
  }

  begin(sequence: number, keys: KeyIndex): void {
    this.columns.truncate(0)
    this.sequence = sequence
    this.waitsFor = []
    this.positions = []
    this.records = 0
    this.superseded = 0
    this.#next.clear()
    this.#runAssignment = -1
    keys.begin(sequence)
  }

  /** Books the row that was just decoded. */
  add(assignment: number, offset: number, keys: KeyIndex): void {
    const row = this.columns.rows - 1
    this.assignment[row] = assignment
    this.offset[row] = offset
    this.#kept[row] = 1
    const key = this.columns.key
    if (key !== undefined) {
      const replaced = keys.put(key, row, this.sequence)
      if (replaced >= 0) {
        this.#kept[replaced] = 0
        this.superseded++
      }
    }
    this.passed(assignment, offset + 1)
  }

  /** Everything of the assignment below `next` is in this batch or an earlier one: also what brings no row. */
  passed(assignment: number, next: number): void {
    if (assignment !== this.#runAssignment) {
      this.#endRun()
      this.#runAssignment = assignment
    }
    this.#runOffset = next
    this.records++
  }

  /** Moves the assignment's position forward without a record; false when the batch already holds a later one. */
  raise(assignment: number, next: number): boolean {
    this.#endRun()
    if (next <= (this.#next.get(assignment) ?? -1)) return false
    this.#next.set(assignment, next)
    return true
  }

  /** Ends the batch: superseded rows leave it, so that a request never holds a key twice. */
  seal(keys: KeyIndex): void {
    this.#endRun()
    this.waitsFor = [...keys.conflicts]
    this.positions = Array.from(this.#next, ([assignment, offset]) => ({ assignment, offset }))
    if (this.superseded === 0) return
    const rows = this.columns.rows
    this.columns.compact(this.#kept)
    let to = 0
    for (let row = 0; row < rows; row++) {
      if (this.#kept[row] === 0) continue
      this.assignment[to] = this.assignment[row]!
      this.offset[to] = this.offset[row]!
      to++
    }
  }

  #endRun(): void {
    if (this.#runAssignment >= 0) this.#next.set(this.#runAssignment, this.#runOffset)
    this.#runAssignment = -1
  }
}
