/** How a run begins, rests and ends, as the process that it is. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { cpuMsOf } from '../../bench/process-usage.ts'
import { startNullMilvus } from '../../src/bench/null-milvus/start.ts'
import { Producer } from '../../src/kafka/producer.ts'
import { DataType, plainField } from '../../src/milvus/schema.ts'
import { freePort } from '../servers/ports.ts'
import { startProxy } from '../servers/proxy.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { createPoints, point, pointRows, points, readPoints } from './points.ts'
import { untilRead } from './records-read.ts'
import { catchUp, sinkFile, startRedkite, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

async function prepare(stem: string, partitions = 1) {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const name = unique(stem)
  await kafka.tools.createTopic(name, partitions)
  await createPoints(pymilvus, milvus, name)
  return {
    ...{ kafka, milvus, pymilvus, name },
    worker: workerFile(kafka.bootstrap),
    sink: sinkFile(name, milvus.endpoint, name, name),
    rows: () => readPoints(pymilvus, milvus, name),
    committed: async () => (await kafka.tools.groupOffsets(`connect-${name}`)).map(({ offset }) => offset),
  }
}

test.concurrent('SIGTERM and SIGINT end a run in good order, and the next one goes on: nothing lost, nothing read twice', async () => {
  const { kafka, name, worker, sink, rows, committed } = await prepare('stopped')
  for (const [run, signal] of (['SIGTERM', 'SIGINT'] as const).entries()) {
    const http = `127.0.0.1:${await freePort()}`
    const redkite = startRedkite(worker, [{ ...sink, 'linger.ms': 30_000 }], ['--http', http])
    await kafka.tools.produce(name, points(100 * run, 100 * run + 100))
    await untilRead(http, 100)
    // Nothing was sent yet: the linger has not passed. What was read is written and committed nevertheless.
    redkite.signal(signal)
    expect(await redkite.ended).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('100 rows written from 100 records'),
    })
    expect(await committed()).toEqual([100 * run + 100])
  }
  expect(await rows()).toEqual(pointRows(0, 200))
})

describe('a signal that comes early', () => {
  const frozen = async (args: readonly string[]) => {
    const { milvus, worker, sink } = await prepare('early')
    const proxy = await startProxy(milvus)
    proxy.blackhole()
    const redkite = startRedkite(worker, [{ ...sink, 'public.endpoint': `http://127.0.0.1:${proxy.port}` }], args)
    await until('it waits for Milvus', () => redkite.stderr().includes('topics'))
    redkite.signal('SIGTERM')
    const { exitCode, signal, stderr } = await redkite.ended
    await proxy.close()
    return { exitCode, signal, said: stderr.match(/ \w+ +stopped before.*/)?.[0] }
  }

  test.concurrent('while a run is being opened ends it with 0: nothing was read, so nothing is left to do', async () => {
    const said = ' info  stopped before both Kafka and Milvus had answered: nothing was read'
    expect(await frozen([])).toEqual({ exitCode: 0, signal: null, said })
  })

  test.concurrent('while a run with a goal is being opened ends it with 75', async () => {
    const said = ' warn  stopped before both Kafka and Milvus had answered: nothing was read'
    expect(await frozen(['--until-caught-up'])).toEqual({ exitCode: 75, signal: null, said })
  })

  test.concurrent.each([[1], [2]])(
    'before a run with a goal and tasks.max=%p has caught up ends it with 75, and the next run goes on from there',
    async (tasks) => {
      const { kafka, milvus, name, worker, sink, rows, committed } = await prepare('halfway', 2)
      await kafka.tools.produce(name, points(0, 2_000))
      const proxy = await startProxy(milvus)
      proxy.slow({ delayMs: 200 })
      const slow = { 'public.endpoint': `http://127.0.0.1:${proxy.port}`, 'batch.size': 10, 'tasks.max': tasks }
      const redkite = startRedkite(worker, [{ ...sink, ...slow }], ['--until-caught-up'])
      await until('some are written', async () => (await rows()).length > 0)
      redkite.signal('SIGTERM')
      expect(await redkite.ended).toMatchObject({
        exitCode: 75,
        stderr: expect.stringContaining('stopped before all that was there at the start was in Milvus'),
      })
      await proxy.close()
      expect((await committed()).reduce((sum, offset) => sum + offset, 0)).toBeLessThan(2_000)
      expect(await catchUp(worker, [sink])).toMatchObject({ exitCode: 0 })
      expect(await rows()).toEqual(pointRows(0, 2_000))
    },
  )
})

