import type { SinkSettings, WorkerSettings } from '../config/setup.ts'
import type { IgnoredNames } from '../decode/ignored-names.ts'
import { scannable } from '../decode/json/simd/float-scanner.ts'
import type { CaughtUp } from '../delivery/caught-up.ts'
import { placeId } from '../delivery/place.ts'
import { Admin } from '../kafka/admin.ts'
import { Consumer } from '../kafka/consumer.ts'
import type { Log } from '../ops/log.ts'
import { openDeadLetters } from './dead-letter-open.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { PartitionDetail } from './detail.ts'
import { failureOfLetters } from './dlq/replay.ts'
import { ReplaySource } from './dlq/replay-source.ts'
import { askKafka, caughtUpOf, type Goal, lagToGoal } from './goal.ts'
import { sayLateJoin } from './late-join.ts'
import { PausedEnds } from './paused-ends.ts'
import type { PausedParts } from './paused-parts.ts'
import { systemClock } from './ports.ts'
import { openLanes } from './routing/open-lanes.ts'
import { revokeTimeoutMs, Sink } from './sink.ts'
import type { SettledStretch } from './sink-options.ts'

export interface OpenOptions {
  readonly settings: SinkSettings
  readonly worker: WorkerSettings
  readonly untilCaughtUp: boolean
  readonly log: Log
  /** The records are dead letters, sent again (`redkite dlq replay`). */
  readonly isReplay?: boolean
  /** See `SinkOptions`. */
  readonly pausedParts?: PausedParts
  readonly onSettled?: ((stretch: SettledStretch) => void) | undefined
}

/** A sink whose Kafka and Milvus have answered: everything that can be found out before the first record has been. */
export interface OpenedSink {
  readonly name: string
  readonly sink: Sink
  /** Keys that records brought and their collections have no place for. */
  ignored(): IgnoredNames
  /** Records between the group's offsets at the start and the goal, when there is a goal. */
  readonly goal: number | undefined
  /** Whether that goal was reached. */
  isCaughtUp(): boolean
  run(): Promise<void>
  /** Gives it up before it has run. */
  abandon(): Promise<void>
  /** Whether the group has taken it in and given it its partitions, which may be none. */
  hasJoined(): boolean
  /** The partitions that are its own now. */
  partitions(): PartitionDetail[]
  /** Records between what was read and the goal, or without one the partitions' ends; undefined until each has been fetched from. */
  lag(): number | undefined
}

