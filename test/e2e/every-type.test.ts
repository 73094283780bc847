/** Types beyond the common ones, written by the binary and read back by pymilvus. Which server has which is in docs/types.md. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import type { CollectionSpec, FieldSpec, MilvusAddress, Row } from '../servers/pymilvus.ts'
import {
  bothMilvus,
  serverTimeoutMs,
  sharedKafka,
  sharedMilvus,
  sharedMilvusLite,
  sharedPyMilvus,
  unique,
} from '../servers/shared.ts'
import { catchUp, sinkFile, startVerb, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

const id = { name: 'id', type: 'INT64', primaryKey: true } as const

/** The values through Kafka and redkite into a new collection; its rows in the order of their ids. `verify` finds the same. */
async function through(
  milvus: MilvusAddress,
  values: readonly string[],
  fields: CollectionSpec['fields'],
): Promise<Row[]> {
  const [kafka, pymilvus] = await Promise.all([sharedKafka(), sharedPyMilvus()])
  const name = unique('every')
  await kafka.tools.createTopic(name)
  await kafka.tools.produce(
    name,
    values.map((value) => ({ value })),
  )
  await pymilvus.createCollection(milvus, { name, fields })
  const files = [workerFile(kafka.bootstrap), [sinkFile(name, milvus.endpoint, name, name)]] as const
  const ended = await catchUp(...files)
  expect(ended.stderr).toContain(`${values.length} rows written`)
  expect(ended.exitCode).toBe(0)
  const rows = await pymilvus.query(milvus, name, { filter: 'id >= 0', fields: ['*'] })
  const verified = await startVerb('verify', ...files).ended
  expect(verified.stdout + verified.stderr).toContain(`says: ${values.length} rows`)
  expect(verified.exitCode).toBe(0)
  return rows.sort((a, b) => a.id - b.id)
}

const array = (name: string, elementType: string, maxLength?: number): FieldSpec => ({
  ...{ name, type: 'ARRAY', elementType, maxCapacity: 4 },
  ...(maxLength === undefined ? {} : { maxLength }),
})

const arrays = [
  array('bools', 'BOOL'),
  array('i8s', 'INT8'),
  array('i16s', 'INT16'),
  array('i32s', 'INT32'),
  array('i64s', 'INT64'),
  array('floats', 'FLOAT'),
  array('doubles', 'DOUBLE'),
  array('texts', 'VARCHAR', 300),
]

const arrayValues = [
  `{"id":1,"bools":[true,false],"i8s":[-128,127],"i16s":[-32768,32767],"i32s":[-2147483648,2147483647],
    "i64s":[-9223372036854775808,9223372036854775807],"floats":[0.1,-3.4e38],"doubles":[0.1,-1.7976931348623157e308],
    "texts":["","naïve 東京 🪁","${'x'.repeat(300)}"],"v":[1,2]}`,
  '{"id":2,"bools":[],"i8s":[],"i16s":[],"i32s":[],"i64s":[],"floats":[],"doubles":[],"texts":[],"v":[3,4]}',
  '{"id":3,"bools":[true,true,true,true],"i8s":[1],"i16s":[2],"i32s":[3],"i64s":[4],"floats":[5],"doubles":[6],"texts":["7"],"v":[5,6]}',
]

const arrayRows = [
  {
    ...{
      id: 1,
      bools: [true, false],
      i8s: [-128, 127],
      i16s: [-32_768, 32_767],
      i32s: [-2_147_483_648, 2_147_483_647],
    },
    ...{
      i64s: [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n],
      floats: [Math.fround(0.1), Math.fround(-3.4e38)],
    },
    ...{ doubles: [0.1, -1.7976931348623157e308], texts: ['', 'naïve 東京 🪁', 'x'.repeat(300)], v: [1, 2] },
  },
  { id: 2, bools: [], i8s: [], i16s: [], i32s: [], i64s: [], floats: [], doubles: [], texts: [], v: [3, 4] },
  {
    id: 3,
    bools: [true, true, true, true],
    i8s: [1],
    i16s: [2],
    i32s: [3],
    i64s: [4],
    floats: [5],
    doubles: [6],
    texts: ['7'],
    v: [5, 6],
  },
]

test.each(bothMilvus)('on %s arrays of each type keep their elements', async (_, server) => {
  const fields = [id, ...arrays, { name: 'v', type: 'FLOAT_VECTOR', dim: 2 }]
  expect(await through(await server(), arrayValues, fields)).toEqual(arrayRows)
})

