/** `tasks.max=N` through the binary: N threads that share nothing, and one process that speaks for them. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { idsIn, NumberedProducer, numberedFields, upTo } from './numbered.ts'
import { catchUp, sinkFile, startRedkite, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

async function prepare(partitions: number) {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const name = unique('tasks')
  await kafka.tools.createTopic(name, partitions)
  await py.createCollection(milvus, { name, fields: numberedFields })
  const producer = new NumberedProducer(kafka.bootstrap, name, partitions)
  const sink = (tasks: number) => sinkFile(name, milvus.endpoint, name, name, { 'tasks.max': tasks })
  return { kafka, milvus, py, name, producer, sink, worker: workerFile(kafka.bootstrap) }
}

test.concurrent('three tasks are three members of the group, write everything, and end soon after the last of it', async () => {
  const { kafka, milvus, py, name, producer, sink, worker } = await prepare(6)
  await producer.send(30_000)
  await producer.close()
  const ended = await catchUp(worker, [sink(3)])
  expect(ended.stderr).toContain('30,000 rows written from 30,000 records')
  expect(ended.exitCode).toBe(0)
  expect(await idsIn(py, milvus, name, 30_000)).toEqual(upTo(30_000))
  expect((await kafka.tools.groupOffsets(`connect-${name}`)).map(({ offset }) => offset)).toEqual(Array(6).fill(5_000))

  // Of so few records one task may have written all before another has joined; a run that goes on has them all.
  const going = startRedkite(worker, [sink(3)])
  await until('each task has partitions', () =>
    [0, 1, 2].every((task) => going.stderr().includes(`[${name}-${task}] assigned ${name}-`)),
  )
  going.signal('SIGTERM')
  await going.ended

  // With nothing to do it ends all the same.
  expect(await catchUp(worker, [sink(3)])).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('0 rows written'),
  })
})

test.concurrent('a task without a partition waits until the others are done', async () => {
  const { milvus, py, name, producer, sink, worker } = await prepare(1)
  await producer.send(2_000)
  await producer.close()
  const ended = await catchUp(worker, [sink(2)])
  expect(
    ended.stderr.match(/tasks\.max=2, but the topics have 1 partitions: 1 tasks have nothing to do/g),
  ).toHaveLength(1)
  expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('2,000 rows written from 2,000 records') })
  expect(await idsIn(py, milvus, name, 2_000)).toEqual(upTo(2_000))
})

test.concurrent('SIGTERM stops all tasks in good order; a second one ends the process at once', async () => {
  const { kafka, milvus, py, name, producer, sink, worker } = await prepare(4)
  producer.keepSending(50, 20)
  const redkite = startRedkite(worker, [sink(2)])
  await until('both tasks have partitions', () =>
    [0, 1].every((task) => redkite.stderr().includes(`[${name}-${task}] assigned ${name}-`)),
  )
  const committedRecords = async () =>
    (await kafka.tools.groupOffsets(`connect-${name}`).catch(() => [])).reduce((sum, { offset }) => sum + offset, 0)
  await until('some are committed', async () => (await committedRecords()) > 0)
  redkite.signal('SIGTERM')
  expect(await redkite.ended).toMatchObject({ exitCode: 0 })
  await producer.close()
  const committed = await kafka.tools.groupOffsets(`connect-${name}`)
  const belowCommitted = upTo(producer.produced).filter((id) =>
    committed.some(({ partition, offset }) => id % 4 === partition && Math.floor(id / 4) < offset),
  )
  expect(await idsIn(py, milvus, name, producer.produced)).toEqual(belowCommitted)

  const stubborn = startRedkite(worker, [sink(2)])
  await until('it runs', () => stubborn.stderr().includes('assigned'))
  stubborn.signal('SIGTERM')
  stubborn.signal('SIGINT')
  const { exitCode } = await stubborn.ended
  expect(exitCode === 0 || exitCode === 130).toBe(true)
})

test.concurrent('what stops one task stops the sink, and is said once', async () => {
  const { kafka, name, producer, sink, worker } = await prepare(4)
  await producer.send(400)
  await producer.close()
  await kafka.tools.produce(name, [{ value: '{"id": "no number"}', partition: 2 }])
  const ended = await catchUp(worker, [sink(3)])
  expect(ended).toMatchObject({ exitCode: 65 })
  expect(ended.stderr.match(/^redkite: /gm)).toHaveLength(1)
  expect(ended.stderr).toContain(`topic "${name}", partition 2, offset 100`)
  expect((await kafka.tools.groupOffset(`connect-${name}`, name, 2)) ?? 0).toBeLessThanOrEqual(100)
})

test.concurrent('a Milvus that cannot be reached is said once, however many tasks ask', async () => {
  const { name, producer, worker } = await prepare(2)
  await producer.close()
  const ended = await catchUp(worker, [sinkFile(name, 'http://127.0.0.1:1', name, name, { 'tasks.max': 2 })])
  expect(ended).toMatchObject({ exitCode: 20 })
  expect(ended.stderr.match(/^redkite: /gm)).toHaveLength(1)
})
