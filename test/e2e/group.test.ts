/** The binary as a member of a group on real Kafka: members come and go, and nothing is lost, committed early or committed back. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { KafkaServer } from '../servers/kafka.ts'
import { freePort } from '../servers/ports.ts'
import { startProxy } from '../servers/proxy.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { idsIn, NumberedProducer, numberedFields, numberedRecord, upTo } from './numbered.ts'
import { untilRead } from './records-read.ts'
import { catchUp, type Properties, type RunningRedkite, sinkFile, startRedkite, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(3 * serverTimeoutMs)

/** Of each protocol's churn; a minute or more shows more. */
const churnSeconds = Number(process.env.REDKITE_CHURN_SECONDS ?? 12)

async function prepare(partitions: number) {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const name = unique('group')
  await kafka.tools.createTopic(name, partitions)
  await py.createCollection(milvus, { name, fields: numberedFields })
  const worker = workerFile(kafka.bootstrap, { 'offset.flush.interval.ms': 500 })
  const producer = new NumberedProducer(kafka.bootstrap, name, partitions)
  const running = new Set<RunningRedkite>()
  const start = (more: Properties = {}, endpoint = milvus.endpoint, args: readonly string[] = []) => {
    const redkite = startRedkite(worker, [sinkFile(name, endpoint, name, name, more)], args)
    running.add(redkite)
    void redkite.ended.then(() => running.delete(redkite))
    return redkite
  }
  const finish = (more: Properties = {}) => catchUp(worker, [sinkFile(name, milvus.endpoint, name, name, more)])
  return {
    ...{ kafka, milvus, py, name, producer, start, finish },
    /** Whatever a test that fails has left behind. */
    async [Symbol.asyncDispose]() {
      for (const redkite of running) redkite.signal('SIGKILL')
      await Promise.all(Array.from(running, ({ ended }) => ended))
    },
  }
}

/** Looks at the group's offsets until `stop`, which gives the places where one went back. */
function watchOffsets(kafka: KafkaServer, group: string): { stop(): Promise<string[]> } {
  const highest = new Map<string, number>()
  const back: string[] = []
  let watching = true
  const look = async () => {
    while (watching) {
      for (const { topic, partition, offset } of await kafka.tools.groupOffsets(group).catch(() => [])) {
        const place = `${topic}-${partition}`
        const before = highest.get(place) ?? 0
        if (offset < before) back.push(`${place}: ${before} became ${offset}`)
        highest.set(place, Math.max(before, offset))
      }
      await Bun.sleep(100)
    }
  }
  const looking = look()
  return {
    async stop() {
      watching = false
      await looking
      return back
    },
  }
}

const linesWith = (redkite: RunningRedkite, word: string) => redkite.stderr().match(new RegExp(` ${word} `, 'g')) ?? []

/** Ends it as systemd would; a process that is only just being started knows no signals yet. */
async function stop(redkite: RunningRedkite): Promise<void> {
  await until('it has said something', () => redkite.stderr() !== '')
  redkite.signal('SIGTERM')
}

/** Of one that was told to end in good order. */
async function expectGoodEnd(redkite: RunningRedkite): Promise<void> {
  const { exitCode, signal, stderr } = await redkite.ended
  expect({ exitCode, signal }, stderr).toEqual({ exitCode: 0, signal: null })
}

/** Members learn of a rebalance by their next heartbeat: with the usual 3 s, most of a churn of seconds would pass unnoticed. */
const heartbeat = { 'consumer.override.heartbeat.interval.ms': 500 }
const assignor = (name: string): Properties => ({
  ...heartbeat,
  'consumer.override.partition.assignment.strategy': `org.apache.kafka.clients.consumer.${name}`,
})
const protocols: [string, Properties][] = [
  ['range (eager)', assignor('RangeAssignor')],
  ['cooperative-sticky', assignor('CooperativeStickyAssignor')],
  ['group.protocol=consumer (KIP-848)', { 'consumer.override.group.protocol': 'consumer' }],
]

