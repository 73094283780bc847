/**
 * Fields of structs, through the binary. No Milvus that can be installed here has them: Milvus Lite 3.2.2 and Milvus 2.3.5 both make such a collection without
 * the field, and say nothing. So a stand-in takes the rows, and pymilvus says what they should be and what they are.
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { CollectionSchema, Field } from '../../src/milvus/schema.ts'
import { structRows, structs } from '../columns/struct-schema.ts'
import { type StandIn, startStandIn } from '../milvus/stand-in.ts'
import type { MilvusEndpoint } from '../servers/milvus-endpoint.ts'
import { serverTimeoutMs, sharedKafka, sharedPyMilvus, unique } from '../servers/shared.ts'
import { catchUp, sinkFile, startVerb, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

const status = { code: 0, error_code: 0, reason: '' }
const loaded = { status, state: 3 }

let milvus: StandIn
let server: MilvusEndpoint

beforeAll(async () => {
  milvus = await startStandIn()
  server = { host: '127.0.0.1', port: milvus.port, endpoint: `http://127.0.0.1:${milvus.port}` }
  milvus.answer('GetLoadState', loaded)
})

afterAll(() => milvus.stop())

/** It takes only float vectors as lists. The upper half of a float32 is the bfloat16, as all numbers here are exact. */
const insertion = `
for row in params['rows']:
    for struct in row['all']:
        struct['f16'] = numpy.array(struct['f16'], dtype=numpy.float16)
        struct['bf16'] = (numpy.array(struct['bf16'], dtype=numpy.float32).view(numpy.uint32) >> 16).astype(numpy.uint16).tobytes()
        struct['i8v'] = numpy.array(struct['i8v'], dtype=numpy.int8)
client.insert(params['collection'], params['rows'])
`

interface FieldData {
  readonly field_name: string
  readonly valid_data: readonly boolean[]
  readonly scalars?: { readonly array_data: { readonly data: object[] } }
  readonly vectors?: { readonly vector_array: { readonly data: { readonly float_vector?: { data: number[] } }[] } }
  readonly struct_arrays?: { readonly fields: readonly FieldData[] }
}

function isMadeAs({ fields }: CollectionSchema, collection_name: string): void {
  const schema = {
    name: collection_name,
    fields: fields.filter(({ members }) => members === undefined).map(message),
    struct_array_fields: fields
      .filter(({ members }) => members !== undefined)
      .map(({ name, nullable, members }) => ({ name, nullable, fields: members!.map(message) })),
  }
  milvus.answer('DescribeCollection', { status, collection_name, schema })
}

function message({ name, type, elementType, primaryKey, nullable, dim, maxLengthBytes, maxCapacity }: Field): object {
  const parameters = Object.entries({ dim, max_length: maxLengthBytes, max_capacity: maxCapacity })
  const type_params = parameters.flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: String(value) }]))
  return { name, data_type: type, element_type: elementType ?? 0, is_primary_key: primaryKey, nullable, type_params }
}

/** What came last by this method. */
function fieldsSent(method: 'Insert' | 'Upsert'): FieldData[] {
  return milvus.requests.filter((request) => request.method === method).at(-1)!.message.fields_data
}

/** Fields of structs. What type an array's elements have Milvus knows itself; pymilvus leaves it out, the SDK for Node.js does not. */
function structsOf(fields: readonly FieldData[]): object[] {
  const withoutType = ({ scalars, ...rest }: FieldData) => ({ ...rest, array: scalars?.array_data.data })
  return fields.flatMap(({ struct_arrays, ...rest }) =>
    struct_arrays ? [{ ...rest, members: struct_arrays.fields.map(withoutType) }] : [],
  )
}