test.concurrent('a second signal ends at once, with 130', async () => {
  const { kafka, milvus, name, worker, sink } = await prepare('twice')
  const proxy = await startProxy(milvus)
  const http = `127.0.0.1:${await freePort()}`
  const settings = { ...sink, 'public.endpoint': `http://127.0.0.1:${proxy.port}` }
  const redkite = startRedkite(worker, [settings], ['--http', http])
  await until('partitions are assigned', () => redkite.stderr().includes('assigned'))
  proxy.blackhole()
  await kafka.tools.produce(name, points(10, 20))
  await untilRead(http, 10)
  redkite.signal('SIGINT')
  await until('it is stopping', () => redkite.stderr().includes('stopping'))
  redkite.signal('SIGINT')
  // While Milvus says nothing, it ends only because it waits for nothing any more.
  expect((await redkite.ended).exitCode).toBe(130)
  await proxy.close()
})

test.concurrent('--until-caught-up ends although records keep coming, and has all that was there at its start', async () => {
  const { kafka, name, worker, sink, rows, committed } = await prepare('busy', 2)
  await kafka.tools.produce(name, points(0, 1_000))
  const producer = new Producer({ 'bootstrap.servers': kafka.bootstrap, 'linger.ms': 0 })
  let next = 1_000
  const timer = setInterval(() => producer.produce(name, next % 2, null, Buffer.from(point(next++))), 5)
  const ended = await catchUp(worker, [sink])
  clearInterval(timer)
  await producer.flush(10_000)
  await producer.close(1_000)
  expect(ended.exitCode).toBe(0)
  const first = await rows()
  expect(first.slice(0, 1_000)).toEqual(pointRows(0, 1_000))
  // What came meanwhile is either in and committed, or neither.
  expect((await committed()).reduce((sum, offset) => sum + offset, 0)).toBe(first.length)
  expect((await catchUp(worker, [sink])).exitCode).toBe(0)
  expect(await rows()).toEqual(pointRows(0, next))
})

test.concurrent('two sinks in one process each write their own collection', async () => {
  const [one, two] = [await prepare('left'), await prepare('right')]
  await one.kafka.tools.produce(one.name, points(0, 50))
  await two.kafka.tools.produce(two.name, points(50, 120))
  const ended = await catchUp(one.worker, [one.sink, two.sink])
  expect(ended.stderr).toContain(`[${one.name}] 50 rows written from 50 records`)
  expect(ended.stderr).toContain(`[${two.name}] 70 rows written from 70 records`)
  expect(ended.exitCode).toBe(0)
  expect(await one.rows()).toEqual(pointRows(0, 50))
  expect(await two.rows()).toEqual(pointRows(50, 120))
})

test.concurrent('a key that comes many times is one row, the last, where Milvus 2.3.5 alone would keep them all', async () => {
  const { kafka, pymilvus, milvus, name, worker, sink } = await prepare('again')
  const values = Array.from({ length: 3_000 }, (_, i) => JSON.stringify({ id: i % 10, v: [i, 0.5] }))
  await kafka.tools.produce(
    name,
    values.map((value) => ({ value })),
  )
  // Small requests too, so that a key also comes back while its former row is under way.
  const ended = await catchUp(worker, [{ ...sink, 'batch.size': 700 }])
  expect(ended.stderr).toContain('superseded by a later record of the same key')
  expect(ended.exitCode).toBe(0)
  expect(await pymilvus.count(milvus, name)).toBe(10)
  const rows = await pymilvus.query(milvus, name, { filter: 'id >= 0', fields: ['id', 'v'] })
  expect(rows.sort((a, b) => a.id - b.id)).toEqual(
    Array.from({ length: 10 }, (_, i) => ({ id: i, v: [2_990 + i, 0.5] })),
  )
})

