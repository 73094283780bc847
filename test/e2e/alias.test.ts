/** `collection.name` is an alias, and somebody switches it while the sink runs: what comes after goes to the new collection. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { idsIn, NumberedProducer, numberedFields, upTo } from './numbered.ts'
import { sinkFile, startRedkite, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

async function prepare() {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const name = unique('aliased')
  const [first, second] = [`${name}_1`, `${name}_2`]
  await kafka.tools.createTopic(name, 2)
  await py.createCollection(milvus, { name: first, fields: numberedFields })
  await py.run(milvus, 'client.create_alias(params["to"], params["alias"])', { alias: name, to: first })
  const producer = new NumberedProducer(kafka.bootstrap, name, 2)
  const worker = workerFile(kafka.bootstrap, { 'offset.flush.interval.ms': 200 })
  const redkite = startRedkite(worker, [sinkFile(name, milvus.endpoint, name, name)])
  const written = (count: number) =>
    until(`${count} records are committed`, async () => {
      const offsets = await kafka.tools.groupOffsets(`connect-${name}`).catch(() => [])
      return offsets.reduce((sum, { offset }) => sum + offset, 0) === count
    })
  const switchAlias = () =>
    py.run(milvus, 'client.alter_alias(params["to"], params["alias"])', { alias: name, to: second })
  const stopped = async () => {
    await producer.close()
    redkite.signal('SIGTERM')
    return redkite.ended
  }
  return { milvus, py, first, second, producer, redkite, written, switchAlias, stopped }
}

test('rows after the switch are in the new collection', async () => {
  const { milvus, py, first, second, producer, written, switchAlias, stopped } = await prepare()
  await producer.send(100)
  await written(100)
  await py.createCollection(milvus, { name: second, fields: numberedFields })
  await switchAlias()
  await producer.send(100)
  await written(200)
  expect(await idsIn(py, milvus, first, 200)).toEqual(upTo(100))
  expect(await idsIn(py, milvus, second, 200)).toEqual(upTo(100).map((i) => 100 + i))
  expect((await stopped()).exitCode).toBe(0)
})

test('a new collection with other fields is described anew before rows are sent to it', async () => {
  const { milvus, py, second, producer, redkite, written, switchAlias, stopped } = await prepare()
  await producer.send(100)
  await written(100)
  const fields = numberedFields.filter(({ name }) => name !== 'title')
  await py.createCollection(milvus, { name: second, fields, dynamicField: true })
  await switchAlias()
  producer.keepSending(5, 100)
  await until('it has noticed', () => redkite.stderr().includes('opening the sink anew'))
  await until('titles are in the dynamic field', async () => (await idsIn(py, milvus, second, 10_000)).length > 20)
  const { exitCode, stderr } = await stopped()
  expect(exitCode, stderr).toBe(0)
  expect(stderr.match(/opening the sink anew/g)).toHaveLength(1)
})
