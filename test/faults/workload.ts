/**
 * Records that never stop coming: upserts of keys that come again and again, tombstones, and a few that no collection takes. A key stays in
 * its partition, so what the topic says in the end is the last record of each key.
 */
import { Producer } from '../../src/kafka/producer.ts'
import type { FieldSpec } from '../servers/pymilvus.ts'
import type { Random } from '../simulation/random.ts'

export const partitions = 4
/** Few enough that each key comes many times. */
export const keys = 3_000
const tombstones = 0.08
const poison = 0.005

export const fields: readonly FieldSpec[] = [
  { name: 'id', type: 'INT64', primaryKey: true },
  { name: 'serial', type: 'INT64' },
  { name: 'title', type: 'VARCHAR', maxLength: 64 },
  { name: 'vector', type: 'FLOAT_VECTOR', dim: 4 },
]

export interface Row {
  readonly id: number
  /** Grows with each record of the run. */
  readonly serial: number
  readonly title: string
  readonly vector: readonly number[]
}

const encoder = new TextEncoder()
const tickMs = 20

export class Workload {
  /** Records that Kafka acknowledged. */
  acknowledged = 0
  readonly #producer: Producer
  readonly #timer: Timer
  readonly #failures: string[] = []
  #serial = 0

  constructor(
    bootstrap: string,
    readonly topic: string,
    readonly random: Random,
    rowsPerSecond: number,
  ) {
    this.#producer = new Producer(
      {
        'bootstrap.servers': bootstrap,
        // Without it, a broker that dies may leave records twice, or a key's in the wrong order.
        'enable.idempotence': true,
        'linger.ms': 10,
        'message.timeout.ms': 120_000,
      },
      {
        delivered: () => {
          this.acknowledged++
        },
        undelivered: (_, error) => void this.#failures.push(error.message),
      },
    )
    const rowsPerTick = Math.ceil((rowsPerSecond * tickMs) / 1_000)
    this.#timer = setInterval(() => {
      for (let i = 0; i < rowsPerTick; i++) this.#produceOne()
    }, tickMs)
  }

  /** Resolves when Kafka has acknowledged every record. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#producer.flush(120_000)
    await this.#producer.close(5_000)
    if (this.#failures.length > 0) throw new Error(`${this.#failures.length} records lost: ${this.#failures[0]}`)
  }

  #produceOne(): void {
    const id = this.random.below(keys)
    const value = this.random.chance(tombstones) ? null : encoder.encode(this.#value(id))
    this.#producer.produce(this.topic, id % partitions, encoder.encode(String(id)), value)
  }

  #value(id: number): string {
    const { random } = this
    const serial = ++this.#serial
    const vector = Array.from({ length: 4 }, () => Math.fround(random.next() - 0.5))
    if (random.chance(poison)) return spoiled(random.below(4), id, serial)
    return JSON.stringify({ id, serial, title: `title ${serial} of ${id}`, vector } satisfies Row)
  }
}

/** Not JSON, a field too few, a number too many in the vector, a text too long. */
function spoiled(kind: number, id: number, serial: number): string {
  if (kind === 0) return `{"id":${id},"serial":${serial},`
  if (kind === 1) return JSON.stringify({ id, serial, vector: [1, 2, 3, 4] })
  if (kind === 2) return JSON.stringify({ id, serial, title: 't', vector: [1, 2, 3, 4, 5] })
  return JSON.stringify({ id, serial, title: 't'.repeat(65), vector: [1, 2, 3, 4] })
}

/** The row that a record makes; undefined when the collection cannot take it. */
export function rowOf(value: Uint8Array): Row | undefined {
  try {
    const row = JSON.parse(Buffer.from(value).toString()) as Partial<Row>
    return row.vector?.length === 4 && row.title !== undefined && row.title.length <= 64 ? (row as Row) : undefined
  } catch {
    return undefined
  }
}
