/** Records that are not rows as they stand: change events, and transforms with predicates, by the binary and as Milvus then has them. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { RecordToProduce } from '../servers/kafka-tools.ts'
import type { FieldSpec, MilvusAddress, Row } from '../servers/pymilvus.ts'
import { bothMilvus, serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { catchUp, type Ended, type Properties, sinkFile, startVerb, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

const fields: readonly FieldSpec[] = [
  { name: 'id', type: 'INT64', primaryKey: true },
  { name: 'email', type: 'VARCHAR', maxLength: 100 },
  { name: 'v', type: 'FLOAT_VECTOR', dim: 2 },
]

interface Told {
  readonly ended: Ended
  readonly rows: Row[]
}

/** One run to the end, then all rows by key; when all went well, `verify` has to find the same. */
async function tell(
  server: () => Promise<MilvusAddress>,
  records: readonly RecordToProduce[],
  settings: Properties,
  spec: readonly FieldSpec[] = fields,
  topic = unique('mapping'),
): Promise<Told> {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), server(), sharedPyMilvus()])
  const name = topic.replaceAll('.', '_')
  await kafka.tools.createTopic(topic, 1)
  await kafka.tools.produce(topic, records)
  await py.createCollection(milvus, { name, fields: spec })
  const worker = workerFile(kafka.bootstrap)
  const sink = sinkFile(name, `http://${milvus.host}:${milvus.port}`, name, topic, settings)
  const ended = await catchUp(worker, [sink])
  const rows = await py.query(milvus, name, { filter: 'id >= 0', fields: ['*'] })
  if (ended.exitCode === 0) {
    const { exitCode, stdout } = await startVerb('verify', worker, [sink]).ended
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('equal: collection')])
  }
  return { ended, rows: rows.sort((a, b) => (a.id < b.id ? -1 : 1)) }
}

/** The columns of the table in Debezium's tutorial, with an embedding (a `vector` of pgvector comes as an array). */
const customer = (id: number, email: string, v: readonly number[]) => ({
  id,
  first_name: 'Anne Marie',
  last_name: 'Kretchmar',
  email,
  v,
})

/** A change event as the documentation of Debezium's PostgreSQL connector shows it. */
function event(op: string, before: object | null, after: object | null, ts_ms: number): object {
  return {
    before,
    after,
    source: {
      version: '2.7.0.Final',
      connector: 'postgresql',
      name: 'PostgreSQL_server',
      ts_ms,
      snapshot: op === 'r' ? 'true' : 'false',
      db: 'postgres',
      sequence: '["24023119","24023128"]',
      schema: 'public',
      table: 'customers',
      txId: 555,
      lsn: 24023128,
      xmin: null,
    },
    op,
    ts_ms,
    transaction: null,
  }
}

/** With the schema that `schemas.enable=true` puts around each, shortened. */
const withSchema = (payload: object) => ({
  schema: {
    type: 'struct',
    fields: [
      { type: 'struct', fields: [{ type: 'int32', optional: false, field: 'id' }], optional: true, field: 'before' },
    ],
    optional: false,
    name: 'PostgreSQL_server.public.customers.Envelope',
  },
  payload,
})

const record = (id: number, value: object | null, wrap: (payload: object) => object): RecordToProduce => ({
  key: JSON.stringify(wrap({ id })),
  value: value === null ? null : JSON.stringify(wrap(value)),
})

const story = (wrap: (payload: object) => object): readonly RecordToProduce[] => [
  record(1, event('r', null, customer(1, 'sally@example.com', [1, 0]), 1), wrap),
  record(2, event('c', null, customer(2, 'annek@example.com', [2, 0]), 2), wrap),
  record(3, event('c', null, customer(3, 'gone@example.com', [3, 0]), 3), wrap),
  record(2, event('u', { id: 2 }, customer(2, 'annek@noanswer.org', [2, 2]), 4), wrap),
  record(3, event('d', { ...customer(3, '', []), email: null, v: null }, null, 5), wrap),
  record(3, null, wrap),
  record(4, event('c', null, customer(4, 'back@example.com', [4, 0]), 6), wrap),
  record(4, event('d', null, null, 7), wrap),
  record(4, null, wrap),
  record(4, event('c', null, customer(4, 'again@example.com', [4, 4]), 8), wrap),
]

const after: readonly Row[] = [
  { id: 1, email: 'sally@example.com', v: [1, 0] },
  { id: 2, email: 'annek@noanswer.org', v: [2, 2] },
  { id: 4, email: 'again@example.com', v: [4, 4] },
]

const json = 'org.apache.kafka.connect.json.JsonConverter'