export async function openSink(options: OpenOptions): Promise<OpenedSink> {
  const { settings, worker, untilCaughtUp, log, isReplay = false } = options
  // Kafka first: its threads connect while the Milvus SDK is being loaded.
  const asking = askKafka(settings, untilCaughtUp).catch((error: unknown) => {
    throw isReplay ? failureOfLetters(error, settings) : error
  })
  const assignments = () => consumer?.assignments ?? []
  const originOf = isReplay ? (row: number) => replay?.originOf(row) : undefined
  const opening = openLanes({ ...options, topics: async () => (await asking).topics, assignments, originOf })
  const [{ goal, partitions: partitionCount }, { router, connection, ignored }] = await Promise.all([
    asking,
    opening,
  ]).catch((error: unknown) => {
    // Whichever fails first says why; the other may take its time.
    void opening.then((milvus) => milvus.connection.close()).catch(() => {})
    throw error
  })
  sayIdleTasks(settings, partitionCount, log)
  const onReject = await rejection(options).catch(async (error: unknown) => {
    await connection.close()
    throw error
  })
  const caughtUp = goal === undefined ? undefined : caughtUpOf(goal)
  const sink = new Sink({
    router,
    closeTarget: () => connection.close(),
    clock: systemClock,
    log,
    random: Math.random,
    batchRowsMax: settings.batchRowsMax,
    load: settings.load,
    lingerMs: settings.lingerMs,
    retryBackoffMs: settings.retryBackoffMs,
    retryBackoffMaxMs: settings.errors.retryDelayMaxMs,
    commitIntervalMs: worker.offsetFlushIntervalMs,
    shutdownTimeoutMs: settings.shutdownTimeoutMs,
    retryLimits: { retriesMax: settings.retriesMax, retryTimeoutMs: settings.errors.retryTimeoutMs },
    onReject,
    logEachReject: settings.errors.logEnable,
    caughtUp,
    pausedParts: options.pausedParts,
    onSettled: options.onSettled,
    memory: scannable,
  })
  let consumer: Consumer | undefined
  const replay = isReplay && goal !== undefined ? new ReplaySource(goal.ends, sink) : undefined
  const owned = () => consumer?.assignments.filter((assignment) => assignment.owned) ?? []
  const pausedEnds = new PausedEnds(settings)
  const partitions = () => {
    const mine = owned()
    pausedEnds.look(mine.filter(({ index }) => sink.isPaused(index)))
    return mine.map(({ topic, partition, index }): PartitionDetail => {
      const [isAtEnd, isPaused] = [sink.positions.isAtEnd(index), sink.isPaused(index)]
      const end = (isPaused ? pausedEnds.end({ topic, partition }) : undefined) ?? consumer!.endOffset(index)
      const position = sink.positions.of(index) ?? (isPaused ? pausedEnds.committed({ topic, partition }) : undefined)
      const lag = end === undefined || position === undefined ? undefined : Math.max(0, end - position)
      return { topic, partition, position, end, lag, isAtEnd, isPaused }
    })
  }
  const opened: OpenedSink = {
    name: settings.name,
    sink,
    ignored,
    goal: goal?.records,
    isCaughtUp: () => caughtUp?.done === true,
    hasJoined: () => sink.hasJoined || consumer?.isMember === true,
    partitions,
    async run() {
      const listener = replay?.listener ?? sink
      consumer = new Consumer(settings.consumer, settings.topics.subscribe, listener, {
        revokeTimeoutMs,
        wantsDetails: router.wantsDetails,
      })
      replay?.attach(consumer)
      const stopWatching =
        goal === undefined ? () => {} : watchGroup(settings, goal, caughtUp!, sink, () => opened.hasJoined())
      const callOff = sayLateJoin(settings.groupId, () => opened.hasJoined(), log)
      try {
        await sink.run(replay ?? consumer)
      } finally {
        callOff()
        stopWatching()
      }
    },
    async abandon() {
      if (typeof onReject === 'object') await onReject.close()
      await connection.close()
    },
    lag() {
      if (goal !== undefined && caughtUp !== undefined) return lagToGoal(goal, caughtUp, owned(), sink.positions)
      // Before the group has given it partitions, no partition lags; that is no answer.
      if (!opened.hasJoined()) return undefined
      let sum = 0
      for (const { lag } of partitions()) {
        if (lag === undefined) return undefined
        sum += lag
      }
      return sum
    },
  }
  return opened
}

/** Said by the first task alone. */
function sayIdleTasks({ tasksMax, consumer }: SinkSettings, partitions: number, log: Log): void {
  const isFirst = !/-[1-9]\d*$/.test(consumer['client.id'] ?? '')
  if (tasksMax <= partitions || !isFirst) return
  const idle = tasksMax - partitions
  log.info(`tasks.max=${tasksMax}, but the topics have ${partitions} partitions: ${idle} tasks have nothing to do`)
}

/** What becomes of records that cannot be written. */
async function rejection({ settings, log, isReplay = false }: OpenOptions): Promise<'stop' | 'skip' | DeadLetters> {
  const { tolerance, deadLetterTopic: topic } = settings.errors
  if (tolerance === 'none') return 'stop'
  return topic === undefined ? 'skip' : await openDeadLetters({ settings, topic, isReplay, log })
}

/** Partitions that another member of the group works on are caught up when the group has committed so. */
function watchGroup(
  settings: SinkSettings,
  { stale }: Goal,
  caughtUp: CaughtUp,
  sink: Sink,
  hasJoined: () => boolean,
): () => void {
  let admin: Admin | undefined
  let asking = false
  const timer = setInterval(async () => {
    const open = caughtUp.open()
    // One that has joined without being given a partition has not heard of it.
    if (open.length === 0 && hasJoined()) sink.caughtUpMayBeDone()
    if (asking || open.length === 0) return
    asking = true
    try {
      admin ??= new Admin(settings.admin)
      for (const committed of await admin.committed(settings.groupId, open)) {
        const { topic, partition, offset } = committed
        const isNews = offset !== undefined && offset !== stale.get(placeId(committed))
        if (isNews) caughtUp.settled(topic, partition, offset)
      }
      sink.caughtUpMayBeDone()
    } catch {
      // The next turn asks again; what is wrong with Kafka is the consumer's to report.
    } finally {
      asking = false
    }
  }, 1_000)
  return () => {
    clearInterval(timer)
    void admin?.close()
  }
}
