import type { ColumnBatch } from '../columns/batch.ts'
import type { RowDecoder } from './decoder.ts'

/**
 * What a value comes to whose row cannot have a primary key, since the record's key cannot be read: a negative reason that needs none, as `nullValue`, or an error of its
 * own; 0 where it would be a row, which is not kept.
 */
export function decodeWithoutKey(
  decoder: RowDecoder,
  bytes: Uint8Array,
  start: number,
  end: number,
  batch: ColumnBatch,
): number {
  const { rows } = batch
  const result = decoder.decode(bytes, start, end, batch)
  batch.truncate(rows)
  return result
}
