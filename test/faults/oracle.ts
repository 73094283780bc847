/**
 * What the topic says, as Kafka's own client reads it, against what the collection holds, as Milvus' own client reads it: produced = live +
 * superseded + deleted + dead, each live row equal to the last record of its key, and each dead
 * record in the dead letters' topic.
 */
import type { KafkaServer } from '../servers/kafka.ts'
import type { ConsumedRecord } from '../servers/kafka-tools.ts'
import type { MilvusAddress, PyMilvus } from '../servers/pymilvus.ts'
import { keys, type Row, rowOf } from './workload.ts'

export interface Account {
  readonly produced: number
  readonly live: number
  readonly superseded: number
  readonly deleted: number
  /** Records that no collection takes. */
  readonly dead: number
}

export interface Truth {
  readonly account: Account
  readonly rows: ReadonlyMap<number, Row>
  /** `partition/offset` of each record that the collection cannot take. */
  readonly dead: ReadonlySet<string>
}

export async function truthOf(kafka: KafkaServer, topic: string): Promise<Truth> {
  const records = await kafka.tools.consume(topic)
  const last = new Map<number, Row | 'deleted'>()
  const dead = new Set<string>()
  let superseded = 0
  for (const record of records) {
    const row = record.value === null ? 'deleted' : rowOf(record.value)
    if (row === undefined) {
      dead.add(placeOf(record))
      continue
    }
    const id = Number(record.key!.toString())
    if (last.has(id)) superseded++
    last.set(id, row)
  }
  const rows = new Map([...last].flatMap(([id, row]) => (row === 'deleted' ? [] : [[id, row] as const])))
  const account = {
    produced: records.length,
    live: rows.size,
    superseded,
    deleted: last.size - rows.size,
    dead: dead.size,
  }
  return { account, rows, dead }
}

export function placeOf({ partition, offset }: Pick<ConsumedRecord, 'partition' | 'offset'>): string {
  return `${partition}/${offset}`
}

/** The places of all records in the dead letters' topic, each once: a letter may be there twice after a crash. */
export async function deadLettersIn(kafka: KafkaServer, topic: string): Promise<string[]> {
  const places = new Set<string>()
  for (const { headers } of await kafka.tools.consume(topic)) {
    const header = (name: string) => headers.find((one) => one.name === `__connect.errors.${name}`)?.value?.toString()
    places.add(`${header('partition')}/${header('offset')}`)
  }
  return [...places].sort()
}

/** What is wrong with the collection; empty when it holds exactly these rows. */
export async function differences(
  { rows }: Truth,
  py: PyMilvus,
  milvus: MilvusAddress,
  collection: string,
): Promise<string[]> {
  const found = (
    await Promise.all(
      [0, 1, 2].map((third) =>
        py.query(milvus, collection, {
          filter: `id >= ${(third * keys) / 3} and id < ${((third + 1) * keys) / 3}`,
          fields: ['id', 'serial', 'title', 'vector'],
          limit: 16_000,
        }),
      ),
    )
  ).flat() as unknown as Row[]
  const seen = new Set<number>()
  const wrong: string[] = []
  for (const row of found) {
    const expected = rows.get(row.id)
    if (expected === undefined) wrong.push(`key ${row.id} (record ${row.serial}) should be deleted`)
    else if (row.serial !== expected.serial) wrong.push(`key ${row.id} is record ${row.serial}, not ${expected.serial}`)
    else if (row.title !== expected.title || !sameFloats(row.vector, expected.vector)) {
      wrong.push(`key ${row.id}: another title or vector than record ${row.serial} has`)
    }
    seen.add(row.id)
  }
  for (const [id, { serial }] of rows) if (!seen.has(id)) wrong.push(`key ${id} (record ${serial}) is missing`)
  // A key's second row is not among a query's results, but counted.
  const count = await py.count(milvus, collection)
  if (count !== seen.size) wrong.push(`${count} rows of ${seen.size} keys`)
  return wrong
}

function sameFloats(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(Math.fround(value), Math.fround(b[i]!)))
}
