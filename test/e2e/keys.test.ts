/** Where the primary key comes from, and what a null value does: on real Kafka, by the binary, as both Milvus servers then have it. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { RecordToProduce } from '../servers/kafka-tools.ts'
import type { FieldSpec, MilvusAddress, Row } from '../servers/pymilvus.ts'
import { bothMilvus, serverTimeoutMs, sharedKafka, sharedPyMilvus, unique } from '../servers/shared.ts'
import { catchUp, type Ended, type Properties, sinkFile, startVerb, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

const vector: FieldSpec = { name: 'v', type: 'FLOAT_VECTOR', dim: 2 }
const numberKey: FieldSpec = { name: 'id', type: 'INT64', primaryKey: true }
const textKey: FieldSpec = { name: 'id', type: 'VARCHAR', primaryKey: true, maxLength: 200 }
const deletes = { 'behavior.on.null.values': 'delete' }

interface Run {
  readonly key: FieldSpec
  readonly settings: Properties
  /** Each list is produced and then caught up with, one after the other. */
  readonly records: readonly (readonly RecordToProduce[])[]
}

interface Outcome {
  readonly name: string
  /** By key: the first number of the vector. */
  readonly rows: Record<string, number>
  readonly last: Ended
}

async function run(server: () => Promise<MilvusAddress>, { key, settings, records }: Run): Promise<Outcome> {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), server(), sharedPyMilvus()])
  const name = unique('keys')
  await kafka.tools.createTopic(name, 1)
  await py.createCollection(milvus, { name, fields: [key, vector] })
  const worker = workerFile(kafka.bootstrap)
  const sink = sinkFile(name, `http://${milvus.host}:${milvus.port}`, name, name, settings)
  let last: Ended | undefined
  for (const list of records) {
    await kafka.tools.produce(name, list)
    last = await catchUp(worker, [sink])
  }
  const found: Row[] = await py.query(milvus, name)
  const rows = Object.fromEntries(found.map(({ id, v }) => [String(id), v[0]]))
  if (last!.exitCode === 0) {
    const { exitCode, stdout } = await startVerb('verify', worker, [sink]).ended
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('equal: collection')])
  }
  return { name, rows, last: last! }
}

const put = (key: RecordToProduce['key'], n: number, id?: string): RecordToProduce => ({
  key: key ?? null,
  value: `{${id === undefined ? '' : `"id":${id},`}"v":[${n},0]}`,
})
const remove = (key: RecordToProduce['key']): RecordToProduce => ({ key: key ?? null, value: null })

function bigEndian(value: bigint, size: 2 | 4 | 8): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes.subarray(8 - size)
}

const big = 2n ** 53n + 1n
type KeyForm = [name: string, converter: Properties, write: (n: bigint) => string | Uint8Array, large: bigint]
const json = 'org.apache.kafka.connect.json.JsonConverter'
const numbers = 'org.apache.kafka.connect.converters'
const forms: readonly KeyForm[] = [
  ['StringConverter', { 'key.converter': 'org.apache.kafka.connect.storage.StringConverter' }, String, big],
  ['LongConverter', { 'key.converter': `${numbers}.LongConverter` }, (n) => bigEndian(n, 8), -big],
  ['IntegerConverter', { 'key.converter': `${numbers}.IntegerConverter` }, (n) => bigEndian(n, 4), -(2n ** 31n)],
  ['ShortConverter', { 'key.converter': `${numbers}.ShortConverter` }, (n) => bigEndian(n, 2), 2n ** 15n - 1n],
  ['JsonConverter, bare', { 'key.converter': json, 'key.converter.schemas.enable': 'false' }, String, big],
  [
    'JsonConverter, object',
    { 'key.converter': json, 'key.converter.schemas.enable': 'false' },
    (n) => `{"id":${n}}`,
    big,
  ],
  [
    'JsonConverter, with schema',
    { 'key.converter': json, 'key.converter.schemas.enable': 'true' },
    (n) => `{"schema":{"type":"int64","optional":false},"payload":${n}}`,
    big,
  ],
]