test('on Milvus 2.3.5 binary vectors keep their bits, from bytes and from base64', async () => {
  const values = ['{"id":1,"v":[0,255,129]}', '{"id":2,"v":"AP+B"}', '{"id":3,"v":"[7, 8, 9]"}']
  const rows = await through(await sharedMilvus(), values, [id, { name: 'v', type: 'BINARY_VECTOR', dim: 24 }])
  const base64 = (...bytes: number[]) => [Buffer.from(bytes).toString('base64')]
  expect(rows).toEqual([
    { id: 1, v: base64(0, 255, 129) },
    { id: 2, v: base64(0, 255, 129) },
    { id: 3, v: base64(7, 8, 9) },
  ])
})

test('on Milvus 2.3.5 half vectors hold what numpy makes of the float32 numbers', async () => {
  const numbers = [0.1, -65_519, 1e-7, 2049, 1 / 3, -2.5e-8]
  const server = await sharedMilvus()
  const pymilvus = await sharedPyMilvus()
  const wanted = await pymilvus.run<string>(
    server,
    'result = numpy.array(params, dtype=numpy.float32).astype(numpy.float16).tobytes()',
    numbers,
  )
  const values = [`{"id":1,"v":${JSON.stringify(numbers)}}`, `{"id":2,"v":"${wanted}"}`]
  const rows = await through(server, values, [id, { name: 'v', type: 'FLOAT16_VECTOR', dim: numbers.length }])
  expect(rows).toEqual([
    { id: 1, v: [wanted] },
    { id: 2, v: [wanted] },
  ])
})

test('on Milvus Lite sparse vectors of each form, times, shapes and nulls are what the records say', async () => {
  const values = [
    '{"id":1,"s":{"12":0.5,"3":0.1},"v":[1,2],"at":"2026-01-31 12:00:00.5+09:00","where":"POINT (1 2)","tags":["a"]}',
    '{"id":2,"s":{"indices":[4294967294,0],"values":[1,2]},"v":[3,4],"at":null,"where":"POLYGON ((0 0, 1 0, 1 1, 0 0))"}',
    '{"id":3,"s":[[7,0.25]],"v":[5,6],"at":"1969-12-31T23:59:59.999999Z","where":null,"tags":null}',
  ]
  const fields = [
    id,
    { name: 's', type: 'SPARSE_FLOAT_VECTOR' },
    { name: 'v', type: 'FLOAT_VECTOR', dim: 2 },
    { name: 'at', type: 'TIMESTAMPTZ', nullable: true },
    { name: 'where', type: 'GEOMETRY', nullable: true },
    { ...array('tags', 'VARCHAR', 10), nullable: true },
  ]
  expect(await through(await sharedMilvusLite(), values, fields)).toEqual([
    {
      ...{ id: 1, s: { '3': Math.fround(0.1), '12': 0.5 }, v: [1, 2], at: '2026-01-31T03:00:00.500000Z' },
      ...{ where: 'POINT (1 2)', tags: ['a'] },
    },
    {
      ...{ id: 2, s: { '0': 2, '4294967294': 1 }, v: [3, 4], at: null },
      ...{ where: 'POLYGON ((0 0, 1 0, 1 1, 0 0))', tags: null },
    },
    { id: 3, s: { '7': 0.25 }, v: [5, 6], at: '1969-12-31T23:59:59.999999Z', where: null, tags: null },
  ])
})

const bm25Collection = `
from pymilvus import DataType, Function, FunctionType
schema = client.create_schema()
schema.add_field('id', DataType.INT64, is_primary=True)
schema.add_field('text', DataType.VARCHAR, max_length=200, enable_analyzer=True)
schema.add_field('words', DataType.SPARSE_FLOAT_VECTOR)
schema.add_function(Function('bm25', FunctionType.BM25, input_field_names=['text'], output_field_names=['words']))
indexes = client.prepare_index_params()
indexes.add_index('words', index_type='SPARSE_INVERTED_INDEX', metric_type='BM25')
client.create_collection(params, schema=schema, index_params=indexes, consistency_level='Strong')
`

test('on Milvus Lite the field that BM25 writes is left to it, also where a record brings one', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('bm25')
  await kafka.tools.createTopic(name)
  const values = ['{"id":1,"text":"red kites soar"}', '{"id":2,"text":"blue whales dive","words":{"1":1}}']
  await kafka.tools.produce(
    name,
    values.map((value) => ({ value })),
  )
  await pymilvus.run(milvus, bm25Collection, name)
  const ended = await catchUp(workerFile(kafka.bootstrap), [sinkFile(name, milvus.endpoint, name, name)])
  expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('"words" 1') })
  const found = await pymilvus.run<Row[]>(
    milvus,
    "result = client.search(params, data=['kites'], anns_field='words', limit=5)[0]",
    name,
  )
  expect(found.map((hit) => hit.id)).toEqual([1])
})