describe.each(protocols)('with %s', (_, protocol) => {
  test.concurrent(`a member joins or leaves every 2 s for ${churnSeconds} s, and every record is written`, async () => {
    await using world = await prepare(6)
    const { kafka, milvus, py, name, producer, start, finish } = world
    producer.keepSending(20, 20)
    const offsets = watchOffsets(kafka, `connect-${name}`)
    const first = start(protocol)
    const members: RunningRedkite[] = []
    const left: RunningRedkite[] = []
    const endMs = performance.now() + churnSeconds * 1000
    // On a busy machine it goes on until the first member has had to give partitions away, and then again.
    while (performance.now() < endMs || linesWith(first, 'revoked').length < 2) {
      if (members.length < 2) members.push(start(protocol))
      else {
        left.push(members.shift()!)
        await stop(left.at(-1)!)
      }
      await Bun.sleep(2_000)
    }
    await producer.close()
    for (const redkite of [first, ...members]) await stop(redkite)
    for (const redkite of [first, ...members, ...left]) await expectGoodEnd(redkite)

    const last = await finish(protocol)
    expect(last.exitCode, last.stderr).toBe(0)
    expect(await offsets.stop(), first.stderr()).toEqual([])
    expect(await idsIn(py, milvus, name, producer.produced)).toEqual(upTo(producer.produced))
    const ends = await kafka.tools.offsets(name)
    expect((await kafka.tools.groupOffsets(`connect-${name}`)).map(({ offset }) => offset)).toEqual(
      ends.map(({ end }) => end),
    )
  })

  test.concurrent('a Milvus that is stuck for longer than max.poll.interval.ms moves no partition', async () => {
    await using world = await prepare(4)
    const { kafka, milvus, py, name, producer, start } = world
    const proxy = await startProxy(milvus)
    const settings = { ...protocol, 'consumer.override.max.poll.interval.ms': 7_000, 'request.timeout.ms': 60_000 }
    const redkite = start(settings, `http://127.0.0.1:${proxy.port}`)
    await producer.send(1_000)
    await until('the first are committed', async () => (await committedRecords(kafka, name)) === 1_000)
    proxy.blackhole()
    producer.keepSending(200, 20)
    await Bun.sleep(10_000)
    expect(await committedRecords(kafka, name)).toBe(1_000)
    proxy.heal()
    await producer.close()
    await until('all are committed', async () => (await committedRecords(kafka, name)) === producer.produced, 60_000)
    expect(linesWith(redkite, 'revoked')).toEqual([])
    expect(linesWith(redkite, 'lost')).toEqual([])
    await stop(redkite)
    await expectGoodEnd(redkite)
    expect(await idsIn(py, milvus, name, producer.produced)).toEqual(upTo(producer.produced))
    await proxy.close()
  })
})

async function committedRecords(kafka: KafkaServer, name: string): Promise<number> {
  const offsets = await kafka.tools.groupOffsets(`connect-${name}`).catch(() => [])
  return offsets.reduce((sum, { offset }) => sum + offset, 0)
}

test('a static member that comes back within its session finds its partitions, and the others notice nothing', async () => {
  await using world = await prepare(4)
  const { kafka, name, producer, start } = world
  await producer.send(400)
  const member = (id: string) => ({
    'consumer.override.group.instance.id': id,
    'consumer.override.session.timeout.ms': 45_000,
  })
  const stays = start(member('a'))
  await until('it has all partitions', () => linesWith(stays, 'assigned').length === 1)
  const leaves = start(member('b'))
  await until(
    'they share',
    () => linesWith(leaves, 'assigned').length === 1 && linesWith(stays, 'assigned').length === 2,
  )
  await stop(leaves)
  await expectGoodEnd(leaves)
  await producer.send(400)
  const back = start(member('b'))
  await until('it is back', () => linesWith(back, 'assigned').length === 1)
  await until('all are committed', async () => (await committedRecords(kafka, name)) === 800)
  expect(linesWith(stays, 'assigned')).toHaveLength(2)
  expect(linesWith(stays, 'revoked')).toHaveLength(1)
  await producer.close()
})

test('two processes with one group.instance.id: one is fenced, and says why', async () => {
  await using world = await prepare(2)
  const { producer, start } = world
  await producer.send(100)
  await producer.close()
  const settings = { 'consumer.override.group.instance.id': 'same' }
  const first = start(settings)
  await until('it runs', () => linesWith(first, 'assigned').length === 1)
  const second = start(settings)
  const { exitCode, stderr } = await Promise.race([first.ended, second.ended])
  expect(stderr).toContain('another member of group')
  expect(stderr).toContain('group.instance.id')
  expect(exitCode).toBe(19)
})

