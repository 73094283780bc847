import { ColumnBatch } from '../columns/batch.ts'
import type { Batch, Extent } from '../delivery/batch.ts'
import type { SetAside } from '../delivery/delivery.ts'
import { type BatchKeys, noEntry } from '../delivery/key-index.ts'
import type { RedkiteError } from '../errors/errors.ts'
import { keyAlone } from '../milvus/schema.ts'
import type { Lane } from './lane.ts'

/** A record that is set aside, and why. */
export interface Reject extends SetAside {
  readonly error: RedkiteError
}

/** Rejects are objects, one each, so a batch of nothing but bad records ends early. */
export const rejectsMax = 500

/**
 * A batch with its rows: the columns that will be sent, the keys that will be deleted, where each came from, and the bookkeeping delivery
 * wants. Few exist; each is filled, sent, and used again, so the memory of a sink does not depend on the length of its topics.
 */
export class RowBatch implements Batch, BatchKeys {
  readonly columns: ColumnBatch
  /** Keys to be deleted: a batch of the key's column alone. */
  readonly deletedKeys: ColumnBatch
  /** Taken out when it is sealed. */
  readonly rejected: Reject[] = []
  sequence = 0
  waitsFor: readonly number[] = []
  positions: readonly Extent[] = []
  /** Whether it is still being filled. */
  isOpen = false
  /** When its first record was read. */
  beganMs = 0
  /** Rows and deletes that a later record of the same key replaced. */
  superseded = 0

  readonly #puts: Origins
  readonly #deletes: Origins
  /** Entries in the order of their records, whose keys are looked up when the batch is sealed, and then the hashes of these keys. */
  readonly #entries: Int32Array
  readonly #hashes: Int32Array
  #entryCount = 0
  /** The offset of the first record and the offset after the last, per assignment. */
  readonly #first = new Map<number, number>()
  readonly #next = new Map<number, number>()
  /** The run of records of one assignment being read; kept out of the map until it ends. */
  #runAssignment = -1
  #runOffset = 0

  constructor(
    readonly lane: Lane,
    readonly rowsMax: number,
  ) {
    this.columns = new ColumnBatch(lane.schema, { rowsHint: Math.min(rowsMax, 1024) })
    this.deletedKeys = new ColumnBatch(keyAlone(lane.schema), { rowsHint: 16 })
    this.#puts = new Origins(rowsMax)
    this.#deletes = new Origins(rowsMax)
    this.#entries = new Int32Array(rowsMax)
    this.#hashes = new Int32Array(rowsMax)
  }

  get puts(): number {
    return this.columns.rows
  }

  get deletes(): number {
    return this.deletedKeys.rows
  }

  get bytes(): number {
    return this.columns.bytes + this.deletedKeys.bytes
  }

  /** Whether an entry, of which there may be `rowsMax` in all, still has room. */
  get isFull(): boolean {
    return this.columns.rows + this.deletedKeys.rows >= this.rowsMax || this.rejected.length >= rejectsMax
  }

  assignmentOf(entry: number): number {
    return entry < this.puts ? this.#puts.assignment[entry]! : this.#deletes.assignment[entry - this.puts]!
  }

  offsetOf(entry: number): number {
    return entry < this.puts ? this.#puts.offset[entry]! : this.#deletes.offset[entry - this.puts]!
  }

  begin(): void {
    this.columns.truncate(0)
    this.deletedKeys.truncate(0)
    this.rejected.length = 0
    this.sequence = 0
    this.waitsFor = []
    this.positions = []
    this.isOpen = true
    this.superseded = 0
    this.#entryCount = 0
    this.#first.clear()
    this.#next.clear()
    this.#runAssignment = -1
  }

  /** Books the row that was just decoded into `columns`. */
  addPut(assignment: number, offset: number): void {
    const row = this.columns.rows - 1
    this.#puts.set(row, assignment, offset)
    if (this.columns.key !== undefined) this.#entries[this.#entryCount++] = row
    this.passed(assignment, offset + 1)
  }

