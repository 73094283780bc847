/** `redkite verify` on real servers: says equal where it is, and names each row that somebody has tampered with. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Producer } from '../../src/kafka/producer.ts'
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
import { undocumented } from './documented.ts'
import { catchUp, type Ended, type Properties, peakMemoryOf, sinkFile, startVerb, workerFile } from './redkite.ts'

setDefaultTimeout(2 * serverTimeoutMs)

const rowsDiffer = 40

const id: FieldSpec = { name: 'id', type: 'INT64', primaryKey: true }
const vector: FieldSpec = { name: 'v', type: 'FLOAT_VECTOR', dim: 2 }
const everyType: readonly FieldSpec[] = [
  id,
  { name: 'b', type: 'BOOL' },
  { name: 'i8', type: 'INT8' },
  { name: 'i32', type: 'INT32' },
  { name: 'f', type: 'FLOAT' },
  { name: 'd', type: 'DOUBLE' },
  { name: 't', type: 'VARCHAR', maxLength: 300 },
  { name: 'j', type: 'JSON' },
  vector,
]

/** A record of `everyType` and two keys for the dynamic field. */
function record(n: number): string {
  const text = `"row ${n} \\u00e9\\n\\"${'x'.repeat(n % 200)}"`
  const json = `{"z":[1,2.50,${n}e2],"a":{"big":9007199254740993,"n":${n}}}`
  return `{"id":${BigInt(n) * 1_000_000_007n - 5_000_000_000n},"b":${n % 2 === 0},"i8":${(n % 256) - 128},"i32":${-n},"f":${n / 10},"d":${n * 1e-7},"t":${text},"j":${json},"v":[${n},-0.0],"more":${n},"x":{"y":null}}`
}
const keyOf = (n: number) => (BigInt(n) * 1_000_000_007n - 5_000_000_000n).toString()

interface World {
  readonly milvus: MilvusAddress
  readonly name: string
  readonly worker: Properties
  readonly sink: Properties
  verify(...args: readonly string[]): Promise<Ended>
  /** The JSON that it prints. */
  verified(...args: readonly string[]): Promise<Row>
}

/** A topic, a collection, and both files. */
async function world(
  server: () => Promise<MilvusAddress>,
  spec: Omit<CollectionSpec, 'name'>,
  { partitions = 2, more = {} as Properties } = {},
): Promise<World> {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), server(), sharedPyMilvus()])
  const name = unique('verify')
  await kafka.tools.createTopic(name, partitions)
  await py.createCollection(milvus, { name, ...spec })
  const worker = workerFile(kafka.bootstrap)
  const sink = sinkFile(name, `http://${milvus.host}:${milvus.port}`, name, name, more)
  const verify = (...args: readonly string[]) => startVerb('verify', worker, [sink], args).ended
  const verified = async (...args: readonly string[]) => {
    const { exitCode, stdout, stderr } = await verify('--json', ...args)
    if (exitCode !== 0 && exitCode !== rowsDiffer) throw new Error(stderr)
    const answer = JSON.parse(stdout)
    expect(undocumented('verify.md', answer)).toEqual([])
    expect(answer.equal).toBe(exitCode === 0)
    return answer
  }
  return { milvus, name, worker, sink, verify, verified }
}

