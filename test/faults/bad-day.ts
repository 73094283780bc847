/**
 * A bad day on real servers, through the compiled binary: while records keep coming and redkite is kept running, a scenario does harm. Then
 * calm, a run with --until-caught-up, and the oracle.
 */
import { expect } from 'bun:test'
import { catchUp, type Ended, type Properties, sinkFile, workerFile } from '../e2e/redkite.ts'
import type { KafkaServer } from '../servers/kafka.ts'
import type { MilvusAddress, PyMilvus } from '../servers/pymilvus.ts'
import { unique } from '../servers/shared.ts'
import type { Random } from '../simulation/random.ts'
import { seededRandom } from './duration.ts'
import { FaultLog } from './fault-log.ts'
import { type Account, deadLettersIn, differences, type Truth, truthOf } from './oracle.ts'
import { Supervisor } from './supervisor.ts'
import { fields, partitions, Workload } from './workload.ts'

export interface Stage {
  readonly kafka: KafkaServer
  readonly milvus: MilvusAddress
  readonly py: PyMilvus
  /** Where redkite reaches Kafka and Milvus when it is not directly: a proxy. */
  readonly bootstrap?: string
  readonly endpoint?: string
  /** Over what every sink file here has. */
  readonly sink?: Properties
  readonly rowsPerSecond?: number
  /** Of the topic and its dead letters' topic; 1 by default. */
  readonly replicas?: number
  /** Settings of the dead letters' topic. */
  readonly deadLetterTopic?: Record<string, string>
  /** A member of the group that keeps its name, so that a restarted redkite has its partitions back at once. On by default. */
  readonly staticMember?: boolean
  /** Whether redkite has to go through it without ending; it may end, and be started again, by default. */
  readonly neverEnds?: boolean
}

export interface Scene {
  readonly random: Random
  readonly faults: FaultLog
  readonly redkite: Supervisor
  readonly worker: Properties
  readonly sink: Properties
  readonly group: string
  readonly deadLetters: string
}

/** Kafka's least, so that a killed member's partitions are soon another's. */
const sessionTimeoutMs = 6_000
/** Milvus answers nothing for a while after a kill; comparing waits for it. */
const compareWithinMs = 120_000
/** Of each process's last words, when a day fails. */
const stderrCharsMax = 6_000

/** @returns what was produced and what became of it, and how redkite's processes ended */
export async function badDay(
  title: string,
  stage: Stage,
  harm: (scene: Scene) => Promise<void>,
): Promise<{ account: Account; faults: FaultLog; ends: readonly Ended[] }> {
  const { kafka, milvus, py } = stage
  const random = seededRandom()
  const faults = new FaultLog()
  console.log(`${title}: seed ${random.seed}`)
  const name = unique('faults')
  const deadLetters = `${name}_dead`
  const replicas = stage.replicas ?? 1
  await kafka.tools.createTopic(name, partitions, {}, replicas)
  await kafka.tools.createTopic(deadLetters, 1, stage.deadLetterTopic, replicas)
  await py.createCollection(milvus, { name, fields })
  const worker = workerFile(stage.bootstrap ?? kafka.bootstrap, { 'offset.flush.interval.ms': 300 })
  // A static member whose answer to a join is lost is taken for a second one of its name and fenced off: an end that a restart mends.
  const isStatic = stage.staticMember !== false && !stage.neverEnds
  const calmSink = sinkFile(name, milvus.endpoint, name, name, {
    'behavior.on.null.values': 'delete',
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': deadLetters,
    'errors.deadletterqueue.context.headers.enable': 'true',
    'batch.size': 500,
    'linger.ms': 20,
    'request.timeout.ms': 5_000,
    'errors.retry.delay.max.ms': 1_000,
    'consumer.override.session.timeout.ms': sessionTimeoutMs,
    'consumer.override.heartbeat.interval.ms': 1_000,
    ...(isStatic ? { 'consumer.override.group.instance.id': name } : {}),
    ...stage.sink,
  })
  const sink = { ...calmSink, 'public.endpoint': stage.endpoint ?? milvus.endpoint }
  const workload = new Workload(kafka.bootstrap, name, random, stage.rowsPerSecond ?? 1_500)
  const redkite = new Supervisor(worker, [sink])
  try {
    try {
      await harm({ random, faults, redkite, worker, sink, group: `connect-${name}`, deadLetters })
    } finally {
      await workload.stop().finally(() => redkite.stop())
    }
    if (stage.neverEnds) {
      // The one end is the SIGTERM of the day's end.
      expect(redkite.ends.map(({ exitCode }) => exitCode)).toEqual([0])
    }
    const last = await catchUp({ ...worker, 'bootstrap.servers': kafka.bootstrap }, [calmSink])
    expect(last, `${last.stderr}`).toMatchObject({ exitCode: 0 })
    const truth = await truthOf(kafka, name)
    const { account } = truth
    console.log(`${title}: ${faults}; ${JSON.stringify(account)}; ${redkite.starts} starts`)
    await balance(stage, name, deadLetters, truth, workload.acknowledged)
    await py.dropCollection(milvus, name)
    return { account, faults, ends: redkite.ends }
  } catch (error) {
    // What a log of continuous integration has to say about a day that may never come back.
    console.log(`${title}, seed ${random.seed}: ${faults}; redkite started ${redkite.starts} times`)
    for (const { exitCode, signal, stderr } of redkite.ends.slice(-3)) {
      console.log(`it ended with ${signal ?? exitCode} after\n${stderr.slice(-stderrCharsMax)}`)
    }
    throw error
  }
}

/** The books of a day: what was produced against what the collection, the dead letters and the group's offsets say. */
async function balance(
  { kafka, milvus, py }: Stage,
  name: string,
  deadLetters: string,
  truth: Truth,
  acknowledged: number,
): Promise<void> {
  const { account } = truth
  expect(account.produced).toBe(acknowledged)
  expect(account.produced).toBe(account.live + account.superseded + account.deleted + account.dead)
  expect(await eventually(() => differences(truth, py, milvus, name))).toEqual([])
  expect(await deadLettersIn(kafka, deadLetters)).toEqual([...truth.dead].sort())
  const ends = await kafka.tools.offsets(name)
  expect(await kafka.tools.groupOffsets(`connect-${name}`)).toMatchObject(
    ends.map(({ partition, end }) => ({ topic: name, partition, offset: end })),
  )
}

/** Asks again while Milvus is not yet able to answer. */
async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  const deadlineMs = performance.now() + compareWithinMs
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (performance.now() > deadlineMs) throw error
      await Bun.sleep(1_000)
    }
  }
}