/** In an answer Milvus keeps a place for what is null. */
function answered({ scalars, vectors, ...rest }: FieldData): object {
  const { array_data } = scalars ?? {}
  const { vector_array } = vectors ?? {}
  const values = [...(array_data ?? vector_array!).data]
  const data = rest.valid_data.length === 0 ? values : rest.valid_data.map((is) => (is ? values.shift() : {}))
  if (array_data) return { ...rest, scalars: { array_data: { ...array_data, data } } }
  return { ...rest, vectors: { vector_array: { ...vector_array, data } } }
}

/** The rows that were sent come back to whoever asks for all, once; and their count. */
function givesBack(sent: readonly FieldData[], rows: number): void {
  const fields = sent.map(({ struct_arrays, ...field }) =>
    struct_arrays ? { ...field, struct_arrays: { fields: struct_arrays.fields.map(answered) } } : field,
  )
  const count = { type: 5, field_name: 'count(*)', scalars: { long_data: { data: [rows] } } }
  milvus.answer('Query', ({ expr, output_fields }: { expr: string; output_fields: string[] }) => ({
    status,
    fields_data: output_fields.includes('count(*)') ? [count] : /id > [^-]/.test(expr) ? [] : fields,
  }))
}

test('structs reach Milvus as pymilvus sends them, pymilvus reads them back, and verify sees whether they are equal', async () => {
  const [kafka, pymilvus] = await Promise.all([sharedKafka(), sharedPyMilvus()])
  const name = unique('structs')
  await kafka.tools.createTopic(name)
  const values = structRows.map((row) => ({ value: JSON.stringify(row) }))
  await kafka.tools.produce(name, values)
  isMadeAs(structs, name)
  const files = [workerFile(kafka.bootstrap), [sinkFile(name, server.endpoint, name, name)]] as const
  expect(await catchUp(...files)).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('3 rows written') })
  const ours = fieldsSent('Upsert')

  await pymilvus.run(server, insertion, { collection: name, rows: structRows })
  const theirs = fieldsSent('Insert')
  expect(structsOf(theirs)).toHaveLength(2)
  expect(structsOf(ours)).toEqual(structsOf(theirs))

  givesBack(ours, structRows.length)
  const back = await pymilvus.query(server, name, { filter: 'id >= 0', fields: ['*'] })
  expect(back.map(({ maybe }) => maybe)).toEqual([[{ n: 1, v: [1, 2] }], [], null])
  expect(back[0]!.all[1]).toMatchObject({ i64: -1, text: 'ü', fv: [0.25, 0], double: -1e300 })
  expect(await startVerb('verify', ...files).ended).toMatchObject({ exitCode: 0 })
  const vector = ours[2]!.struct_arrays!.fields[1]!.vectors!.vector_array.data[0]!.float_vector!
  vector.data[1] = 3
  givesBack(ours, structRows.length)
  expect(await startVerb('verify', ...files).ended).toMatchObject({
    exitCode: 40,
    stdout: expect.stringMatching(/equal +2\n.*key 1, .* fields "maybe"\n$/s),
  })
})

test('a record whose structs do not fit is named, struct and member, and what comes before it is written', async () => {
  const kafka = await sharedKafka()
  const name = unique('structs')
  await kafka.tools.createTopic(name)
  const bad = {
    ...structRows[1],
    id: 9,
    maybe: [
      { n: 1, v: [1, 2] },
      { n: 2, v: [1] },
    ],
  }
  await kafka.tools.produce(
    name,
    [structRows[1], bad].map((row) => ({ value: JSON.stringify(row) })),
  )
  isMadeAs(structs, name)
  const ended = await catchUp(workerFile(kafka.bootstrap), [sinkFile(name, server.endpoint, name, name)])
  expect(ended).toMatchObject({
    exitCode: 30,
    stderr: expect.stringMatching(/offset 1.*field "maybe\[1\]\.v" takes 2 numbers, the record has 1/s),
  })
  expect(fieldsSent('Upsert')[0]).toMatchObject({ field_name: 'id', scalars: { long_data: { data: ['2'] } } })
})
