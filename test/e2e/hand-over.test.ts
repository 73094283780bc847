/** The group is Kafka Connect's own, `connect-NAME`: a sink changes hands at its committed offsets, there and back. */
import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { type ConnectWorker, startConnectStandalone } from '../servers/connect.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { createPoints, pointRows, points, readPoints } from './points.ts'
import { catchUp, sinkFile, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(2 * serverTimeoutMs)

const workers: ConnectWorker[] = []
afterAll(() => {
  for (const worker of workers) worker.remove()
})

/** Runs Connect's file sink until its file has `count` records, then stops it as a user would; the records' ids, sorted. */
async function runConnect(bootstrap: string, name: string, count: number): Promise<number[]> {
  const worker = await startConnectStandalone({ bootstrap, name, topics: name })
  workers.push(worker)
  const ids = () =>
    existsSync(worker.outputFile)
      ? readFileSync(worker.outputFile, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line).id as number)
          .sort((a, b) => a - b)
      : []
  await until(`Connect has written ${count} records`, () => ids().length >= count)
  await worker.stop()
  return ids()
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

test('redkite goes on where Connect stopped, and Connect where redkite stopped: no record twice, none missing', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const name = unique('handed_over')
  await kafka.tools.createTopic(name, 3)
  await createPoints(pymilvus, milvus, name)

  await kafka.tools.produce(name, points(0, 100))
  expect(await runConnect(kafka.bootstrap, name, 100)).toEqual(numbers(0, 100))

  await kafka.tools.produce(name, points(100, 250))
  const ended = await catchUp(workerFile(kafka.bootstrap), [sinkFile(name, milvus.endpoint, name, name)])
  expect(ended).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('150 rows written from 150 records'),
  })
  expect(await readPoints(pymilvus, milvus, name)).toEqual(pointRows(100, 250))

  await kafka.tools.produce(name, points(250, 300))
  expect(await runConnect(kafka.bootstrap, name, 50)).toEqual(numbers(250, 300))
})
