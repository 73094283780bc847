/** Every type, every shape of record and every way to name topics, as pymilvus reads the result back. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { CollectionSpec, MilvusAddress, Row } from '../servers/pymilvus.ts'
import {
  bothMilvus,
  serverTimeoutMs,
  sharedKafka,
  sharedMilvus,
  sharedMilvusLite,
  sharedPyMilvus,
  unique,
} from '../servers/shared.ts'
import { createPoints, point, pointRows, points, readPoints } from './points.ts'
import { catchUp, type Ended, type Properties, sinkFile, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

const vector = { name: 'v', type: 'FLOAT_VECTOR', dim: 2 } as const
const int64Key = { name: 'id', type: 'INT64', primaryKey: true } as const

interface Told {
  readonly ended: Ended
  readonly rows: Row[]
}

/** One topic, one collection of the same name, one run to the end; all rows, in the order of `sortBy`. */
async function tell(
  milvus: MilvusAddress,
  values: readonly string[],
  spec: Omit<CollectionSpec, 'name'>,
  worker: Properties = {},
  sortBy = 'id',
): Promise<Told> {
  const [kafka, pymilvus] = await Promise.all([sharedKafka(), sharedPyMilvus()])
  const name = unique('types')
  await kafka.tools.createTopic(name)
  await kafka.tools.produce(
    name,
    values.map((value) => ({ value })),
  )
  await pymilvus.createCollection(milvus, { name, ...spec })
  const ended = await catchUp(workerFile(kafka.bootstrap, worker), [sinkFile(name, milvus.endpoint, name, name)])
  const key = spec.fields.find((field) => field.primaryKey)!
  const filter = key.type === 'VARCHAR' ? `${key.name} != ""` : `${key.name} >= -9223372036854775807`
  const rows = await pymilvus.query(milvus, name, { filter, fields: ['*'] })
  return { ended, rows: rows.sort((a, b) => (a[sortBy] < b[sortBy] ? -1 : 1)) }
}

describe.each(bothMilvus)('on %s', (_, server) => {
  test.concurrent('integers of each width keep their limits, int64 beyond 2^53 too; BOOL, FLOAT and DOUBLE their values', async () => {
    const values = [
      '{"id":-9223372036854775807,"i8":-128,"i16":-32768,"i32":-2147483648,"i64":-9223372036854775808,"b":true,"f":0.1,"d":0.1,"v":[1,2]}',
      '{"id":9007199254740993,"i8":127,"i16":32767,"i32":2147483647,"i64":9223372036854775807,"b":false,"f":-3.4e38,"d":-1.7976931348623157e308,"v":[3,4]}',
    ]
    const { ended, rows } = await tell(await server(), values, {
      fields: [
        int64Key,
        { name: 'i8', type: 'INT8' },
        { name: 'i16', type: 'INT16' },
        { name: 'i32', type: 'INT32' },
        { name: 'i64', type: 'INT64' },
        { name: 'b', type: 'BOOL' },
        { name: 'f', type: 'FLOAT' },
        { name: 'd', type: 'DOUBLE' },
        vector,
      ],
    })
    expect(ended.exitCode).toBe(0)
    expect(rows).toEqual([
      {
        ...{ id: -9_223_372_036_854_775_807n, i8: -128, i16: -32_768, i32: -2_147_483_648 },
        ...{ i64: -9_223_372_036_854_775_808n, b: true, f: Math.fround(0.1), d: 0.1, v: [1, 2] },
      },
      {
        ...{ id: 9_007_199_254_740_993n, i8: 127, i16: 32_767, i32: 2_147_483_647 },
        ...{
          i64: 9_223_372_036_854_775_807n,
          b: false,
          f: Math.fround(-3.4e38),
          d: -1.7976931348623157e308,
          v: [3, 4],
        },
      },
    ])
  })

  test.concurrent('a VARCHAR key takes quotes, backslashes, line ends and characters beyond the first plane', async () => {
    const keys = ['a "b"', 'back\\slash', 'line\nend', 'naïve 東京 🪁', "o'clock"].sort()
    const values = keys.map((id, i) => JSON.stringify({ id, v: [i, 0.5] }))
    const { ended, rows } = await tell(await server(), values, {
      fields: [{ name: 'id', type: 'VARCHAR', primaryKey: true, maxLength: 100 }, vector],
    })
    expect(ended.exitCode).toBe(0)
    expect(rows).toEqual(keys.map((id, i) => ({ id, v: [i, 0.5] })))
  })

  test.concurrent('a JSON field takes any object, and the dynamic field what no field is there for', async () => {
    const nested = { a: [1, 2.5, 'x', null, true, { deep: 'ü' }], b: {} }
    const values = [
      JSON.stringify({ id: 1, meta: nested, v: [1, 2], colour: 'red', size: { width: 3 } }),
      JSON.stringify({ id: 2, v: [3, 4], meta: {} }),
    ]
    const { ended, rows } = await tell(await server(), values, {
      fields: [int64Key, { name: 'meta', type: 'JSON' }, vector],
      dynamicField: true,
    })
    expect(ended.exitCode).toBe(0)
    expect(rows).toEqual([
      { id: 1, meta: nested, v: [1, 2], colour: 'red', size: { width: 3 } },
      { id: 2, meta: {}, v: [3, 4] },
    ])
  })

  test.concurrent('without a dynamic field unknown keys are left out and counted by name', async () => {
    const { ended, rows } = await tell(await server(), ['{"id":1,"colour":"red","v":[1,2],"size":3}'], {
      fields: [int64Key, vector],
    })
    expect(ended).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/ignored: (?=.*"colour" 1)(?=.*"size" 1)/),
    })
    expect(rows).toEqual([{ id: 1, v: [1, 2] }])
  })

  test.concurrent('a collection that makes its own keys gets a row a record, and a warning of what a crash would do', async () => {
    const values = ['{"n":1,"v":[1,2]}', '{"n":2,"v":[3,4]}', '{"n":3,"v":[5,6]}']
    const { ended, rows } = await tell(
      await server(),
      values,
      { fields: [{ ...int64Key, autoId: true }, { name: 'n', type: 'INT64' }, vector] },
      {},
      'n',
    )
    expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('autoID') })
    expect(rows.map(({ n, v }) => ({ n, v }))).toEqual([
      { n: 1, v: [1, 2] },
      { n: 2, v: [3, 4] },
      { n: 3, v: [5, 6] },
    ])
    expect(new Set(rows.map(({ id }) => String(id))).size).toBe(3)
  })

  test.concurrent('with schemas.enable=true the payload of the envelope is the row', async () => {
    const schema = {
      type: 'struct',
      optional: false,
      fields: [
        { field: 'id', type: 'int64', optional: false },
        { field: 'v', type: 'array', items: { type: 'float' }, optional: false },
      ],
    }
    const values = [1, 2].map((id) => JSON.stringify({ schema, payload: JSON.parse(point(id)) }))
    const { ended, rows } = await tell(
      await server(),
      values,
      { fields: [int64Key, vector] },
      { 'value.converter.schemas.enable': 'true' },
    )
    expect(ended.exitCode).toBe(0)
    expect(rows).toEqual(pointRows(1, 3))
  })
})

