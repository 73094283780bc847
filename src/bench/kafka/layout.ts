/**
 * Which record lies where in the bench's topic. librdkafka's embedded broker keeps 5 MB a partition and forgets what is older, so as much as is to be there
 * at once is spread over as many partitions as that takes; beyond that, records are only produced when others have been read.
 */
export interface TopicLayout {
  readonly partitions: number
  /** So many consecutive rows go to one partition before the next one gets as many: large stretches make large batches. */
  readonly stretchRows: number
  /** Rows of a partition that may wait to be read. */
  readonly windowRows: number
  /** Rows that can be there before the first is read. */
  readonly rowsAtOnce: number
}

const partitionBytes = 4 * 1024 * 1024
/** What a record takes in a batch beside key and value. */
const overheadBytes = 24
const partitionsMin = 4
export const batchBytes = 512 * 1024

/** A layout for `rows`, or for as many as `bytesMax` bytes hold. At a given rate each record goes its own way, as from many producers. */
export function layoutFor(
  recordBytes: number,
  rows: number | undefined,
  bytesMax: number,
  isPaced: boolean,
): TopicLayout {
  const bytes = recordBytes + overheadBytes
  const windowRows = Math.max(1, Math.floor(partitionBytes / bytes))
  const partitionsMax = Math.max(partitionsMin, Math.floor(bytesMax / partitionBytes))
  const wanted = rows === undefined ? partitionsMax : Math.ceil(rows / windowRows)
  // The last stretch may make one partition longer than the others.
  const partitions = isPaced ? partitionsMin : Math.min(partitionsMax, Math.max(partitionsMin, wanted + 1))
  const stretchRows = isPaced ? 1 : Math.max(1, Math.min(windowRows, Math.floor(batchBytes / bytes)))
  const stretches = Math.floor(windowRows / stretchRows)
  return { partitions, stretchRows, windowRows, rowsAtOnce: partitions * stretches * stretchRows }
}

export function partitionOf({ partitions, stretchRows }: TopicLayout, row: number): number {
  return Math.floor(row / stretchRows) % partitions
}

/** The row that a record is, by where it lies. */
export function rowAt({ partitions, stretchRows }: TopicLayout, partition: number, offset: number): number {
  const stretch = Math.floor(offset / stretchRows) * partitions + partition
  return stretch * stretchRows + (offset % stretchRows)
}