describe.each(bothMilvus)('on %s', (_, server) => {
  test.concurrent("Debezium's change events become the table: created, updated, deleted, and created again", async () => {
    const { ended, rows } = await tell(
      server,
      story((payload) => payload),
      { 'value.envelope': 'debezium' },
    )
    expect([ended.exitCode, ended.stderr]).toEqual([0, expect.any(String)])
    expect(rows).toEqual([...after])
  })
})

test.concurrent('the same with the schema that schemas.enable=true puts around keys and values', async () => {
  const { ended, rows } = await tell(sharedMilvus, story(withSchema), {
    'value.envelope': 'debezium',
    'behavior.on.null.values': 'delete',
    'key.converter': json,
    'key.converter.schemas.enable': 'true',
    'value.converter': json,
    'value.converter.schemas.enable': 'true',
  })
  expect([ended.exitCode, ended.stderr]).toEqual([0, expect.any(String)])
  expect(rows).toEqual([...after])
})

test.concurrent("the same by Debezium's own transform, whose deletions are tombstones", async () => {
  const { ended, rows } = await tell(
    sharedMilvus,
    story((payload) => payload),
    {
      'behavior.on.null.values': 'delete',
      transforms: 'unwrap',
      'transforms.unwrap.type': 'io.debezium.transforms.ExtractNewRecordState',
    },
  )
  expect([ended.exitCode, ended.stderr]).toEqual([0, expect.any(String)])
  expect(rows).toEqual([...after])
})

test.concurrent('a truncated table stops the sink, which says so', async () => {
  const { ended, rows } = await tell(
    sharedMilvus,
    [...story((payload) => payload).slice(0, 1), { key: null, value: JSON.stringify(event('t', null, null, 9)) }],
    { 'value.envelope': 'debezium' },
  )
  expect([ended.exitCode, ended.stderr]).toEqual([65, expect.stringContaining('the table was truncated')])
  expect(rows).toEqual([after[0]!])
})

test.concurrent('a chain of transforms, chosen by predicates, with headers, keys and times, and a field from inside', async () => {
  const transforms = 'org.apache.kafka.connect.transforms.'
  const value = (order: bigint, more: object = {}) =>
    JSON.stringify({
      order: String(order),
      customer: { mail: `c${order}@example.com` },
      embedding: { v: [0.5, 0.25] },
      ...more,
    })
  // Kafka takes away what is older than a week.
  const timestamp = Date.now()
  const day = new Date(timestamp).toISOString().slice(0, 10)
  const { ended, rows } = await tell(
    sharedMilvus,
    [
      { key: 'a', value: value(9007199254740993n), timestamp },
      { key: 'b', value: value(2n), timestamp, headers: [{ name: 'test', value: 'yes' }] },
      { key: 'c', value: value(3n, { internal: true }), timestamp, headers: [{ name: 'other', value: null }] },
      { key: 'd', value: null, timestamp },
    ],
    {
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      transforms: 'drop,number,key,id,read,day',
      predicates: 'isTest,isTombstone',
      'predicates.isTest.type': `${transforms}predicates.HasHeaderKey`,
      'predicates.isTest.name': 'test',
      'predicates.isTombstone.type': `${transforms}predicates.RecordIsTombstone`,
      'transforms.drop.type': `${transforms}Filter`,
      'transforms.drop.predicate': 'isTest',
      'transforms.number.type': `${transforms}Cast$Value`,
      'transforms.number.spec': 'order:int64',
      'transforms.key.type': `${transforms}ValueToKey`,
      'transforms.key.fields': 'order',
      'transforms.key.predicate': 'isTombstone',
      'transforms.key.negate': 'true',
      'transforms.id.type': `${transforms}ExtractField$Key`,
      'transforms.id.field': 'order',
      'transforms.id.predicate': 'isTombstone',
      'transforms.id.negate': 'true',
      'transforms.read.type': `${transforms}InsertField$Value`,
      'transforms.read.timestamp.field': 'day',
      'transforms.day.type': `${transforms}TimestampConverter$Value`,
      'transforms.day.field': 'day',
      'transforms.day.target.type': 'string',
      'transforms.day.format': 'yyyy-MM-dd',
      'pk.mode': 'record_key',
      'field.mapping': 'email:customer.mail,v:embedding.v',
    },
    [...fields, { name: 'day', type: 'VARCHAR', maxLength: 20 }],
  )
  expect([ended.exitCode, ended.stderr]).toEqual([0, expect.any(String)])
  expect(rows).toEqual([
    { id: 3, email: 'c3@example.com', v: [0.5, 0.25], day },
    { id: 9007199254740993n, email: 'c9007199254740993@example.com', v: [0.5, 0.25], day },
  ])
})
