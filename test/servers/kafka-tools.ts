/**
 * Questions to a broker, and changes to it, through Kafka's own Java clients (test/servers/java/KafkaTools.java): the ground truth for what
 * redkite's consumer, commits and producer did.
 */
import { java } from './java.ts'
import { LineJsonProcess } from './line-json.ts'

export interface RecordToProduce {
  readonly key?: string | Uint8Array | null
  /** null is a tombstone. */
  readonly value: string | Uint8Array | null
  readonly partition?: number
  readonly timestamp?: number
  readonly headers?: readonly { name: string; value: string | Uint8Array | null }[]
}

export interface ProduceOptions {
  readonly compression?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  /** Sends the records in one transaction and ends it so. */
  readonly transaction?: 'commit' | 'abort'
}

export interface ConsumedRecord {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly { name: string; value: Buffer | null }[]
}

export interface CommittedOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly metadata?: string
}

export interface GroupDescription {
  /** `Stable`, `Empty`, `Dead`, `PreparingRebalance`… */
  readonly state: string
  /** `Classic` or `Consumer` (KIP-848). */
  readonly type: string
  readonly assignor: string
  readonly members: readonly { clientId: string; partitions: readonly string[] }[]
}

export class KafkaTools {
  private readonly process: LineJsonProcess

  constructor(bootstrap: string, logFile: string) {
    this.process = new LineJsonProcess('the Java tools', java('KafkaTools', [bootstrap], { heapMb: 384 }), logFile)
  }

  get pid(): number {
    return this.process.pid
  }

  async createTopic(topic: string, partitions = 1, config: Record<string, string> = {}, replicas = 1): Promise<void> {
    await this.process.call('createTopic', { topic, partitions, config, replicas })
  }

  async deleteTopic(topic: string): Promise<void> {
    await this.process.call('deleteTopic', { topic })
  }

  async addPartitions(topic: string, partitions: number): Promise<void> {
    await this.process.call('addPartitions', { topic, partitions })
  }

  /** Makes offset `before` the partition's first, as retention would. */
  async deleteRecords(topic: string, partition: number, before: number): Promise<void> {
    await this.process.call('deleteRecords', { topic, partition, before })
  }

  /** Returns the records' offsets, in the order given. */
  produce(topic: string, records: readonly RecordToProduce[], options: ProduceOptions = {}): Promise<number[]> {
    const encoded = records.map((record) => ({
      ...record,
      key: toBase64(record.key),
      value: toBase64(record.value),
      headers: record.headers?.map(({ name, value }) => ({ name, value: toBase64(value) })),
    }))
    return this.process.call('produce', { topic, records: encoded, ...options })
  }

  /** A record a line; with `keySeparator`, what stands before it is the key. Returns how many. */
  produceFile(
    topic: string,
    path: string,
    options: ProduceOptions & { keySeparator?: string; partition?: number } = {},
  ): Promise<number> {
    return this.process.call('produceFile', { topic, path, ...options })
  }

  /** Everything in the topic, by partition and offset. */
  async consume(topic: string): Promise<ConsumedRecord[]> {
    type Encoded = { key: string | null; value: string | null }
    const records = await this.process.call<(ConsumedRecord & Encoded & { headers: (Encoded & { name: string })[] })[]>(
      'consume',
      { topic },
    )
    return records
      .map((record) => ({
        ...record,
        key: fromBase64(record.key),
        value: fromBase64(record.value),
        headers: record.headers.map(({ name, value }) => ({ name, value: fromBase64(value) })),
      }))
      .sort((a, b) => a.partition - b.partition || a.offset - b.offset)
  }

  /** First and next offset of each partition. */
  offsets(topic: string): Promise<{ partition: number; beginning: number; end: number }[]> {
    return this.process.call('offsets', { topic })
  }

  async groupOffsets(group: string): Promise<CommittedOffset[]> {
    const offsets = await this.process.call<CommittedOffset[]>('groupOffsets', { group })
    return offsets.sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition)
  }

  /** The committed offset of one partition; undefined when the group has none. */
  async groupOffset(group: string, topic: string, partition = 0): Promise<number | undefined> {
    const offsets = await this.groupOffsets(group)
    return offsets.find((one) => one.topic === topic && one.partition === partition)?.offset
  }

  async setGroupOffsets(group: string, offsets: readonly CommittedOffset[]): Promise<void> {
    await this.process.call('setGroupOffsets', { group, offsets })
  }

  describeGroup(group: string): Promise<GroupDescription> {
    return this.process.call('describeGroup', { group })
  }

  async deleteGroup(group: string): Promise<void> {
    await this.process.call('deleteGroup', { group })
  }

  stop(): Promise<void> {
    return this.process.stop()
  }
}

function toBase64(value: string | Uint8Array | null | undefined): string | null {
  return value == null ? null : Buffer.from(value as Uint8Array).toString('base64')
}

function fromBase64(value: unknown): Buffer | null {
  return value === null ? null : Buffer.from(value as string, 'base64')
}
