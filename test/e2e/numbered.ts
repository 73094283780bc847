/** Records with numbers for keys, produced at any pace, and what of them Milvus holds: enough to see whether one is missing. */
import { Producer } from '../../src/kafka/producer.ts'
import type { FieldSpec, MilvusAddress, PyMilvus } from '../servers/pymilvus.ts'

export const numberedFields: readonly FieldSpec[] = [
  { name: 'id', type: 'INT64', primaryKey: true },
  { name: 'title', type: 'VARCHAR', maxLength: 64 },
  { name: 'vector', type: 'FLOAT_VECTOR', dim: 2 },
]

export function numberedRecord(id: number): string {
  return JSON.stringify({ id, title: `title ${id}`, vector: [id, 1] })
}

/** Produces 0, 1, 2… round the partitions. */
export class NumberedProducer {
  produced = 0
  readonly #producer: Producer
  readonly #failures: string[] = []
  #timer: Timer | undefined

  constructor(
    bootstrap: string,
    readonly topic: string,
    readonly partitions: number,
  ) {
    this.#producer = new Producer(
      { 'bootstrap.servers': bootstrap, 'linger.ms': 5 },
      { undelivered: (_id, error) => void this.#failures.push(error.message) },
    )
  }

  async send(count: number): Promise<void> {
    for (const end = this.produced + count; this.produced < end; this.produced++) {
      const value = Buffer.from(numberedRecord(this.produced))
      while (this.#producer.produce(this.topic, this.produced % this.partitions, null, value) === 0)
        await this.#producer.room(1_000)
    }
    await this.#producer.flush(30_000)
  }

  /** Goes on producing until `close`. */
  keepSending(count: number, everyMs: number): void {
    this.#timer = setInterval(() => {
      for (let i = 0; i < count; i++) {
        const value = Buffer.from(numberedRecord(this.produced))
        if (this.#producer.produce(this.topic, this.produced % this.partitions, null, value) === 0) return
        this.produced++
      }
    }, everyMs)
  }

  /** Everything is acknowledged then. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#producer.flush(30_000)
    await this.#producer.close(5_000)
    if (this.#failures.length > 0) throw new Error(`records were not taken: ${this.#failures[0]}`)
  }
}

/** All ids in the collection that have the title that belongs to them, in order; duplicates count as often as they are there. */
export function idsIn(py: PyMilvus, milvus: MilvusAddress, collection: string, below: number): Promise<number[]> {
  return py.run(
    milvus,
    `result = []
for start in range(0, params['below'], 10000):
    rows = client.query(params['collection'], filter=f'id >= {start} and id < {start + 10000}', output_fields=['id', 'title'],
                        limit=16384, consistency_level='Strong')
    result += [row['id'] for row in rows if row['title'] == f"title {row['id']}"]
result.sort()`,
    { collection, below },
  )
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, id) => id)
}