test.concurrent.each([
  ['Milvus 2.3.5 an array', sharedMilvus, '[1,2,3]'],
  ['Milvus 2.3.5 a string', sharedMilvus, '"x"'],
  ['Milvus Lite a number', sharedMilvusLite, '7'],
])('in a JSON field %s is refused: the record is named, what comes before it is written', async (_, server, meta) => {
  const values = ['{"id":1,"meta":{},"v":[1,2]}', `{"id":2,"meta":${meta},"v":[3,4]}`]
  const { ended, rows } = await tell(await server(), values, {
    fields: [int64Key, { name: 'meta', type: 'JSON' }, vector],
  })
  expect(ended).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('partition 0, offset 1') })
  expect(rows).toEqual([{ id: 1, meta: {}, v: [1, 2] }])
})

describe('on Milvus Lite', () => {
  test.concurrent('null or no value at all is null in a nullable field, and the default in one that has a default', async () => {
    const values = [
      '{"id":1,"note":"here","rank":7,"v":[1,2]}',
      '{"id":2,"note":null,"v":[3,4]}',
      '{"id":3,"rank":null,"v":[5,6]}',
    ]
    const { ended, rows } = await tell(await sharedMilvusLite(), values, {
      fields: [
        int64Key,
        { name: 'note', type: 'VARCHAR', maxLength: 20, nullable: true },
        { name: 'rank', type: 'INT64', default: 42 },
        vector,
      ],
    })
    expect(ended.exitCode).toBe(0)
    expect(rows).toEqual([
      { id: 1, note: 'here', rank: 7, v: [1, 2] },
      { id: 2, note: null, rank: 42, v: [3, 4] },
      { id: 3, note: null, rank: 42, v: [5, 6] },
    ])
  })
})

describe('several topics go into one collection', () => {
  test.concurrent.each([
    ['named', (stem: string) => ({ topics: `${stem}-a, ${stem}-b,${stem}-c` })],
    ['by expression', (stem: string) => ({ topics: '', 'topics.regex': `${stem}-(?:a|b|c)` })],
  ])('%s', async (_, settings) => {
    const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
    const stem = unique('several')
    for (const [i, suffix] of ['a', 'b', 'c', 'cc'].entries()) {
      await kafka.tools.createTopic(`${stem}-${suffix}`, 1 + (i % 2))
      await kafka.tools.produce(`${stem}-${suffix}`, points(100 * i, 100 * i + 100))
    }
    await createPoints(pymilvus, milvus, stem)
    const ended = await catchUp(workerFile(kafka.bootstrap), [
      sinkFile(stem, milvus.endpoint, stem, '', settings(stem)),
    ])
    expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('300 rows written from 300 records') })
    expect(await readPoints(pymilvus, milvus, stem)).toEqual(pointRows(0, 300))
  })
})
