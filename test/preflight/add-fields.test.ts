/** `auto.evolve`, with a stand-in for Milvus: neither server of the tests can add fields. */
import { afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { fieldBytes } from '../../src/milvus/schema-message.ts'
import { makeMissing } from '../../src/preflight/make-missing.ts'
import { sink } from '../config/files.ts'
import { type StandIn, startStandIn } from '../milvus/stand-in.ts'
import { serverTimeoutMs, sharedKafka, unique } from '../servers/shared.ts'

setDefaultTimeout(serverTimeoutMs)

const ok = { code: 0, error_code: 0, reason: '' }
const fields = [
  { name: 'id', data_type: 5, is_primary_key: true },
  { name: 'v', data_type: 101, type_params: [{ key: 'dim', value: '2' }] },
]
const topic = unique('evolved')
let server: StandIn
let lines: string[]
const log = { info: say, warn: say, error: say, named: () => log }
function say(line: string): void {
  lines.push(line)
}

beforeAll(async () => {
  const { tools } = await sharedKafka()
  await tools.createTopic(topic)
  await tools.produce(topic, [
    { value: '{"id":1,"v":[1,2],"name":"one","w":[1,2,3]}' },
    { value: '{"id":2,"v":[1,2],"price":0.5,"tags":[]}' },
  ])
})

beforeEach(async () => {
  lines = []
  server = await startStandIn()
  describing({})
})
afterEach(() => server.stop())

function describing(more: object, fieldsNow: readonly object[] = fields): void {
  const schema = { name: 'articles', fields: fieldsNow, ...more }
  server.answer('DescribeCollection', { status: ok, collection_name: 'articles', collectionID: '1', schema })
}

async function evolve(): Promise<void> {
  const { bootstrap } = await sharedKafka()
  const settings = sink({
    worker: `bootstrap.servers=${bootstrap}`,
    sink: `auto.evolve=true\ntopics=${topic}\npublic.endpoint=http://127.0.0.1:${server.port}`,
  })
  await makeMissing({ settings, log, waits: false })
}

const requests = () => server.requests.filter(({ method }) => method === 'AddCollectionField')

test('fields that the records bring are added, nullable; no key, no vector, nothing without a type', async () => {
  server.answer('AddCollectionField', ok)
  await evolve()
  const name = {
    name: 'name',
    data_type: 21,
    is_primary_key: false,
    nullable: true,
    type_params: [{ key: 'max_length', value: '256' }],
  }
  const price = { name: 'price', data_type: 11, is_primary_key: false, nullable: true }
  expect(requests().map(({ message }) => [message.collection_name, new Uint8Array(message.schema)])).toEqual([
    ['topic_0', new Uint8Array(await fieldBytes(name))],
    ['topic_0', new Uint8Array(await fieldBytes(price))],
  ])
  expect(lines).toEqual([
    expect.stringContaining('added field "name" to collection "topic_0": text in 1 of 2 records'),
    expect.stringContaining('added field "price"'),
  ])
})

test('a server that cannot is asked once, and the fields that are left out are named', async () => {
  server.answer('AddCollectionField', { grpc: 12, details: 'unknown method AddCollectionField' })
  await evolve()
  expect(requests()).toHaveLength(1)
  expect(lines).toEqual([expect.stringMatching(/cannot add fields .* leaves out "name", "price"/)])
})

test('a field that somebody else adds meanwhile is no error', async () => {
  server.answer('AddCollectionField', () => {
    describing({}, [...fields, { name: 'name', data_type: 21 }, { name: 'price', data_type: 11 }])
    return { code: 1100, error_code: 5, reason: 'duplicate field name' }
  })
  await evolve()
  expect(requests()).toHaveLength(2)
})

test('a collection with a dynamic field takes what is new as it is', async () => {
  describing({ enable_dynamic_field: true })
  await evolve()
  expect(requests()).toEqual([])
})
