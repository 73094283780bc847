/** redkite as a service: what it tells systemd, and how it takes changed files without losing or repeating a record. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { startNotifySocket } from '../servers/notify-socket.ts'
import { freePort } from '../servers/ports.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvusLite, sharedPyMilvus, unique } from '../servers/shared.ts'
import { createPoints, pointRows, points, readPoints } from './points.ts'
import { sinkFile, workerFile } from './redkite.ts'
import { startService } from './service.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

async function prepare(stem: string) {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique(stem)
  await kafka.tools.createTopic(name)
  await createPoints(py, milvus, name)
  return {
    ...{ name, worker: workerFile(kafka.bootstrap) },
    sink: sinkFile(name, milvus.endpoint, name, name, { 'linger.ms': 20 }),
    produce: (from: number, to: number) => kafka.tools.produce(name, points(from, to)),
    rows: () => readPoints(py, milvus, name),
    committed: () => kafka.tools.groupOffset(`connect-${name}`, name),
  }
}

test.concurrent('systemd hears that it is ready, how it stands, that it lives, reloads and stops', async () => {
  const { name, worker, sink, produce, rows } = await prepare('notified')
  const address = `@redkite-service-${process.pid}`
  const socket = await startNotifySocket(address)
  const said = (key: string) => socket.heard.flatMap((each) => each[key] ?? [])
  const redkite = startService({
    worker,
    sinks: { 'a.properties': sink },
    env: { NOTIFY_SOCKET: address, WATCHDOG_USEC: '600000' },
  })
  await until('it is ready', () => said('READY').length === 1)
  expect(said('STATUS')[0]).toStartWith(`${name}: 0 rows written`)
  // The group has given it no partition yet: nobody knows how far it is behind.
  expect(said('STATUS')[0]).toContain('lag not known yet')
  await produce(0, 10)
  await until('the rows are told of', () => said('STATUS').some((text) => text.includes('10 rows written')))
  await until('it is alive', () => said('WATCHDOG').length > 2)
  redkite.signal('SIGHUP')
  await until('it has reloaded', () => said('READY').length === 2)
  const order = socket.heard.flatMap((each) => Object.keys(each)).filter((key) => ['READY', 'RELOADING'].includes(key))
  expect(order).toEqual(['READY', 'RELOADING', 'READY'])
  expect(said('MONOTONIC_USEC')).toEqual([expect.stringMatching(/^\d+$/)])
  redkite.signal('SIGTERM')
  expect(await redkite.ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('nothing has changed') })
  expect(said('STOPPING')).toEqual(['1'])
  expect(await rows()).toEqual(pointRows(0, 10))
  await socket.stop()
})

test.concurrent('SIGHUP takes what changed in the files: a sink is opened anew, added, taken away; a bad file changes nothing', async () => {
  const [one, two] = [await prepare('first'), await prepare('second')]
  const base = `http://127.0.0.1:${await freePort()}`
  const redkite = startService({
    worker: one.worker,
    sinks: { 'one.properties': one.sink },
    args: ['--http', base.slice('http://'.length)],
  })
  const shown = async () => {
    const { sinks } = (await (await fetch(`${base}/status`)).json()) as { sinks: { name: string; state: string }[] }
    return sinks.map(({ name, state }) => [name, state])
  }
  const reload = async (says: string) => {
    const before = redkite.stderr().length
    redkite.signal('SIGHUP')
    await until(`it says ${says}`, () => redkite.stderr().slice(before).includes(says))
  }
  const arrived = (sink: typeof one, count: number) =>
    until(`${count} rows`, async () => (await sink.rows()).length === count)
  await until('it runs', () => redkite.stderr().includes('assigned'))
  await one.produce(0, 100)
  await arrived(one, 100)

  redkite.write('two.properties', two.sink)
  await reload(`reloaded; added: ${two.name}`)
  await two.produce(0, 50)
  await arrived(two, 50)
  expect(await shown()).toEqual([
    [one.name, 'running'],
    [two.name, 'running'],
  ])

  // Records are under way while the first one is replaced; the second one is left alone.
  redkite.write('one.properties', { ...one.sink, 'batch.size': 7 })
  await one.produce(100, 200)
  await reload(`reloaded; opened anew: ${one.name}`)
  await one.produce(200, 300)
  await arrived(one, 300)
  expect(redkite.stderr()).not.toContain(`[${two.name}] revoked`)

  redkite.write('one.properties', { ...one.sink, 'batch.size': 'many' })
  await reload('not reloaded, everything runs on as before: one.properties')
  redkite.write('one.properties', { ...one.sink, 'collection.name': 'nowhere' })
  await reload(`not reloaded, everything runs on as before: sink ${one.name}: Milvus`)
  redkite.write('one.properties', { ...one.sink, topics: 'nowhere' })
  await reload(`not reloaded, everything runs on as before: sink ${one.name}: there is no topic nowhere`)
  await one.produce(300, 320)
  await arrived(one, 320)

  redkite.write('one.properties', { ...one.sink, 'batch.size': 7 })
  redkite.remove('two.properties')
  await reload(`reloaded; taken away: ${two.name}`)
  await until('the second is gone', () => redkite.stderr().includes(`revoked ${two.name}`))
  expect(await shown()).toEqual([[one.name, 'running']])
  // One that comes back has not ended because the one before it has.
  redkite.write('two.properties', two.sink)
  await reload(`reloaded; added: ${two.name}`)
  await two.produce(50, 60)
  await arrived(two, 60)
  expect(await shown()).toEqual([
    [one.name, 'running'],
    [two.name, 'running'],
  ])
  redkite.signal('SIGTERM')
  const { exitCode, stderr } = await redkite.ended
  expect(exitCode, stderr).toBe(0)
  expect(stderr).toContain(`[${one.name}] 320 rows written from 320 records`)
  expect(stderr).toContain(`[${two.name}] 50 rows written from 50 records`)
  expect(stderr).toContain(`[${two.name}] 10 rows written from 10 records`)
  expect(await one.rows()).toEqual(pointRows(0, 320))
  expect(await Promise.all([one.committed(), two.committed()])).toEqual([320, 60])
})

test.concurrent('a sink of several threads is opened anew, with more of them', async () => {
  const { name, worker, sink, produce, rows } = await prepare('threads')
  const redkite = startService({ worker, sinks: { 's.properties': { ...sink, 'tasks.max': 2 } } })
  await until('it runs', () => redkite.stderr().includes('assigned'))
  await produce(0, 200)
  redkite.write('s.properties', { ...sink, 'tasks.max': 3 })
  redkite.signal('SIGHUP')
  await until('it has reloaded', () => redkite.stderr().includes(`reloaded; opened anew: ${name}`))
  await produce(200, 300)
  await until('all is written', async () => (await rows()).length === 300)
  redkite.signal('SIGTERM')
  expect(await redkite.ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(`[${name}-2] Milvus`) })
  expect(await rows()).toEqual(pointRows(0, 300))
})
