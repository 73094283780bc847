/** What makes the Connect plugin stop, lose records or write wrong ones, each as a user would meet it. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { KafkaServer } from '../servers/kafka.ts'
import type { RecordToProduce } from '../servers/kafka-tools.ts'
import type { MilvusServer } from '../servers/milvus.ts'
import { freePort } from '../servers/ports.ts'
import { startProxy } from '../servers/proxy.ts'
import type { FieldSpec, PyMilvus } from '../servers/pymilvus.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { catchUp, type Properties, sinkFile, startRedkite, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

const vector: FieldSpec = { name: 'vector', type: 'FLOAT_VECTOR', dim: 2 }
const usualFields: readonly FieldSpec[] = [{ name: 'id', type: 'INT64', primaryKey: true }, vector]

const record = (id: number | string) => ({ key: String(id), value: `{"id":${JSON.stringify(id)},"vector":[${1},0.5]}` })

interface Setting {
  readonly name: string
  readonly kafka: KafkaServer
  readonly milvus: MilvusServer
  readonly py: PyMilvus
  /** Runs to the end of the topic. */
  run(more?: Properties): ReturnType<typeof catchUp>
  /** Primary keys in the collection, sorted. */
  ids(): Promise<(number | string)[]>
  committed(): Promise<number | undefined>
}

/** A topic with these records and an empty collection. */
async function given(records: readonly RecordToProduce[], fields = usualFields): Promise<Setting> {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const name = unique('peer')
  await kafka.tools.createTopic(name)
  await kafka.tools.produce(name, records)
  await py.createCollection(milvus, { name, fields })
  const worker = workerFile(kafka.bootstrap)
  const key = fields[0]!.name
  return {
    name,
    kafka,
    milvus,
    py,
    run: (more) => catchUp(worker, [sinkFile(name, milvus.endpoint, name, name, more)]),
    async ids() {
      const filter = fields[0]!.type === 'VARCHAR' ? `${key} != ""` : `${key} > -9223372036854775807`
      const rows = await py.query(milvus, name, { filter, fields: [key] })
      return rows.map((row) => row[key] as number | string).sort()
    },
    committed: () => kafka.tools.groupOffset(`connect-${name}`, name),
  }
}

describe('a collection that makes its own keys (autoID)', () => {
  const autoId: FieldSpec[] = [{ name: 'id', type: 'INT64', primaryKey: true, autoId: true }, vector]
  const records = [{ value: '{"vector":[1,2]}' }, { value: '{"vector":[3,4]}' }]

  test.concurrent('is written to, with a warning of what a crash can do', async () => {
    const { run, ids } = await given(records, autoId)
    expect(await run()).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('makes its own keys (autoID)') })
    expect(await ids()).toHaveLength(2)
  })

  test.concurrent('has a counterpart in which reading twice is harmless: pk.mode=kafka', async () => {
    const place: FieldSpec[] = [{ name: 'place', type: 'VARCHAR', maxLength: 300, primaryKey: true }, vector]
    const { name, kafka, run, ids } = await given(records, place)
    for (let i = 0; i < 2; i++) {
      expect(await run({ 'pk.mode': 'kafka' })).toMatchObject({ exitCode: 0 })
      expect(await ids()).toEqual([`${name}-0-0`, `${name}-0-1`])
      await kafka.tools.setGroupOffsets(`connect-${name}`, [{ topic: name, partition: 0, offset: 0 }])
    }
  })
})

describe.each([
  ['malformed JSON', '{"id":2,"vector":[1,', 65, 'the value is not JSON', 'RECORD_NOT_JSON'],
  ['a field missing', '{"id":2}', 31, 'field "vector" (FLOAT_VECTOR) is not in the record', 'FIELD_MISSING'],
  ['a vector too long', '{"id":2,"vector":[1,2,3]}', 30, 'takes 2 numbers, the record has 3', 'VECTOR_DIM_MISMATCH'],
  ['a text for an id', '{"id":"two","vector":[1,2]}', 65, 'field "id" (INT64) takes', 'FIELD_WRONG_KIND'],
])('a record with %s', (_, bad, exitCode, message, code) => {
  const records = [record(0), record(1), { key: '2', value: bad }, record(3)]

  test.concurrent('stops the sink, which says where it is; what comes before it is written and committed', async () => {
    const { name, run, ids, committed } = await given(records)
    const ended = await run()
    expect(ended.exitCode, ended.stderr).toBe(exitCode)
    expect(ended.stderr).toContain(`[${code}]`)
    expect(ended.stderr).toContain(`topic "${name}", partition 0, offset 2: `)
    expect(ended.stderr).toContain(message)
    expect(await ids()).toEqual([0, 1])
    expect(await committed()).toBe(2)
  })

  test.concurrent('is passed over with errors.tolerance=all, counted, and its neighbours are written', async () => {
    const { run, ids, committed } = await given(records)
    const ended = await run({ 'errors.tolerance': 'all' })
    expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('1 passed over') })
    expect(await ids()).toEqual([0, 1, 3])
    expect(await committed()).toBe(4)
  })
})

