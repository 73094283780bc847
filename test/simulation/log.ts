import type { Random } from './random.ts'

export interface LogRecord {
  readonly offset: number
  /** The row's key and the record's. */
  readonly key: number
  /** Rises by one a record over the whole topic: which of two writes is the later one. */
  readonly version: number
  /** Cannot be decoded. */
  readonly poison: boolean
  readonly tombstone: boolean
}

/** What a topic holds: records by partition, with the gaps that compaction and control records leave, and the group's committed offsets. */
export class SimulatedLog {
  readonly partitions: LogRecord[][] = []
  readonly ends: number[] = []
  readonly committed: (number | undefined)[] = []

  constructor(random: Random, partitions: number, records: number, keys: number, poison: boolean) {
    let version = 0
    for (let partition = 0; partition < partitions; partition++) {
      this.partitions.push([])
      this.ends.push(random.below(1000))
      this.committed.push(undefined)
    }
    for (let i = 0; i < records; i++) {
      const key = random.below(keys)
      // As Kafka's partitioner does: one key, one partition.
      const partition = key % partitions
      if (random.chance(0.05)) this.ends[partition]! += 1 + random.below(5)
      this.partitions[partition]!.push({
        offset: this.ends[partition]!++,
        key,
        version: ++version,
        poison: poison && random.chance(0.02),
        tombstone: random.chance(0.15),
      })
    }
    // Transactions end with a marker, which no reader sees.
    for (let partition = 0; partition < partitions; partition++) if (random.chance(0.5)) this.ends[partition]!++
  }
}
