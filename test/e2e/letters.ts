/** Dead letters for the tests: bad records of every kind, the sink that puts them aside, and what its topic then holds. */
import type { ConsumedRecord, RecordToProduce } from '../servers/kafka-tools.ts'
import type { CollectionSpec } from '../servers/pymilvus.ts'
import { type Properties, sinkFile } from './redkite.ts'

export const dim = 4

export function collectionOf(name: string): CollectionSpec {
  return {
    name,
    fields: [
      { name: 'id', type: 'INT64', primaryKey: true },
      { name: 'title', type: 'VARCHAR', maxLength: 16 },
      { name: 'small', type: 'INT8' },
      { name: 'doc', type: 'JSON' },
      { name: 'vector', type: 'FLOAT_VECTOR', dim },
    ],
  }
}

export function row(id: number, more: object = {}): string {
  return JSON.stringify({ id, title: `t${id}`, small: id % 100, doc: { n: id }, vector: [id, 1, 2, 3], ...more })
}

/** One record of each kind that cannot be written, by the error it must get. */
export const poison: readonly [code: string, value: string | Uint8Array][] = [
  ['RECORD_NOT_JSON', '{"id": 1, "title": "cut o'],
  ['RECORD_NOT_JSON', 'not JSON at all'],
  ['RECORD_NOT_JSON', ''],
  ['RECORD_NOT_UTF8', Buffer.from([...Buffer.from('{"id": 1, "title": "'), 0xff, 0xfe, ...Buffer.from('"}')])],
  ['RECORD_NOT_OBJECT', '[1, 2, 3]'],
  ['RECORD_TOO_DEEP', row(1).replace('{"n":1}', `${'['.repeat(5_000)}${']'.repeat(5_000)}`)],
  ['FIELD_MISSING', '{"id": 1, "title": "t", "small": 1, "doc": {}}'],
  ['FIELD_NULL', row(1, { title: null })],
  ['FIELD_WRONG_KIND', row(1, { small: 'one' })],
  ['FIELD_OUT_OF_RANGE', row(1, { small: 128 })],
  ['FIELD_NOT_WHOLE', row(1, { small: 1.5 })],
  ['VARCHAR_TOO_LONG', row(1, { title: 'ü'.repeat(9) })],
  ['VECTOR_DIM_MISMATCH', row(1, { vector: [1, 2, 3] })],
  ['VECTOR_NOT_NUMBERS', row(1, { vector: [1, 2, 'x', 4] })],
  ['VECTOR_OUT_OF_RANGE', row(1, { vector: [1, 2, 1e39, 4] })],
]

/** An hour ago: time enough to be told from now, too short for retention, which goes by the records' own time. */
export const firstTimeMs = Date.now() - 3_600_000

/** A record as produced, with a key, headers and a timestamp of its own. */
export function whole(value: string | Uint8Array, index: number, partitions: number): RecordToProduce {
  return {
    partition: index % partitions,
    key: `key ${index}`,
    value,
    timestamp: firstTimeMs + index,
    headers: [
      { name: 'trace', value: `${index}` },
      { name: 'nothing', value: null },
      { name: 'trace', value: new Uint8Array([index % 256, 0, 255]) },
    ],
  }
}

/** A member that was killed keeps its partitions for as long as this. */
export const shortSession: Properties = {
  'consumer.override.session.timeout.ms': 6_000,
  'consumer.override.heartbeat.interval.ms': 1_000,
}

export function tolerantSink(name: string, endpoint: string, dlq: string, more: Properties = {}): Properties {
  return sinkFile(name, endpoint, name, name, {
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': dlq,
    'errors.deadletterqueue.topic.replication.factor': 1,
    'errors.deadletterqueue.context.headers.enable': 'true',
    ...more,
  })
}

const added = /^__(connect|redkite)\.errors\./

/** What a letter has beside what the record had. */
export function contextOf({ headers }: ConsumedRecord): Record<string, string> {
  const context = headers.filter(({ name }) => added.test(name)).map(({ name, value }) => [name, String(value)])
  return Object.fromEntries(context)
}

/** A record without what a letter adds, and without its place. */
export function original({ key, value, timestamp, headers }: ConsumedRecord) {
  return { key, value, timestamp, headers: headers.filter(({ name }) => !added.test(name)) }
}
