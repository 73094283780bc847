import { afterEach, beforeEach, expect, test } from 'bun:test'
import { connect } from '../../src/milvus/connect.ts'
import type { MilvusConnection } from '../../src/milvus/connection.ts'
import { describeCollection } from '../../src/milvus/describe.ts'
import { WriteTarget } from '../../src/milvus/request.ts'
import { SchemaGuard } from '../../src/milvus/schema-guard.ts'
import { refusal } from './refusal.ts'
import { type StandIn, startStandIn } from './stand-in.ts'

const ok = { code: 0, error_code: 0, reason: '' }
const refused = { status: { code: 1100, error_code: 5, reason: 'invalid parameter' } }
const id = { name: 'id', data_type: 5, is_primary_key: true }
const described = (fields: readonly object[], more: object = {}) => ({
  status: ok,
  collection_name: 'articles',
  collectionID: '1',
  ...more,
  schema: { name: 'articles', fields },
})

let server: StandIn
let connection: MilvusConnection
let guard: SchemaGuard
let warnings: string[]
const log = { warn: (message: string) => void warnings.push(message) }
beforeEach(async () => {
  server = await startStandIn()
  server.answer('DescribeCollection', described([id]))
  const endpoint = { host: '127.0.0.1', port: server.port, tls: false }
  connection = await connect({ endpoint, requestTimeoutMs: 5_000 })
  warnings = []
  guard = await guarding()
})
afterEach(async () => {
  await connection.close()
  await server.stop()
})

async function guarding(intervalMs?: number): Promise<SchemaGuard> {
  const { schema } = await describeCollection(connection, 'articles')
  return new SchemaGuard(connection, schema, log, intervalMs)
}

const request = (rows: number) => new WriteTarget('articles').delete('id in [1]', rows)

const questions = () => server.requests.filter(({ method }) => method === 'DescribeCollection').length

test('a row that is refused is to blame while the collection is what it was', async () => {
  server.answer('Delete', refused)
  await expect(guard.send(request(1))).rejects.toMatchObject({ code: 'MILVUS_REFUSED_ROWS' })
})

test('a row that is refused because the collection has other fields now is not to blame', async () => {
  server.answer('Delete', refused)
  server.answer('DescribeCollection', described([id, { name: 'link', data_type: 21 }]))
  await expect(guard.send(request(1))).rejects.toMatchObject({ code: 'MILVUS_SCHEMA_CHANGED' })
})

test('while nobody can say what the collection is, nobody is to blame', async () => {
  server.answer('Delete', refused)
  server.answer('DescribeCollection', { grpc: 14, details: 'gone' })
  await expect(guard.send(request(1))).rejects.toMatchObject({ code: 'MILVUS_UNREACHABLE' })
})

test('several rows that are refused are split first, without a question to the server', async () => {
  server.answer('Delete', refused)
  const before = questions()
  await guard.send(request(2)).catch((error) => expect(error).toMatchObject({ code: 'MILVUS_REFUSED_ROWS' }))
  expect(questions()).toBe(before)
})

test('while rows are sent the collection is looked at now and then, and other fields end it before a row is sent', async () => {
  const looking = await guarding(0)
  await looking.send(request(1))
  server.answer('DescribeCollection', described([id, { name: 'link', data_type: 21 }]))
  const deletes = () => server.requests.filter(({ method }) => method === 'Delete').length
  const before = deletes()
  expect(await refusal(looking.send(request(1)))).toMatchObject({ code: 'MILVUS_SCHEMA_CHANGED' })
  expect(deletes()).toBe(before)
})

test('requests that are sent together share a look', async () => {
  const looking = await guarding(0)
  const before = questions()
  await Promise.all([looking.send(request(1)), looking.send(request(1)), looking.send(request(1))])
  expect(questions()).toBe(before + 1)
})

test('another collection with the same fields is said once, and written to', async () => {
  const looking = await guarding(0)
  await looking.send(request(1))
  server.answer('DescribeCollection', described([id], { collectionID: '2', collection_name: 'articles_2' }))
  await looking.send(request(1))
  await looking.send(request(1))
  expect(warnings).toEqual([expect.stringContaining('the alias now stands for "articles_2"')])
})

test('a look that Milvus does not answer keeps no row back', async () => {
  const looking = await guarding(0)
  server.answer('DescribeCollection', { grpc: 14, details: 'gone' })
  expect(await looking.send(request(1))).toEqual({ rows: 1 })
})
