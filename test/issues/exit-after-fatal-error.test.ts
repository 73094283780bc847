/** A sink that Milvus had ended for good waited eight seconds, as its partitions were revoked, for batches that nobody would send any more. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { sinkFile, startRedkite, workerFile } from '../e2e/redkite.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'

setDefaultTimeout(serverTimeoutMs)

test('a sink whose collection is dropped ends at once, says so, and commits nothing', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const name = unique('dropped')
  await kafka.tools.createTopic(name, 1)
  await pymilvus.createCollection(milvus, {
    name,
    fields: [
      { name: 'id', type: 'INT64', primaryKey: true },
      { name: 'vector', type: 'FLOAT_VECTOR', dim: 2 },
    ],
  })
  const redkite = startRedkite(workerFile(kafka.bootstrap), [sinkFile(name, milvus.endpoint, name, name)])
  while (!redkite.stderr().includes('assigned')) await Bun.sleep(20)
  await pymilvus.dropCollection(milvus, name)
  await kafka.tools.produce(name, [{ value: '{"id":1,"vector":[1,2]}' }])
  const producedMs = performance.now()
  const { exitCode, stderr } = await redkite.ended
  expect(performance.now() - producedMs).toBeLessThan(4_000)
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 23,
    stderr: expect.stringContaining('MILVUS_COLLECTION_MISSING'),
  })
  expect(await kafka.tools.groupOffsets(`connect-${name}`)).toEqual([])
})
