/** A sink that had failed for good waited eight seconds, as its partitions were revoked, for batches that nobody would send any more. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { createPoints, points } from '../e2e/points.ts'
import { sinkFile, startRedkite, workerFile } from '../e2e/redkite.ts'
import { until } from '../e2e/until.ts'
import { startProxy } from '../servers/proxy.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'

setDefaultTimeout(serverTimeoutMs)

test('a sink that may not try again ends at once when Milvus is gone, and commits nothing of what it read', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const proxy = await startProxy(milvus)
  const name = unique('gone')
  await kafka.tools.createTopic(name, 1)
  await createPoints(pymilvus, milvus, name)
  const sink = sinkFile(name, `http://${proxy.host}:${proxy.port}`, name, name, { 'max.retries': 0 })
  const redkite = startRedkite(workerFile(kafka.bootstrap), [sink])
  await until('partitions are assigned', () => redkite.stderr().includes('assigned'))
  await proxy.close()
  await kafka.tools.produce(name, points(1, 2))
  const producedMs = performance.now()
  const { exitCode, stderr } = await redkite.ended
  expect(performance.now() - producedMs).toBeLessThan(7_500)
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 20, stderr: expect.stringContaining('MILVUS_UNREACHABLE') })
  // Not beyond the empty partition's end that was seen at the start.
  const offsets = await kafka.tools.groupOffsets(`connect-${name}`)
  expect(offsets.filter(({ offset }) => offset > 0)).toEqual([])
})
