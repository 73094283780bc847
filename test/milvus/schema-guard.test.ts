import { afterEach, beforeEach, expect, test } from 'bun:test'
import { connect, type MilvusConnection } from '../../src/milvus/connection.ts'
import { describeCollection } from '../../src/milvus/describe.ts'
import { WriteTarget } from '../../src/milvus/request.ts'
import { SchemaGuard } from '../../src/milvus/schema-guard.ts'
import { type StandIn, startStandIn } from './stand-in.ts'

const ok = { code: 0, error_code: 0, reason: '' }
const refused = { status: { code: 1100, error_code: 5, reason: 'invalid parameter' } }
const id = { name: 'id', data_type: 5, is_primary_key: true }
const described = (fields: readonly object[]) => ({
  status: ok,
  collection_name: 'articles',
  schema: { name: 'articles', fields },
})

let server: StandIn
let connection: MilvusConnection
let guard: SchemaGuard
beforeEach(async () => {
  server = await startStandIn()
  server.answer('DescribeCollection', described([id]))
  const endpoint = { host: '127.0.0.1', port: server.port, tls: false }
  connection = await connect({ endpoint, requestTimeoutMs: 5_000 })
  guard = new SchemaGuard(connection, (await describeCollection(connection, 'articles')).schema)
})
afterEach(async () => {
  await connection.close()
  await server.stop()
})

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
