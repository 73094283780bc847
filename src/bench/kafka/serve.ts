/**
 * The bench's Kafka in a process of its own: an embedded broker, its topic filled as far as it goes before the sink starts, and what does not fit
 * produced while others are read, or each record when its time has come.
 */
import { MockCluster } from '../../kafka/mock-cluster.ts'
import { Producer } from '../../kafka/producer.ts'
import { batchBytes, layoutFor, partitionOf, type TopicLayout } from './layout.ts'
import { type Format, RecordMaker } from './records.ts'

export interface KafkaSetup {
  readonly topic: string
  readonly format: Format
  readonly dims: number
  /** Undefined: for as long as somebody reads them. */
  readonly rows: number | undefined
  /** Records that may be there at once. */
  readonly bytesMax: number
  readonly rowsPerSecond: number | undefined
  /** Whether several tasks will read it. */
  readonly isShared: boolean
}

/** What it says once the topic is filled. */
export interface KafkaStarted {
  readonly bootstrap: string
  readonly recordBytes: number
  readonly layout: TopicLayout
  readonly filled: number
}

/** What it is told. */
export type KafkaOrder =
  /** The first record of a fixed rate is due at this Unix time. */
  | { readonly beginMs: number }
  /** The next offset to be read of each partition. */
  | { readonly read: readonly number[] }

/** Records are produced in turns of at most so many, so that orders are heard between them. */
const turnRows = 2_000
const waitMs = 1
/** Tasks that start together join the group together. */
const groupDelayMs = 500
const flushMs = 120_000

export async function serveKafka(
  setup: KafkaSetup,
  lines: AsyncIterable<string>,
  say: (line: string) => void,
): Promise<void> {
  const { topic, format, dims, rows, bytesMax, rowsPerSecond } = setup
  const maker = new RecordMaker(format, dims)
  const { recordBytes } = maker
  const layout = layoutFor(recordBytes, rows, bytesMax, rowsPerSecond !== undefined)
  const cluster = new MockCluster(1, setup.isShared ? groupDelayMs : 0)
  cluster.createTopic(topic, layout.partitions)
  const producer = new Producer({
    'bootstrap.servers': cluster.bootstrap,
    'linger.ms': rowsPerSecond === undefined ? 20 : 0,
    'batch.size': batchBytes,
    'queue.buffering.max.kbytes': 131_072,
    'queue.buffering.max.messages': 1_000_000,
    acks: 1,
  })
  const feed = new Feed(setup, layout, maker, producer)
  let filled = 0
  if (rowsPerSecond === undefined) {
    while (await feed.produceSome()) if (feed.rows % turnRows === 0) await nextTurn()
    await producer.flush(flushMs)
    filled = feed.rows
  }
  say(JSON.stringify({ bootstrap: cluster.bootstrap, recordBytes, layout, filled } satisfies KafkaStarted))
  let ended = false
  const feeding = (async () => {
    while (!ended && !feed.isComplete) {
      // Where nothing may be produced yet, time or a reader has to go on first.
      if (await feed.produceSome()) await nextTurn()
      else await Bun.sleep(waitMs)
    }
  })()
  for await (const line of lines) {
    const order = JSON.parse(line) as KafkaOrder
    if ('beginMs' in order) feed.begin(order.beginMs)
    else feed.read(order.read)
  }
  ended = true
  await feeding
}

class Feed {
  rows = 0
  readonly #produced: number[]
  #read: readonly number[]
  #beginMs: number | undefined

  constructor(
    readonly setup: KafkaSetup,
    readonly layout: TopicLayout,
    readonly maker: RecordMaker,
    readonly producer: Producer,
  ) {
    this.#produced = Array(layout.partitions).fill(0)
    this.#read = this.#produced.slice()
  }

  get isComplete(): boolean {
    return this.setup.rows !== undefined && this.rows >= this.setup.rows
  }

  begin(beginMs: number): void {
    this.#beginMs = beginMs
  }

  read(positions: readonly number[]): void {
    this.#read = positions
  }

  /** Produces what may be produced now, up to a turn's worth; whether there was any. */
  async produceSome(): Promise<boolean> {
    const { layout, maker, producer, setup } = this
    const end = Math.min(this.rows + turnRows, setup.rows ?? Number.POSITIVE_INFINITY, this.#dueRows())
    const before = this.rows
    for (; this.rows < end; this.rows++) {
      const partition = partitionOf(layout, this.rows)
      if (this.#produced[partition]! - this.#read[partition]! >= layout.windowRows) break
      const { key, value } = maker.record(this.rows)
      while (producer.produce(setup.topic, partition, key, value) === 0) {
        await producer.room(Math.floor(producer.unsettled / 2))
      }
      this.#produced[partition]!++
    }
    return this.rows > before
  }

  /** Rows whose time has come. */
  #dueRows(): number {
    const { rowsPerSecond } = this.setup
    if (rowsPerSecond === undefined) return Number.POSITIVE_INFINITY
    if (this.#beginMs === undefined) return 0
    return Math.floor(((Date.now() - this.#beginMs) * rowsPerSecond) / 1_000) + 1
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