  /** Books the key that was just put into `deletedKeys`. */
  addDelete(assignment: number, offset: number): void {
    const row = this.deletedKeys.rows - 1
    this.#deletes.set(row, assignment, offset)
    this.#entries[this.#entryCount++] = ~row
    this.passed(assignment, offset + 1)
  }

  addReject(assignment: number, offset: number, error: RedkiteError): void {
    this.rejected.push({ assignment, offset, error })
    this.passed(assignment, offset + 1)
  }

  /** Everything of the assignment below `next` is in this batch or an earlier one: also what brings no row. */
  passed(assignment: number, next: number): void {
    if (assignment !== this.#runAssignment) {
      this.#endRun()
      this.#runAssignment = assignment
      if (!this.#first.has(assignment)) this.#first.set(assignment, next - 1)
    }
    this.#runOffset = next
  }

  /** What it holds so far: `positions` are then up to date while it is being filled, too. */
  notePositions(): void {
    this.#endRun()
    this.positions = Array.from(this.#next, ([assignment, offset]) => {
      return { assignment, first: this.#first.get(assignment)!, offset }
    })
  }

  /** Ends the batch: superseded entries leave it, so that a request never holds a key twice. */
  seal(sequence: number): void {
    this.isOpen = false
    this.sequence = sequence
    this.notePositions()
    const { keys } = this.lane
    keys.begin(sequence)
    this.#lookUpKeys()
    this.waitsFor = [...keys.conflicts]
    if (this.superseded === 0) return
    this.#puts.compact(this.columns)
    this.#deletes.compact(this.deletedKeys)
  }

  hashOf(entry: number): number {
    return entry >= 0 ? this.columns.key!.hash(entry) : this.deletedKeys.key!.hash(~entry)
  }

  sameKey(a: number, b: number): boolean {
    const left = a >= 0 ? this.columns.key! : this.deletedKeys.key!
    const right = b >= 0 ? this.columns.key! : this.deletedKeys.key!
    return left.sameKey(a >= 0 ? a : ~a, right, b >= 0 ? b : ~b)
  }

  /**
   * The index is larger than the processor's caches, so nearly each key is a cache miss. In loops this short misses overlap; looked up one by
   * one, between two records' decoding, keys took 15 % of the time of small rows.
   */
  #lookUpKeys(): void {
    const { keys } = this.lane
    const entries = this.#entries
    const hashes = this.#hashes
    const count = this.#entryCount
    for (let i = 0; i < count; i++) hashes[i] = this.hashOf(entries[i]!)
    for (let i = 0; i < count; i++) this.#supersede(keys.put(this, entries[i]!, hashes[i]!))
  }

  #supersede(entry: number): void {
    if (entry === noEntry) return
    this.superseded++
    if (entry >= 0) this.#puts.kept[entry] = 0
    else this.#deletes.kept[~entry] = 0
  }

  #endRun(): void {
    if (this.#runAssignment >= 0) this.#next.set(this.#runAssignment, this.#runOffset)
    this.#runAssignment = -1
  }
}

/** Where rows came from, and which of them still count. */
class Origins {
  readonly assignment: Int32Array
  readonly offset: Float64Array
  readonly kept: Uint8Array

  constructor(rowsMax: number) {
    this.assignment = new Int32Array(rowsMax)
    this.offset = new Float64Array(rowsMax)
    this.kept = new Uint8Array(rowsMax)
  }

  set(row: number, assignment: number, offset: number): void {
    this.assignment[row] = assignment
    this.offset[row] = offset
    this.kept[row] = 1
  }

  compact(columns: ColumnBatch): void {
    const rows = columns.rows
    columns.compact(this.kept)
    let to = 0
    for (let row = 0; row < rows; row++) {
      if (this.kept[row] === 0) continue
      this.assignment[to] = this.assignment[row]!
      this.offset[to] = this.offset[row]!
      to++
    }
  }
}