describe.each(bothMilvus)('on %s', (_, server) => {
  let one: World
  beforeAll(async () => {
    one = await world(server, { fields: everyType, dynamicField: true })
    const kafka = await sharedKafka()
    await kafka.tools.produce(
      one.name,
      Array.from({ length: 3_000 }, (_, n) => ({ value: record(n), partition: n % 2 })),
    )
    expect(await catchUp(one.worker, [one.sink])).toMatchObject({ exitCode: 0 })
  })

  test('what a run has written is equal, with every type, and the group has not moved', async () => {
    const kafka = await sharedKafka()
    const before = await kafka.tools.groupOffsets(`connect-${one.name}`)
    const { exitCode, stdout } = await one.verify()
    expect(stdout).toContain(`equal: collection "${one.name}" holds what ${one.name} says: 3,000 rows`)
    expect(exitCode).toBe(0)
    expect(await one.verified()).toMatchObject({
      records: 3_000,
      rowsExpected: 3_000,
      rowsFound: 3_000,
      rowsEqual: 3_000,
    })
    expect(await one.verified('--sample', '40')).toMatchObject({ sampled: 40, rowsExpected: 40, rowsEqual: 40 })
    expect(await kafka.tools.groupOffsets(`connect-${one.name}`)).toEqual(before)
    expect(await kafka.tools.describeGroup(`connect-${one.name}`)).toMatchObject({ members: [] })
  })

  test('a row that is missing, one too many, one that differs, each is found with its key and record', async () => {
    const py = await sharedPyMilvus()
    const script = `
client.delete(params["name"], ids=[int(params["missing"])])
rows = client.query(params["name"], ids=[int(params["different"])], output_fields=["*"], consistency_level="Strong")
row = dict(rows[0]); row["f"] = float(row["f"]) + 0.5; row["v"] = [float(x) for x in row["v"]]
client.upsert(params["name"], [row])
row = dict(row); row["id"] = 42
client.insert(params["name"], [row])
`
    await py.run(one.milvus, script, { name: one.name, missing: keyOf(17), different: keyOf(1_000) })
    const found = await one.verified()
    expect(found).toMatchObject({
      rowsExpected: 3_000,
      rowsFound: 3_000,
      rowsEqual: 2_998,
      missing: { count: 1, rows: [{ key: keyOf(17), topic: one.name, partition: 1, offset: 8 }] },
      extra: { count: 1, rows: [{ key: '42' }] },
      different: { count: 1, rows: [{ key: keyOf(1_000), topic: one.name, partition: 0, offset: 500 }] },
      duplicate: { count: 0, rows: [] },
    })
    const [different] = found.different.rows
    expect(different.expected).toMatch(/^[0-9a-f]{16}$/)
    expect(different.found).toMatch(/^[0-9a-f]{16}$/)
    expect(different.found).not.toBe(different.expected)
    expect(different.fields.map(({ name }: { name: string }) => name)).toEqual(['f'])
    expect(different.fields[0].found).not.toBe(different.fields[0].expected)

    const { exitCode, stdout } = await one.verify('--rows', '0')
    expect(exitCode).toBe(rowsDiffer)
    expect(stdout).toContain('different: collection')
    expect(stdout).not.toContain(keyOf(17))
    expect((await one.verify()).stdout).toMatch(new RegExp(`key ${keyOf(1_000)}, .*, fields "f"$`, 'm'))
    const sampled = await one.verified('--sample', '3000')
    expect(sampled).toMatchObject({ rowsEqual: 2_998, missing: { count: 1 }, different: { count: 1 } })
  })
})

test('a key that has two rows in Milvus 2.3.5 is found', async () => {
  const one = await world(sharedMilvus, { fields: [id, vector] })
  const [kafka, py] = await Promise.all([sharedKafka(), sharedPyMilvus()])
  const values = Array.from({ length: 2_500 }, (_, n) => ({ value: `{"id":${n},"v":[${n},0]}` }))
  await kafka.tools.produce(one.name, values)
  expect(await catchUp(one.worker, [one.sink])).toMatchObject({ exitCode: 0 })
  await py.insert(one.milvus, one.name, [
    { id: 1_700, v: [1_700, 0] },
    { id: 3, v: [3, 0] },
    { id: 3, v: [3, 0] },
  ])
  expect(await one.verified()).toMatchObject({
    rowsFound: 2_503,
    rowsEqual: 2_500,
    duplicate: {
      count: 3,
      rows: [
        { key: '3', rows: 3 },
        { key: '1700', rows: 2 },
      ],
    },
  })
})

test('records that the sink passes over are left out and counted; deletes and later records are taken into account', async () => {
  const more = { 'behavior.on.null.values': 'delete', 'errors.tolerance': 'all' }
  const one = await world(sharedMilvus, { fields: [id, vector] }, { more, partitions: 1 })
  const kafka = await sharedKafka()
  await kafka.tools.produce(one.name, [
    { key: '1', value: '{"id":1,"v":[1,1]}' },
    { key: '2', value: '{"id":2,"v":[2,2]}' },
    { key: '3', value: '{"id":3,"v":[3]}' },
    { key: '1', value: '{"id":1,"v":[1,2]}' },
    { key: '2', value: null },
    { key: '4', value: 'no JSON' },
    { key: '5', value: 'null' },
  ])
  expect(await one.verified()).toMatchObject({
    missing: { count: 1, rows: [{ key: '1', offset: 3 }] },
    behind: 7,
    notes: [expect.stringContaining('has not committed the last 7 offsets')],
  })
  expect(await catchUp(one.worker, [one.sink])).toMatchObject({ exitCode: 0 })
  expect(await one.verified()).toMatchObject({
    records: 7,
    deletes: 2,
    bad: 2,
    badByCode: { VECTOR_DIM_MISMATCH: 1, RECORD_NOT_JSON: 1 },
    rowsEqual: 1,
  })
})

