/** The same on the real servers: what is encoded here is read back by pymilvus, and real refusals become the right codes. */

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { FloatVectorColumn } from '../../src/columns/float-vector.ts'
import type { VarCharColumn } from '../../src/columns/varchar.ts'
import { connect } from '../../src/milvus/connect.ts'
import type { MilvusConnection } from '../../src/milvus/connection.ts'
import { deleteExpression } from '../../src/milvus/delete-expression.ts'
import { describeCollection, loadState } from '../../src/milvus/describe.ts'
import { WriteTarget } from '../../src/milvus/request.ts'
import type { CollectionSchema } from '../../src/milvus/schema.ts'
import type { MilvusEndpoint } from '../servers/milvus-endpoint.ts'
import {
  serverTimeoutMs,
  sharedMilvus,
  sharedMilvusLite,
  sharedPyMilvus,
  sharedSecureMilvus,
  unique,
} from '../servers/shared.ts'
import { refusal } from './refusal.ts'

setDefaultTimeout(serverTimeoutMs)

const requestTimeoutMs = 30_000
const plain = ({ host, port }: MilvusEndpoint) => ({ host, port, tls: false })

function batchOf(schema: CollectionSchema, rows: readonly (readonly [key: string, vector: readonly number[]])[]) {
  const batch = new ColumnBatch(schema)
  const [id, v] = batch.columns as [VarCharColumn, FloatVectorColumn]
  for (const [key, numbers] of rows) {
    const bytes = new TextEncoder().encode(key)
    const at = id.wire.start(bytes.length + 8)
    id.wire.bytes.set(bytes, at + 2)
    id.wire.endText(at, at + 2 + bytes.length)
    const start = v.start()
    v.values.set(numbers, start)
    batch.commit()
  }
  return batch
}

describe.each([
  ['Milvus 2.3.5', sharedMilvus, /2\.3\.5/],
  ['Milvus Lite', sharedMilvusLite, /lite-3\.2/],
] as const)('%s', (_, shared, version) => {
  const collection = unique('written')
  let server: MilvusEndpoint
  let connection: MilvusConnection
  let schema: CollectionSchema
  const write = new WriteTarget(collection)

  beforeAll(async () => {
    server = await shared()
    const pymilvus = await sharedPyMilvus()
    await pymilvus.createCollection(server, {
      name: collection,
      fields: [
        { name: 'id', type: 'VARCHAR', primaryKey: true, maxLength: 60 },
        { name: 'v', type: 'FLOAT_VECTOR', dim: 3 },
      ],
    })
    connection = await connect({ endpoint: plain(server), requestTimeoutMs })
    schema = (await describeCollection(connection, collection)).schema
  })

  afterAll(() => connection?.close())

  const stored = async () => {
    const rows = await (await sharedPyMilvus()).query(server, collection, { filter: 'id != ""' })
    return Object.fromEntries(rows.map((row) => [row.id, row.v]))
  }

  test('is described', async () => {
    expect(connection.serverVersion).toMatch(version)
    expect(schema.fields).toMatchObject([
      { name: 'id', type: 21, primaryKey: true, autoId: false, maxLengthBytes: 60 },
      { name: 'v', type: 101, dim: 3 },
    ])
    expect(await loadState(connection, collection)).toBe('loaded')
  })

  test('takes an insert, an upsert of a part of a batch, and deletes of odd keys', async () => {
    const odd = ['quote "', 'back\\slash', 'new\nline', "it's", 'tab\tand\rreturn', '100 % {x}', 'ü€']
    const rows = [...odd, 'kept', 'changed'].map((key, row) => [key, [row, 0.1, -1e-7]] as const)
    const { columns } = batchOf(schema, rows)
    expect(await connection.send(write.write('insert', columns, 0, rows.length))).toEqual({ rows: rows.length })
    const changes = batchOf(schema, [
      ['not sent', [0, 0, 0]],
      ['changed', [7, 8, 9]],
      ['not sent', [0, 0, 0]],
    ])
    expect(await connection.send(write.write('upsert', changes.columns, 1, 2))).toEqual({ rows: 1 })
    await connection.send(write.delete(deleteExpression('id', odd), odd.length))
    expect(await stored()).toEqual({
      kept: [odd.length, Math.fround(0.1), Math.fround(-1e-7)],
      changed: [7, 8, 9],
    })
  })

  test('refuses a value that is too long, as a matter of the rows', async () => {
    const { columns } = batchOf(schema, [['x'.repeat(61), [1, 2, 3]]])
    expect(await refusal(connection.send(write.write('upsert', columns, 0, 1)))).toMatchObject({
      code: 'MILVUS_REFUSED_ROWS',
      label: 'record',
    })
  })

  test('has no such collection, partition or database', async () => {
    const { columns } = batchOf(schema, [['x', [1, 2, 3]]])
    const missing = new WriteTarget(unique('missing')).write('upsert', columns, 0, 1)
    expect(await refusal(connection.send(missing))).toMatchObject({ code: 'MILVUS_COLLECTION_MISSING', exit: 23 })
    const partition = new WriteTarget(collection, 'missing').write('upsert', columns, 0, 1)
    expect(await refusal(connection.send(partition))).toMatchObject({ code: 'MILVUS_PARTITION_MISSING' })
    const lost = await connect({ endpoint: plain(server), database: 'missing', requestTimeoutMs })
    expect(await refusal(describeCollection(lost, collection))).toMatchObject({
      code: 'MILVUS_DATABASE_MISSING',
      exit: 22,
    })
    await lost.close()
  })

  test('tells that a collection is not loaded', async () => {
    const name = unique('released')
    const fields = [
      { name: 'id', type: 'INT64', primaryKey: true },
      { name: 'v', type: 'FLOAT_VECTOR', dim: 2 },
    ]
    const pymilvus = await sharedPyMilvus()
    await pymilvus.createCollection(server, { name, fields })
    await pymilvus.releaseCollection(server, name)
    expect(await loadState(connection, name)).toBe('not loaded')
  })
})

