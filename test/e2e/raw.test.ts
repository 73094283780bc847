/** The raw form on real Kafka and Milvus: the value is the vector's bytes, the key the primary key, headers the other fields. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { catchUp, sinkFile, startVerb, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

const raw = {
  'value.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter',
  'raw.vector.field': 'v',
  'pk.mode': 'record_key',
  'key.converter': 'org.apache.kafka.connect.converters.LongConverter',
  'errors.tolerance': 'all',
}

function record(id: number, numbers: readonly number[], title: string | null) {
  const key = Buffer.alloc(8)
  key.writeBigInt64BE(BigInt(id))
  const headers = title === null ? [] : [{ name: 'title', value: title }]
  return { key, value: new Uint8Array(Float32Array.from(numbers).buffer), headers }
}

test('vectors as bytes, with their titles in headers, become rows; the wrong ones are passed over by name', async () => {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const name = unique('raw')
  await kafka.tools.createTopic(name, 1)
  await py.createCollection(milvus, {
    name,
    fields: [
      { name: 'id', type: 'INT64', primaryKey: true },
      { name: 'title', type: 'VARCHAR', maxLength: 40 },
      { name: 'v', type: 'FLOAT_VECTOR', dim: 3 },
    ],
  })
  await kafka.tools.produce(name, [
    record(-7, [1, 2.5, -3], 'a "b" ключ'),
    record(8, [1, 2.5], 'too short'),
    record(9, [0.1, Number.NaN, 0], 'no number'),
    record(10, [4, 5, 6], null),
    record(2 ** 40, [0.5, 0.25, 0.125], 'last'),
  ])
  const worker = workerFile(kafka.bootstrap)
  const sink = sinkFile(name, `http://${milvus.host}:${milvus.port}`, name, name, raw)
  const { exitCode, stderr } = await catchUp(worker, [sink])
  expect(exitCode).toBe(0)
  for (const why of [
    'takes 12 bytes, the record has 8',
    'index 1 is not a number',
    '"title" (VARCHAR) is not in the record',
  ])
    expect(stderr).toContain(why)
  const rows = await py.query(milvus, name)
  expect(rows.sort((one, other) => Number(one.id) - Number(other.id))).toEqual([
    { id: -7, title: 'a "b" ключ', v: [1, 2.5, -3] },
    { id: 2 ** 40, title: 'last', v: [0.5, 0.25, 0.125] },
  ])
  const verified = await startVerb('verify', worker, [sink]).ended
  expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining('equal: collection')])
})