describe('a tombstone', () => {
  const records = [record(1), record(2), { key: '1', value: null }]

  test.concurrent('is passed over and counted', async () => {
    const { run, ids, committed } = await given(records)
    expect(await run()).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('1 null value passed over') })
    expect(await ids()).toEqual([1, 2])
    expect(await committed()).toBe(3)
  })

  test.concurrent('deletes with behavior.on.null.values=delete', async () => {
    const { run, ids, committed } = await given(records)
    expect(await run({ 'behavior.on.null.values': 'delete' })).toMatchObject({ exitCode: 0 })
    expect(await ids()).toEqual([2])
    expect(await committed()).toBe(3)
  })

  test.concurrent('stops the sink with behavior.on.null.values=fail', async () => {
    const { run, committed } = await given(records)
    expect(await run({ 'behavior.on.null.values': 'fail' })).toMatchObject({
      exitCode: 65,
      stderr: expect.stringContaining('offset 2: the record has no value'),
    })
    expect(await committed()).toBe(2)
  })
})

describe('a Milvus that is down', () => {
  test.concurrent.each([[[]], [['--until-caught-up']]])(
    'at the start ends redkite with exit code 20 and the address: %j',
    async (args) => {
      const { name, kafka, run, ids, committed } = await given([record(1)])
      const endpoint = `http://127.0.0.1:${await freePort()}`
      const sink = sinkFile(name, endpoint, name, name)
      const ended = await startRedkite(workerFile(kafka.bootstrap), [sink], args).ended
      expect(ended.exitCode, ended.stderr).toBe(20)
      expect(ended.stderr).toContain('[MILVUS_UNREACHABLE]')
      expect(ended.stderr).toContain(`no connection to Milvus at ${endpoint.slice('http://'.length)}`)
      expect(ended.stderr).not.toContain('    at ')
      expect(await committed()).toBeUndefined()
      expect(await run()).toMatchObject({ exitCode: 0 })
      expect(await ids()).toEqual([1])
    },
  )

  test.concurrent('in the middle is waited for; nothing is committed meanwhile, and then it goes on', async () => {
    const { name, kafka, milvus, ids, committed } = await given([record(1)])
    const proxy = await startProxy(milvus)
    const sink = sinkFile(name, `http://127.0.0.1:${proxy.port}`, name, name)
    const redkite = startRedkite(workerFile(kafka.bootstrap, { 'offset.flush.interval.ms': 200 }), [sink])
    await until('the first record is committed', async () => (await committed()) === 1, 60_000)
    proxy.cut()
    await kafka.tools.produce(name, [record(2), record(3)])
    await until('the outage is named', () => redkite.stderr().includes('trying again'), 60_000)
    await Bun.sleep(1_000)
    expect(await committed()).toBe(1)
    proxy.heal()
    await until('the rest is committed', async () => (await committed()) === 3, 60_000)
    expect(await ids()).toEqual([1, 2, 3])
    redkite.signal('SIGTERM')
    expect(await redkite.ended).toMatchObject({ exitCode: 0 })
    await proxy.close()
  })
})

describe('long ids', () => {
  test.concurrent('beyond 2^53 stay exact', async () => {
    // Milvus 2.3.5 takes 9223372036854775807 too, and then never finds it, whoever wrote it.
    const longest = ['9223372036854775806', '-9223372036854775806', '9007199254740993']
    const { name, milvus, py, run } = await given(longest.map((id) => ({ value: `{"id":${id},"vector":[1,2]}` })))
    expect(await run()).toMatchObject({ exitCode: 0 })
    const rows = await py.query(milvus, name, { filter: 'id != 0', fields: ['id'] })
    expect(rows.map(({ id }) => String(id)).sort()).toEqual(longest.sort())
  })

  test.concurrent('of text are taken up to max_length in bytes, and one byte more is that record’s error', async () => {
    const text: FieldSpec[] = [{ name: 'id', type: 'VARCHAR', maxLength: 40, primaryKey: true }, vector]
    const uuid = '0f8fad5b-d9cd-469f-a165-70867728950e'
    const { run, ids } = await given([record(uuid), record('ü'.repeat(20)), record(`${'ü'.repeat(20)}x`)], text)
    expect(await run()).toMatchObject({
      exitCode: 65,
      stderr: expect.stringContaining(
        'offset 2: field "id" takes at most 40 bytes of UTF-8 (its max_length), the record has 41',
      ),
    })
    expect(await ids()).toEqual([uuid, 'ü'.repeat(20)])
  })
})
