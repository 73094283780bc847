/** What redkite sends of a row of each type is what Milvus' own SDK sends of it. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { MilvusClient } from '@zilliz/milvus2-sdk-node'
import { connect } from '../../src/milvus/connect.ts'
import type { MilvusConnection } from '../../src/milvus/connection.ts'
import { WriteTarget } from '../../src/milvus/request.ts'
import type { CollectionSchema, Field } from '../../src/milvus/schema.ts'
import { type StandIn, startStandIn } from '../milvus/stand-in.ts'
import { decodeRows, everyType, rows } from './every-type.ts'
import { structRows, structs } from './struct-schema.ts'

let milvus: StandIn
let connection: MilvusConnection
let sdk: MilvusClient

beforeAll(async () => {
  milvus = await startStandIn()
  connection = await connect({
    endpoint: { host: '127.0.0.1', port: milvus.port, tls: false },
    requestTimeoutMs: 5_000,
  })
  sdk = new MilvusClient({ address: `127.0.0.1:${milvus.port}` })
})

afterAll(async () => {
  await Promise.all([connection.close(), sdk.closeConnection()])
  await milvus.stop()
})

/** The request of the SDK, and that of redkite. */
async function insertBoth(schema: CollectionSchema, rows: readonly Record<string, unknown>[]) {
  const status = { code: 0, error_code: 0, reason: '' }
  const { collection } = schema
  const fields = schema.fields.filter(({ members }) => members === undefined).map(message)
  const struct_array_fields = schema.fields.filter(({ members }) => members !== undefined).map(structMessage)
  const answer = { status, collection_name: collection, schema: { name: collection, fields, struct_array_fields } }
  milvus.answer('DescribeCollection', answer)
  await sdk.describeCollection({ collection_name: collection, cache: false })
  await sdk.insert({ collection_name: collection, data: structuredClone(rows) as never })
  const batch = decodeRows(schema, rows)
  await connection.send(new WriteTarget(collection).write('insert', batch.columns, 0, batch.rows))
  const inserts = milvus.requests.filter(({ method }) => method === 'Insert').map(({ message }) => message)
  const [theirs, ours] = inserts.slice(-2)
  expect(ours.num_rows).toBe(theirs.num_rows)
  return { theirs, ours }
}

test('rows of every type reach the server as the SDK sends them', async () => {
  const { theirs, ours } = await insertBoth(everyType, rows)
  for (const { name } of everyType.fields) {
    expect(comparable(theirs, name), name).toBeDefined()
    expect(comparable(ours, name), name).toEqual(comparable(theirs, name))
  }
})

test('structs reach the server member by member as the SDK sends them', async () => {
  const { theirs, ours } = await insertBoth({ ...structs, collection: 'structs' }, structRows)
  for (const name of ['all', 'maybe']) {
    const [theirData, ourData] = [theirs, ours].map(({ fields_data }) =>
      fields_data.find(({ field_name }: FieldMessage) => field_name === name),
    )
    expect(theirData.struct_arrays.fields).not.toEqual([])
    expect(ourData.struct_arrays, name).toEqual(theirData.struct_arrays)
    // Milvus calls it so, and pymilvus; the SDK says ARRAY, and Milvus does not look.
    expect([ourData.type, theirData.type]).toEqual([200, 22])
  }
})

interface FieldMessage {
  readonly field_name: string
  readonly vectors?: { dim: unknown; sparse_float_vector?: { dim: unknown; contents: Uint8Array[] } }
}

/** The SDK says of a sparse vector's dim how many numbers it has, and sends its pairs in the order of the object's keys, which is that of numbers. */
function comparable(request: { fields_data: FieldMessage[] }, name: string): unknown {
  const data = request.fields_data.find(({ field_name }) => field_name === name)
  return data?.vectors?.sparse_float_vector ? data.vectors.sparse_float_vector.contents : data
}

function structMessage({ name, nullable, members }: Field): object {
  return { name, nullable, fields: members!.map(message) }
}

function message(field: Field): object {
  const parameters = { dim: field.dim, max_length: field.maxLengthBytes, max_capacity: field.maxCapacity }
  return {
    name: field.name,
    data_type: field.type,
    element_type: field.elementType ?? 0,
    is_primary_key: field.primaryKey,
    nullable: field.nullable,
    type_params: Object.entries(parameters).flatMap(([key, value]) =>
      value === undefined ? [] : [{ key, value: String(value) }],
    ),
  }
}
