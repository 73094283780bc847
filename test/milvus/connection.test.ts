import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from '../../src/milvus/connect.ts'
import type { MilvusConnection } from '../../src/milvus/connection.ts'
import { describeCollection, loadState } from '../../src/milvus/describe.ts'
import { type WriteRequest, WriteTarget } from '../../src/milvus/request.ts'
import { until } from '../e2e/until.ts'
import { startProxy } from '../servers/proxy.ts'
import { refusal } from './refusal.ts'
import { type StandIn, startStandIn } from './stand-in.ts'

// The first connection of a process loads the SDK, which takes seconds on a busy machine.
setDefaultTimeout(60_000)

let milvus: StandIn
let connection: MilvusConnection

const endpointOf = (port: number) => ({ host: '127.0.0.1', port, tls: false })
const ok = { code: 0, error_code: 0 }
const rows = (count: number): WriteRequest => ({
  kind: 'upsert',
  collection: 'articles',
  rows: count,
  bytes: 2,
  encode(out, at) {
    out.set([7 * 8, count], at)
    return at + 2
  },
})

beforeEach(async () => {
  milvus = await startStandIn()
  connection = await connect({
    endpoint: endpointOf(milvus.port),
    token: 'root:Milvus',
    database: 'news',
    requestTimeoutMs: 5_000,
  })
})

afterEach(async () => {
  await connection.close()
  await milvus.stop()
})

describe('connect', () => {
  test('knows the server’s version', () => {
    expect(connection.serverVersion).toBe('stand-in')
  })

  test('sends token and database with each request', async () => {
    await connection.send(rows(1))
    const { metadata } = milvus.requests.find(({ method }) => method === 'Upsert')!
    expect(metadata.get('authorization')).toEqual([Buffer.from('root:Milvus').toString('base64')])
    expect(metadata.get('dbname')).toEqual(['news'])
    expect(metadata.get('identifier')).toEqual(['7'])
  })

  test('works with a server that has no Connect method', async () => {
    const old = await startStandIn({ without: ['Connect'] })
    const plain = await connect({ endpoint: endpointOf(old.port), requestTimeoutMs: 5_000 })
    expect(await plain.send(rows(2))).toEqual({ rows: 2 })
    await plain.close()
    await old.stop()
  })

  test('to a port where nobody listens is refused at once', async () => {
    await milvus.stop()
    expect(await refusal(connect({ endpoint: endpointOf(milvus.port), requestTimeoutMs: 5_000 }))).toMatchObject({
      code: 'MILVUS_UNREACHABLE',
      exit: 20,
      message: expect.stringContaining(`127.0.0.1:${milvus.port} (Connect: connect ECONNREFUSED`),
    })
  })

  test('with a token that the server refuses names the setting', async () => {
    milvus.answer('Connect', { grpc: 16, details: 'auth check failure' })
    expect(await refusal(connect({ endpoint: endpointOf(milvus.port), requestTimeoutMs: 5_000 }))).toMatchObject({
      code: 'MILVUS_AUTH_REFUSED',
      exit: 77,
      message: expect.stringContaining('`token`'),
    })
  })

  test('gives up on a server that takes the connection and says nothing', async () => {
    milvus.answer('Connect', 'silence')
    expect(await refusal(connect({ endpoint: endpointOf(milvus.port), requestTimeoutMs: 200 }))).toMatchObject({
      code: 'MILVUS_TIMEOUT',
    })
  })
})