test('rows whose keys Milvus makes are compared without them, each as often as it came', async () => {
  const auto = { fields: [{ ...id, autoId: true }, vector] }
  const one = await world(sharedMilvus, auto, { partitions: 1 })
  const [kafka, py] = await Promise.all([sharedKafka(), sharedPyMilvus()])
  await kafka.tools.produce(
    one.name,
    [1, 2, 2, 3].map((n) => ({ value: `{"v":[${n},0]}` })),
  )
  expect(await catchUp(one.worker, [one.sink])).toMatchObject({ exitCode: 0 })
  expect(await one.verified()).toMatchObject({ rowsExpected: 4, rowsFound: 4, rowsEqual: 4 })
  await py.insert(one.milvus, one.name, [{ v: [3, 0] }])
  await kafka.tools.produce(one.name, [{ value: '{"v":[4,0]}' }])
  expect(await one.verified()).toMatchObject({
    rowsEqual: 4,
    extra: { count: 1, rows: [{ key: expect.stringMatching(/^\d+$/) }] },
    missing: { count: 1, rows: [{ topic: one.name, partition: 0, offset: 4 }] },
  })
  const { exitCode, stderr } = await one.verify('--sample', '2')
  expect([exitCode, stderr]).toEqual([78, expect.stringContaining('--sample')])
})

test('nulls and default values of Milvus Lite are what the records left out', async () => {
  const fields: FieldSpec[] = [
    id,
    { name: 'n', type: 'INT32', nullable: true },
    { name: 't', type: 'VARCHAR', maxLength: 50, default: 'none' },
    { name: 'f', type: 'FLOAT', default: 0.1 },
    vector,
  ]
  const one = await world(sharedMilvusLite, { fields })
  const kafka = await sharedKafka()
  await kafka.tools.produce(one.name, [
    { value: '{"id":1,"v":[1,1]}' },
    { value: '{"id":2,"v":[2,2],"n":null,"t":null,"f":2}' },
    { value: '{"id":3,"v":[3,3],"n":3,"t":"","f":null}' },
  ])
  expect(await catchUp(one.worker, [one.sink])).toMatchObject({ exitCode: 0 })
  expect(await one.verified()).toMatchObject({ rowsEqual: 3, rowsFound: 3 })
})

test('wrong numbers are refused', async () => {
  for (const args of [
    ['--sample', '0'],
    ['--sample', 'x'],
    ['--rows', '-1'],
    ['--rows', '1.5'],
  ]) {
    const { exitCode, stderr } = await startVerb('verify', {}, [{}], args).ended
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining('takes a whole number')])
  }
})

/** A million takes three times as long; bench/verify.ts has ten. */
const rows = 300_000

test('300,000 rows of 8 numbers are compared within 400 MB', async () => {
  const one = await world(sharedMilvus, { fields: [id, { ...vector, dim: 8 }] }, { partitions: 4 })
  const [kafka] = await Promise.all([sharedKafka(), sharedPyMilvus()])
  const producer = new Producer(
    { 'bootstrap.servers': kafka.bootstrap, 'linger.ms': 20, 'batch.size': 1_000_000 },
    { undelivered: (_, error) => expect.unreachable(error.message) },
  )
  for (let n = 0; n < rows; n++) {
    const value = Buffer.from(`{"id":${n},"v":[${n},0.1,0.2,0.3,${n / 7},0.5,0.6,0.7]}`)
    while (producer.produce(one.name, n % 4, null, value) === 0) await producer.room(10_000)
  }
  await producer.flush(60_000)
  await producer.close(5_000)
  expect(await catchUp(one.worker, [one.sink])).toMatchObject({ exitCode: 0 })

  const startedMs = performance.now()
  const running = startVerb('verify', one.worker, [one.sink], ['--json'])
  const [{ exitCode, stdout }, memoryMb] = await Promise.all([running.ended, peakMemoryOf(running)])
  const seconds = (performance.now() - startedMs) / 1_000
  console.log(`verified ${rows} rows in ${seconds.toFixed(1)} s, peak ${memoryMb.toFixed(0)} MB`)
  expect([exitCode, JSON.parse(stdout).rowsEqual]).toEqual([0, rows])
  expect(memoryMb).toBeLessThan(400)
  await (await sharedPyMilvus()).dropCollection(one.milvus, one.name)
  await kafka.tools.deleteTopic(one.name)
})