test.concurrent('tombstones are passed over, counted and committed', async () => {
  const { kafka, name, worker, sink, rows, committed } = await prepare('null')
  await kafka.tools.produce(name, [{ key: '1', value: point(1) }, { key: '1', value: null }, { value: 'null' }])
  const ended = await catchUp(worker, [sink])
  expect(ended.stderr).toContain('1 row written from 3 records')
  expect(ended.stderr).toContain('2 null values passed over')
  expect(ended.exitCode).toBe(0)
  expect(await rows()).toEqual(pointRows(1, 2))
  expect(await committed()).toEqual([3])
})

test.concurrent('a topic that ends with an aborted transaction is caught up, at the offset after its last control record', async () => {
  const { kafka, name, worker, sink, rows, committed } = await prepare('aborted')
  await kafka.tools.produce(name, points(0, 5), { transaction: 'commit' })
  await kafka.tools.produce(name, points(5, 10), { transaction: 'abort' })
  const ended = await catchUp(worker, [{ ...sink, 'consumer.override.isolation.level': 'read_committed' }])
  expect(ended.exitCode).toBe(0)
  expect(await rows()).toEqual(pointRows(0, 5))
  expect(await committed()).toEqual([12])
})

describe('at rest', () => {
  const id = plainField('id', DataType.Int64, { primaryKey: true })
  const lingerMs = 50
  const idleMs = 10_000

  test('it takes no more than 0.5 % of a core, and a record waits for little more than the linger', async () => {
    const kafka = await sharedKafka()
    const name = unique('rest')
    await kafka.tools.createTopic(name)
    const fields = [id, plainField('v', DataType.FloatVector, { dim: 2 })]
    const milvus = await startNullMilvus({ schema: { collection: name, fields, primaryKey: id, dynamicField: false } })
    const endpoint = `http://127.0.0.1:${milvus.port}`
    const redkite = startRedkite(workerFile(kafka.bootstrap), [
      sinkFile(name, endpoint, name, name, { 'linger.ms': lingerMs }),
    ])
    await until('partitions are assigned', () => redkite.stderr().includes('assigned'))
    const producer = new Producer({ 'bootstrap.servers': kafka.bootstrap, 'linger.ms': 0 })
    const waits: number[] = []
    for (let i = 0; i < 15; i++) {
      await Bun.sleep(137)
      const before = (await milvus.counts()).rows
      const producedMs = performance.timeOrigin + performance.now()
      producer.produce(name, 0, null, Buffer.from(point(i)))
      for (let counts = await milvus.counts(); ; counts = await milvus.counts()) {
        if (counts.rows > before) {
          waits.push(counts.lastMs - producedMs)
          break
        }
        await Bun.sleep(5)
      }
    }
    await producer.close(1_000)
    // The median: on a machine that runs other tests too, a single record may wait for a core. Without a wake-up it would be half a second.
    expect(waits.sort((a, b) => a - b)[7]).toBeLessThan(lingerMs + 200)

    await Bun.sleep(2_000)
    // The compiler and the collector may still be at what the start has left: rest is what comes after.
    let used = Number.POSITIVE_INFINITY
    for (let window = 0; window < 6 && used > 0.005; window++) {
      const before = cpuMsOf(redkite.pid)
      await Bun.sleep(idleMs)
      used = (cpuMsOf(redkite.pid) - before) / idleMs
    }
    expect(used).toBeLessThanOrEqual(0.005)
    redkite.signal('SIGTERM')
    expect((await redkite.ended).exitCode).toBe(0)
    await milvus.stop()
  })
})