describe('send', () => {
  test('rejects what the server refuses, with the code that decides', async () => {
    milvus.answer('Upsert', { status: { code: 8, error_code: 49, reason: 'rate limit exceeded', retriable: true } })
    expect(await refusal(connection.send(rows(1)))).toMatchObject({ code: 'MILVUS_RATE_LIMITED', label: 'retriable' })
    milvus.answer('Upsert', { status: { code: 1100, error_code: 5, reason: 'invalid parameter' } })
    expect(await refusal(connection.send(rows(1)))).toMatchObject({ code: 'MILVUS_REFUSED_ROWS', label: 'record' })
    milvus.answer('Upsert', { grpc: 8, details: 'received message larger than max (9 vs. 8)' })
    expect(await refusal(connection.send(rows(1)))).toMatchObject({ code: 'MILVUS_REQUEST_TOO_LARGE' })
  })

  test('takes no success that does not count the rows', async () => {
    milvus.answer('Upsert', {})
    expect(await refusal(connection.send(rows(3)))).toMatchObject({ code: 'MILVUS_NOT_ACKNOWLEDGED', label: 'fatal' })
    milvus.answer('Upsert', { status: ok, insert_cnt: 3 })
    expect(await refusal(connection.send(rows(3)))).toMatchObject({ code: 'MILVUS_NOT_ACKNOWLEDGED' })
  })

  test('takes no unknown method for a success', async () => {
    const old = await startStandIn({ without: ['Upsert'] })
    const plain = await connect({ endpoint: endpointOf(old.port), requestTimeoutMs: 5_000 })
    expect(await refusal(plain.send(rows(1)))).toMatchObject({ code: 'MILVUS_UNSUPPORTED', label: 'fatal' })
    await plain.close()
    await old.stop()
  })

  test('writes large requests into memory that is used again, and each arrives as it is', async () => {
    const large = (value: number): WriteRequest => ({
      kind: 'upsert',
      collection: 'articles',
      rows: value,
      bytes: 200_006,
      // `collection_name`, of 200,000 letters, and `num_rows`.
      encode(out, at) {
        out.set([(3 << 3) | 2, 0xc0, 0x9a, 0x0c], at)
        out.fill(96 + value, at + 4, at + 200_004)
        out.set([7 << 3, value], at + 200_004)
        return at + 200_006
      },
    })
    for (const values of [[1, 2, 3], [4], [5, 6]])
      await Promise.all(values.map((value) => connection.send(large(value))))
    const arrived = milvus.requests.filter(({ method }) => method === 'Upsert')
    const names = arrived.map(({ message }) => [message.num_rows, message.collection_name] as [number, string])
    expect(names.toSorted().map(([rows, name]) => [rows, name.length, new Set(name)])).toEqual(
      [...'abcdef'].map((letter, i) => [i + 1, 200_000, new Set(letter)]),
    )
  })

  test('has many requests under way on one connection', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => connection.send(rows(i + 1))))
    expect(answers.map((answer) => answer.rows)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
  })

  test('ends at its deadline, and when it is called off', async () => {
    milvus.answer('Upsert', 'silence')
    expect(await refusal(connection.send(rows(1), { timeoutMs: 100 }))).toMatchObject({ code: 'MILVUS_TIMEOUT' })
    const signal = AbortSignal.timeout(100)
    expect(await refusal(connection.send(rows(1), { signal }))).toMatchObject({ code: 'MILVUS_CANCELLED' })
    expect(await refusal(connection.send(rows(1), { signal }))).toMatchObject({ code: 'MILVUS_CANCELLED' })
  })

  test('names an encoder that breaks its word as the bug it is', async () => {
    const wrong: WriteRequest = { ...rows(1), bytes: 3 }
    expect(await refusal(connection.send(wrong))).toMatchObject({ code: 'INTERNAL' })
  })

  test('sends deletes, and shows no key when one is refused', async () => {
    const request = new WriteTarget('articles').delete('id in ["key-1"]', 1)
    expect(await connection.send(request)).toEqual({ rows: 1 })
    expect(milvus.requests.at(-1)!.message.expr).toBe('id in ["key-1"]')
    milvus.answer('Delete', { status: { code: 65535, error_code: 1, reason: 'bad expr = id in ["key-1"]' } })
    expect((await refusal(connection.send(request))).message).not.toContain('key-1')
  })

  test('is given up when the connection is closed', async () => {
    milvus.answer('Upsert', 'silence')
    const before = milvus.requests.length
    const waiting = refusal(connection.send(rows(1)))
    await until('Milvus has it', () => milvus.requests.length > before)
    await connection.close()
    expect(await waiting).toMatchObject({ code: 'MILVUS_CANCELLED' })
  })

  test('is over when the connection is closed', async () => {
    await connection.close()
    expect(await refusal(connection.send(rows(1)))).toMatchObject({ code: 'MILVUS_CANCELLED' })
  })
})

describe('a server that goes away', () => {
  test('is found again when it is back', async () => {
    await milvus.stop()
    expect(await refusal(connection.send(rows(1)))).toMatchObject({ code: 'MILVUS_UNREACHABLE', label: 'retriable' })
    milvus = await startStandIn({ port: milvus.port })
    let answer: unknown
    await until('it is found', async () => {
      answer = await connection.send(rows(1)).catch(() => undefined)
      return answer !== undefined
    })
    expect(answer).toEqual({ rows: 1 })
  })
})

describe('a connection that is dead and does not say so', () => {
  test('is noticed by keep-alive, long before the deadline', async () => {
    const proxy = await startProxy({ host: '127.0.0.1', port: milvus.port })
    const keepAlive = { timeMs: 200, timeoutMs: 200 }
    const through = await connect({ endpoint: endpointOf(proxy.port), requestTimeoutMs: 60_000, keepAlive })
    proxy.blackhole()
    const start = performance.now()
    expect(await refusal(through.send(rows(1)))).toMatchObject({ code: 'MILVUS_UNREACHABLE' })
    expect(performance.now() - start).toBeLessThan(30_000)
    await through.close()
    await proxy.close()
  })
})

