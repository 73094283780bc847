/** A partition that an operator pauses: its records stay in Kafka, the other's arrive, and nothing is lost or put out of order when it goes on. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../servers/ports.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvusLite, sharedPyMilvus, unique } from '../servers/shared.ts'
import { askConsole } from './console.ts'
import { createPoints } from './points.ts'
import { sinkFile, workerFile } from './redkite.ts'
import { startService } from './service.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'redkite-pause-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Each key comes in one partition, `versions` times; of each the last version stays. */
function versions(partition: number, keys: number, from: number, to: number) {
  return Array.from({ length: (to - from) * keys }, (_, i) => {
    const [id, version] = [partition * 1_000 + (i % keys), from + Math.floor(i / keys)]
    return { partition, value: JSON.stringify({ id, v: [version, partition] }) }
  })
}

async function prepare(stem: string) {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique(stem)
  await kafka.tools.createTopic(name, 2)
  await createPoints(py, milvus, name)
  return {
    ...{
      kafka,
      name,
      worker: workerFile(kafka.bootstrap, { 'offset.flush.interval.ms': 200 }),
      socket: join(folder, name),
    },
    sink: sinkFile(`sink-${name}`, milvus.endpoint, name, name, { 'linger.ms': 20 }),
    /** How many rows of a partition there are, by their version. */
    async rows(partition: number): Promise<Record<string, number>> {
      const rows = await py.query(milvus, name, { filter: 'id >= 0', fields: ['id', 'v'], limit: 16_000 })
      const mine = rows.filter(({ v }) => v[1] === partition)
      return Object.fromEntries(
        Object.entries(Object.groupBy(mine, ({ v }) => v[0])).map(([key, all]) => [key, all!.length]),
      )
    },
    committed: async (partition: number) => {
      const offsets = await kafka.tools.groupOffsets(`connect-sink-${name}`)
      return offsets.find((one) => one.partition === partition)?.offset
    },
  }
}

interface PartitionShown {
  readonly partition: number
  readonly paused: boolean
  readonly lag: number | null
}

async function tell(socket: string, line: string): Promise<string> {
  const { exitCode, stdout, stderr } = await askConsole(['--control', socket], [line])
  expect(exitCode, stdout + stderr).toBe(0)
  return stdout
}

test.concurrent.each([[1], [2]])(
  'with tasks.max=%p, through a restart and a reload of its sink; the other partition goes on',
  async (tasks) => {
    const { kafka, name, worker, sink, socket, rows, committed } = await prepare('paused')
    const base = `http://127.0.0.1:${await freePort()}`
    const settings = { ...sink, 'tasks.max': tasks }
    const redkite = startService({
      worker,
      sinks: { 's.properties': settings },
      args: ['--control', socket, '--http', base.slice('http://'.length)],
    })
    await kafka.tools.produce(name, [...versions(0, 20, 0, 5), ...versions(1, 20, 0, 5)])
    await until('both arrive', async () => (await rows(0))[4] === 20 && (await rows(1))[4] === 20)

    expect(await tell(socket, `pause ${name}:0`)).toContain(`sink-${name} pauses ${name}:0; what was read`)
    await kafka.tools.produce(name, [...versions(0, 20, 5, 50), ...versions(1, 20, 5, 50)])
    await until('the other arrives', async () => (await rows(1))[49] === 20)
    await until('what was read of the paused one is committed', async () => (await committed(0)) === 100)
    const stays = async () => {
      expect(await rows(0)).toEqual({ 4: 20 })
      expect(await committed(0)).toBe(100)
    }
    await stays()
    expect(await tell(socket, 'status')).toContain(`paused: ${name}:0`)
    expect(await tell(socket, 'lag')).toMatch(new RegExp(`${name}:0 .*lag 900 +paused`))
    // Fetching no more of it, redkite still sees how far it grows.
    await until('the page shows it', async () => {
      const { sinks } = (await (await fetch(`${base}/status`)).json()) as { sinks: { partitions: PartitionShown[] }[] }
      // With several tasks none may have said yet what it has.
      const [one, other] = [0, 1].map((n) => sinks[0]?.partitions.find(({ partition }) => partition === n))
      return one?.paused === true && one.lag === 900 && other?.paused === false
    })

    // What an operator has paused stays so in the sinks that follow this one. Tasks may hand the partition on to each other, each saying so.
    const isPausedAfter = (line: string) => {
      const [, ...after] = redkite.stderr().split(line)
      return after.at(-1)?.includes('paused, as somebody asked') === true
    }
    await tell(socket, `restart sink-${name}`)
    await until('it is opened anew', () => isPausedAfter('restarting, as somebody asked'))
    redkite.write('s.properties', { ...settings, 'batch.size': 7 })
    redkite.signal('SIGHUP')
    await until('it is replaced', () => isPausedAfter('reloaded; opened anew'))
    await kafka.tools.produce(name, versions(1, 20, 50, 51))
    await until('the other arrives', async () => (await rows(1))[50] === 20)
    await stays()

    await tell(socket, `resume ${name}:0`)
    await until('all arrives', async () => (await rows(0))[49] === 20)
    expect([await rows(0), await rows(1)]).toEqual([{ 49: 20 }, { 50: 20 }])
    redkite.signal('SIGTERM')
    expect(await redkite.ended).toMatchObject({ exitCode: 0 })
    expect([await committed(0), await committed(1)]).toEqual([1_000, 1_020])
  },
)

test.concurrent('a run with a goal says that it waits for a paused partition, and ends when it was resumed', async () => {
  const { kafka, name, worker, sink, socket, rows } = await prepare('goal')
  // So slow that it can be paused on the way.
  const slow = { ...sink, 'batch.size': 1, 'linger.ms': 1, 'max.in.flight.requests': 1 }
  await kafka.tools.produce(name, [...versions(0, 20, 0, 30), ...versions(1, 20, 0, 30)])
  const redkite = startService({
    worker,
    sinks: { 's.properties': slow },
    args: ['--until-caught-up', '--control', socket],
  })
  await until('it has begun', () => redkite.stderr().includes('assigned'))
  await tell(socket, `pause ${name}`)
  expect(redkite.stderr()).toContain('this run does not end before they are resumed')
  await tell(socket, `resume ${name}`)
  expect(await redkite.ended).toMatchObject({ exitCode: 0 })
  expect([await rows(0), await rows(1)]).toEqual([{ 29: 20 }, { 29: 20 }])
})