describe('transactions', () => {
  const records = (from: number, count: number) =>
    upTo(count).map((i) => ({ value: numberedRecord(from + i), partition: 0 }))

  test.each([
    ['read_committed', [...upTo(10), ...upTo(10).map((i) => 20 + i)]],
    ['read_uncommitted', upTo(30)],
  ])('%s: what was aborted is read or not, and control records count as done', async (level, expected) => {
    const { kafka, milvus, py, name, producer, finish } = await prepare(1)
    await producer.close()
    await kafka.tools.produce(name, records(0, 10), { transaction: 'commit' })
    await kafka.tools.produce(name, records(10, 10), { transaction: 'abort' })
    await kafka.tools.produce(name, records(20, 10), { transaction: 'commit' })
    const ended = await finish({ 'consumer.override.isolation.level': level })
    expect(ended.exitCode).toBe(0)
    expect(await idsIn(py, milvus, name, 30)).toEqual(expected)
    // 30 records, and a control record after each ten.
    expect(await kafka.tools.groupOffset(`connect-${name}`, name)).toBe(33)
  })
})

test.each([
  ['earliest', upTo(50).map((i) => 50 + i)],
  ['latest', [] as number[]],
])('records that retention took are named, with auto.offset.reset=%s', async (reset, expected) => {
  const { kafka, milvus, py, name, producer, finish } = await prepare(1)
  await producer.send(100)
  await producer.close()
  await kafka.tools.setGroupOffsets(`connect-${name}`, [{ topic: name, partition: 0, offset: 10 }])
  await kafka.tools.deleteRecords(name, 0, 50)
  const { exitCode, stderr } = await finish({ 'consumer.override.auto.offset.reset': reset })
  expect(exitCode).toBe(0)
  expect(stderr).toContain(`topic "${name}", partition 0: Kafka no longer has offset 10`)
  expect(stderr).toContain('1 time records were no longer in Kafka')
  expect(await idsIn(py, milvus, name, 100)).toEqual(expected)
})

describe('an end at any moment', () => {
  test('SIGTERM: what is in Milvus is what is committed, record by record', async () => {
    await using world = await prepare(3)
    const { kafka, milvus, py, name, producer, start } = world
    const proxy = await startProxy(milvus)
    proxy.slow({ delayMs: 100 })
    const redkite = start({ 'linger.ms': 20 }, `http://127.0.0.1:${proxy.port}`, ['--shutdown-timeout', '20'])
    producer.keepSending(20, 10)
    await until('some are written', async () => (await committedRecords(kafka, name)) > 0)
    await stop(redkite)
    await expectGoodEnd(redkite)
    await producer.close()
    const committed = await kafka.tools.groupOffsets(`connect-${name}`)
    const below = upTo(producer.produced).filter((id) =>
      committed.some(({ partition, offset }) => id % 3 === partition && Math.floor(id / 3) < offset),
    )
    expect(below.length).toBeGreaterThan(0)
    expect(await idsIn(py, milvus, name, producer.produced)).toEqual(below)
    await proxy.close()
  })

  test('--shutdown-timeout bounds the wait for a Milvus that is stuck, and nothing unacknowledged is committed', async () => {
    await using world = await prepare(2)
    const { kafka, milvus, py, name, producer, start, finish } = world
    const proxy = await startProxy(milvus)
    const http = `127.0.0.1:${await freePort()}`
    const redkite = start({}, `http://127.0.0.1:${proxy.port}`, ['--shutdown-timeout', '2', '--http', http])
    await producer.send(100)
    await until('the first are committed', async () => (await committedRecords(kafka, name)) === 100)
    proxy.blackhole()
    await producer.send(100)
    await producer.close()
    await untilRead(http, 200)
    await stop(redkite)
    // Milvus says nothing, so that it ends at all is the bound's doing.
    const { stderr } = await redkite.ended
    expect(stderr).toContain('were not acknowledged within 2000 ms')
    expect(await committedRecords(kafka, name)).toBe(100)
    // It has left the group all the same: the next member need not wait for its session to end.
    expect((await kafka.tools.describeGroup(`connect-${name}`)).state).toBe('Empty')
    await proxy.close()
    expect((await finish()).exitCode).toBe(0)
    expect(await idsIn(py, milvus, name, 200)).toEqual(upTo(200))
  })

  test('SIGKILL, ten times: nothing is lost', async () => {
    await using world = await prepare(3)
    const { milvus, py, name, producer, start, finish } = world
    producer.keepSending(20, 10)
    for (let kill = 0; kill < 10; kill++) {
      // Without waiting for the dead member's session, and each time somewhere else in its life.
      const redkite = start({
        'consumer.override.session.timeout.ms': 6_000,
        'consumer.override.group.instance.id': 'only',
      })
      await Bun.sleep(300 + Math.random() * 1_500)
      redkite.signal('SIGKILL')
      await redkite.ended
    }
    await producer.close()
    expect((await finish()).exitCode).toBe(0)
    expect(await idsIn(py, milvus, name, producer.produced)).toEqual(upTo(producer.produced))
  })
})