test('2.3.5 refuses a request over 64 MiB, and takes the next one', async () => {
  const server = await sharedMilvus()
  const name = unique('big')
  await (await sharedPyMilvus()).createCollection(server, {
    name,
    fields: [
      { name: 'id', type: 'VARCHAR', primaryKey: true, maxLength: 60 },
      { name: 'v', type: 'FLOAT_VECTOR', dim: 8192 },
    ],
  })
  const connection = await connect({ endpoint: plain(server), requestTimeoutMs })
  const { schema } = await describeCollection(connection, name)
  const numbers = new Array<number>(8192).fill(1)
  const rows = Array.from({ length: 2_100 }, (_, row) => [`key-${row}`, numbers] as const)
  const { columns } = batchOf(schema, rows)
  const write = new WriteTarget(name)
  expect(await refusal(connection.send(write.write('upsert', columns, 0, rows.length)))).toMatchObject({
    code: 'MILVUS_REQUEST_TOO_LARGE',
    label: 'record',
  })
  expect(await connection.send(write.write('upsert', columns, 0, 10))).toEqual({ rows: 10 })
  await connection.close()
})

describe('Milvus 2.3.5 with TLS and users', () => {
  async function connecting(token: string | undefined, caFile: string | undefined) {
    const { host, port } = await sharedSecureMilvus()
    return connect({ endpoint: { host, port, tls: true }, token, tls: { caFile }, requestTimeoutMs })
  }

  test('takes user:password', async () => {
    const { token, caFile } = await sharedSecureMilvus()
    const connection = await connecting(token, caFile)
    expect(connection.serverVersion).toMatch(/2\.3\.5/)
    await connection.close()
  })

  test('refuses a wrong token and none', async () => {
    const { caFile } = await sharedSecureMilvus()
    for (const token of ['root:wrong', 'an-api-key', undefined]) {
      expect(await refusal(connecting(token, caFile))).toMatchObject({ code: 'MILVUS_AUTH_REFUSED', exit: 77 })
    }
  })

  test('is not trusted without its authority', async () => {
    const { token } = await sharedSecureMilvus()
    expect(await refusal(connecting(token, undefined))).toMatchObject({ code: 'MILVUS_TLS_REFUSED' })
  })

  test('denies a user without the privilege', async () => {
    const server = await sharedSecureMilvus()
    const pymilvus = await sharedPyMilvus()
    const name = unique('guarded')
    await pymilvus.createCollection(server, {
      name,
      fields: [
        { name: 'id', type: 'VARCHAR', primaryKey: true, maxLength: 60 },
        { name: 'v', type: 'FLOAT_VECTOR', dim: 2 },
      ],
    })
    const user = unique('user')
    await pymilvus.createUser(server, user, 'a password')
    const root = await connecting(server.token, server.caFile)
    const { schema } = await describeCollection(root, name)
    await root.close()
    const connection = await connecting(`${user}:a password`, server.caFile)
    const { columns } = batchOf(schema, [['x', [1, 2]]])
    const request = new WriteTarget(name).write('upsert', columns, 0, 1)
    expect(await refusal(connection.send(request))).toMatchObject({ code: 'MILVUS_DENIED', exit: 26 })
    await connection.close()
  })
})
