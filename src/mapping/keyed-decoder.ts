import type { ColumnBatch } from '../columns/batch.ts'
import type { KeyBytes, RecordPlace, RowDecoder } from '../decode/decoder.ts'
import type { RecordKey } from '../decode/key.ts'
import { decodeWithoutKey } from '../decode/without-key.ts'
import type { Arena } from '../kafka/arena.ts'
import { OuterDecoder } from './outer-decoder.ts'

/** Opens the primary key's row with the record's key, as it is behind the transforms, before the value is decoded: for those who are not asked for the key before. */
export class KeyedDecoder extends OuterDecoder {
  readonly makesKey = true
  readonly takesTombstones: boolean
  private arena: Arena | undefined
  private row = 0

  constructor(
    rows: RowDecoder,
    private readonly recordKey: RecordKey,
  ) {
    super(rows)
    this.takesTombstones = rows.takesTombstones === true
  }

  get key(): KeyBytes | undefined {
    return this.rows.key
  }

  turnTo(arena: Arena, row: number, place: RecordPlace): number {
    this.error = undefined
    this.arena = arena
    this.row = row
    return this.rows.turnTo?.(arena, row, place) ?? 0
  }

  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    if (this.putKey(batch) === 0) return this.rows.decode(bytes, start, end, batch)
    const result = decodeWithoutKey(this.rows, bytes, start, end, batch)
    return result < 0 ? result : this.refuse(this.recordKey.failure())
  }

  waiting(): Promise<void> {
    return this.rows.waiting!()
  }

  private putKey(batch: ColumnBatch): number {
    const { recordKey, arena, row } = this
    const { key } = this.rows
    return key === undefined
      ? recordKey.put(arena!.bytes, arena!.keyStart[row]!, arena!.keyEnd[row]!, batch.key!)
      : recordKey.put(key.bytes, key.start, key.end, batch.key!)
  }
}