describe('describeCollection', () => {
  const schema = {
    name: 'articles_v2',
    enable_dynamic_field: true,
    fields: [
      { name: 'id', data_type: 21, is_primary_key: true, type_params: [{ key: 'max_length', value: '64' }] },
      { name: 'lang', data_type: 21, is_partition_key: true, default_value: { string_data: 'en' } },
      { name: 'text', data_type: 21, nullable: true },
      { name: 'sparse', data_type: 104 },
      { name: 'v', data_type: 101, type_params: [{ key: 'dim', value: '768' }] },
      { name: 'tags', data_type: 22, element_type: 5, type_params: [{ key: 'max_capacity', value: '9' }] },
      { name: 'next', data_type: 4242 },
      { name: '$meta', data_type: 23, is_dynamic: true },
    ],
    functions: [{ name: 'bm25', output_field_names: ['sparse'] }],
    struct_array_fields: [
      {
        name: 'chunks',
        nullable: true,
        fields: [
          { name: 'chunks[n]', data_type: 22, element_type: 4, type_params: [{ key: 'max_capacity', value: '7' }] },
          { name: 'v', data_type: 101, type_params: [{ key: 'dim', value: '8' }] },
        ],
      },
    ],
  }

  test('puts the server’s words into redkite’s', async () => {
    milvus.answer('DescribeCollection', { status: ok, collection_name: 'articles_v2', aliases: ['articles'], schema })
    const description = await describeCollection(connection, 'articles')
    expect(description).toMatchObject({ name: 'articles_v2', aliases: ['articles'] })
    const { fields, primaryKey, dynamicField } = description.schema
    expect(primaryKey).toMatchObject({ name: 'id', type: 21, maxLengthBytes: 64, autoId: false })
    expect(dynamicField).toBe(true)
    expect(fields.map((field) => field.name)).toEqual(['id', 'lang', 'text', 'sparse', 'v', 'tags', 'next', 'chunks'])
    expect(fields[1]).toMatchObject({ partitionKey: true, hasDefault: true, nullable: false })
    expect(fields[2]).toMatchObject({ nullable: true, hasDefault: false })
    expect(fields[3]).toMatchObject({ type: 104, functionOutput: true })
    expect(fields[4]).toMatchObject({ type: 101, dim: 768, functionOutput: false })
    expect(fields[5]).toMatchObject({ type: 22, elementType: 5, maxCapacity: 9 })
    expect(fields.slice(6).map((field) => field.type)).toEqual([4242, 200])
    expect(fields[7]).toMatchObject({ nullable: true, maxCapacity: 7 })
    expect(fields[7]!.members).toMatchObject([
      { name: 'n', type: 22, elementType: 4, maxCapacity: 7, nullable: true },
      { name: 'v', type: 106, elementType: 101, dim: 8, nullable: true },
    ])
  })

  test('says that the database is missing when that is why the collection is', async () => {
    milvus.answer('DescribeCollection', { status: { code: 100, error_code: 1, reason: 'collection not found' } })
    milvus.answer('ListDatabases', { status: ok, db_names: ['default'] })
    expect(await refusal(describeCollection(connection, 'x'))).toMatchObject({ code: 'MILVUS_DATABASE_MISSING' })
    milvus.answer('ListDatabases', { status: ok, db_names: ['default', 'news'] })
    expect(await refusal(describeCollection(connection, 'x'))).toMatchObject({ code: 'MILVUS_COLLECTION_MISSING' })
    milvus.answer('ListDatabases', { grpc: 7, details: 'permission deny' })
    expect(await refusal(describeCollection(connection, 'x'))).toMatchObject({ code: 'MILVUS_COLLECTION_MISSING' })
  })

  test('refuses a collection without a primary key', async () => {
    milvus.answer('DescribeCollection', { status: ok, schema: { name: 'x', fields: [{ name: 'a', data_type: 5 }] } })
    expect(await refusal(describeCollection(connection, 'x'))).toMatchObject({ code: 'MILVUS_SCHEMA_ODD' })
  })

  test('and its load state are told apart', async () => {
    for (const [state, said] of ['missing', 'not loaded', 'loading', 'loaded'].entries()) {
      milvus.answer('GetLoadState', { status: ok, state })
      expect(await loadState(connection, 'articles')).toBe(said as never)
    }
  })
})