describe.each(bothMilvus)('on %s', (_, server) => {
  test.concurrent.each(forms)(
    'pk.mode=record_key takes the key of %s, and deletes by it',
    async (_name, converter, write, large) => {
      const beside = large > 0n ? large - 1n : large + 1n
      const { rows } = await run(server, {
        key: numberKey,
        settings: { ...converter, ...deletes, 'pk.mode': 'record_key' },
        // The value brings another key, which does not count.
        records: [
          [put(write(1n), 1, '99'), put(write(2n), 2), put(write(large), 3), put(write(beside), 4), remove(write(2n))],
          [remove(write(large))],
        ],
      })
      expect(rows).toEqual({ 1: 1, [beside.toString()]: 4 })
    },
  )

  test.concurrent('pk.mode=kafka makes keys of topic, partition and offset, and a second reading changes nothing', async () => {
    const kafka = await sharedKafka()
    const { name, rows } = await run(server, {
      key: textKey,
      settings: { 'pk.mode': 'kafka' },
      records: [[put(null, 1), put('x', 2, '7')], [put(null, 3)]],
    })
    const all = { [`${name}-0-0`]: 1, [`${name}-0-1`]: 2, [`${name}-0-2`]: 3 }
    expect(rows).toEqual(all)
    const [milvus, py] = await Promise.all([server(), sharedPyMilvus()])
    await kafka.tools.setGroupOffsets(`connect-${name}`, [{ topic: name, partition: 0, offset: 0 }])
    const sink = sinkFile(name, `http://${milvus.host}:${milvus.port}`, name, name, { 'pk.mode': 'kafka' })
    const again = await catchUp(workerFile(kafka.bootstrap), [sink])
    expect(again.stderr).toContain('3 rows written from 3 records')
    const found = await py.query(milvus, name)
    expect(Object.fromEntries(found.map(({ id, v }) => [id, v[0]]))).toEqual(all)
  })

  const history = [put('1', 1, '1'), remove('1'), put('1', 2, '1'), put('2', 3, '2'), remove('2'), remove('3')]
  const shapes: [string, Properties, (readonly RecordToProduce[])[]][] = [
    ['in one batch', {}, [history]],
    ['in batches of one', { 'batch.size': 1 }, [history]],
    ['in batches of one that are not in flight together', { 'batch.size': 1, 'max.in.flight.requests': 1 }, [history]],
    ['in a run each', {}, history.map((one) => [one])],
  ]
  test.concurrent.each(shapes)(
    'put, delete, put ends live and put, delete ends gone, %s',
    async (_name, more, records) => {
      const { rows } = await run(server, { key: numberKey, settings: { ...deletes, ...more }, records })
      expect(rows).toEqual({ 1: 2 })
    },
  )

  test.concurrent('thousands of keys put, deleted and put again end as the last record says', async () => {
    const records: RecordToProduce[] = []
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 2_000; n++) records.push(put(`${n}`, round * 10_000 + n, `${n}`))
      for (let n = round; n < 2_000; n += 3) records.push(remove(`${n}`))
    }
    const more = { 'batch.size': 700, 'max.in.flight.requests': 4 }
    const { rows } = await run(server, { key: numberKey, settings: { ...deletes, ...more }, records: [records] })
    const expected = Array.from({ length: 2_000 }, (_, n) => n).filter((n) => n % 3 !== 2)
    expect(rows).toEqual(Object.fromEntries(expected.map((n) => [n, 20_000 + n])))
  })

  test.concurrent('texts with quotes, backslashes, line breaks and all of Unicode are deleted, and their neighbours are not', async () => {
    const keys = [
      'plain',
      'it\'s "quoted"',
      'back\\slash',
      'ends with \\',
      '\\n is no line break',
      'line\nbreak',
      'carriage\r\nreturn\ttab',
      'ключ 鳶 🪁 e\u0301',
      '%_*?[]{}',
      'id in ["x"]',
      "' or id != '",
      '\ufeffmarked',
      ' blanks ',
      '\u0001\u007f\u2028',
    ]
    const neighbours = keys.map((key) => `${key}+`)
    const settings = { ...deletes, 'pk.mode': 'record_key', 'key.converter': 'StringConverter' }
    const all = [...keys, ...neighbours].map((key, n) => put(key, n))
    const { rows } = await run(server, { key: textKey, settings, records: [all, keys.map(remove)] })
    expect(rows).toEqual(Object.fromEntries(neighbours.map((key, n) => [key, keys.length + n])))
  })

  test.concurrent('behavior.on.null.values=ignore passes tombstones over and counts them', async () => {
    const { rows, last } = await run(server, {
      key: numberKey,
      settings: { 'behavior.on.null.values': 'ignore' },
      records: [[put('1', 1, '1'), remove('1'), { key: '1', value: 'null' }]],
    })
    expect(rows).toEqual({ 1: 1 })
    expect(last).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('2 null values passed over') })
  })

  test.concurrent('behavior.on.null.values=fail stops at the tombstone, after what came before it', async () => {
    const { rows, last } = await run(server, {
      key: numberKey,
      settings: { 'behavior.on.null.values': 'fail' },
      records: [[put('1', 1, '1'), remove('1'), put('2', 2, '2')]],
    })
    expect(rows).toEqual({ 1: 1 })
    expect(last.stderr).toMatch(/offset 1\b.*\[TOMBSTONE\]/)
    expect(last.exitCode).toBe(65)
  })

  test.concurrent('a tombstone whose key is no primary key stops the sink, and nothing is deleted', async () => {
    const { rows, last } = await run(server, {
      key: numberKey,
      settings: deletes,
      records: [[put('1', 1, '1'), remove('one'), remove('1')]],
    })
    expect(rows).toEqual({ 1: 1 })
    expect(last).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('KEY_NOT_JSON') })
  })
})
