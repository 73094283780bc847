/** The questions to Kafka before a run: whether it answers, whether the topics exist, and with `--until-caught-up` how far there is to go. */
import type { SinkSettings } from '../config/setup.ts'
import { CaughtUp, type EndOffset } from '../delivery/caught-up.ts'
import { Admin, type CommittedOffset } from '../kafka/admin.ts'
import type { SourceAssignment } from './ports.ts'
import type { Sink } from './sink.ts'

/** A cluster that is there answers a first question within a second or two; long silence at the start helps nobody. */
const firstAnswerTimeoutMs = 8_000
/** What follows may wait for a coordinator that is moving. */
const askTimeoutMs = 15_000

export interface Goal {
  readonly ends: readonly EndOffset[]
  /** Where the group begins to read each `topic/partition`. */
  readonly begins: ReadonlyMap<string, number>
  /** Offsets from the beginnings to the ends: at least as many as there are records. */
  readonly records: number
  /** Partitions whose end the group had committed, or that never held anything: there is nothing to read of them. */
  readonly reached: readonly EndOffset[]
  /** By `topic/partition`, what the group had committed beyond the end: of a topic that was made anew, and no sign that anything was read. */
  readonly stale: ReadonlyMap<string, number>
}

/** Sees that Kafka answers and the topics exist: which those are, and with a goal, where they end now. */
export async function askKafka(
  settings: SinkSettings,
  untilCaughtUp: boolean,
): Promise<{ readonly topics: readonly string[]; readonly partitions: number; readonly goal: Goal | undefined }> {
  const admin = new Admin(settings.admin)
  try {
    const topics = await admin.topicPartitions(settings.topics.subscribe, firstAnswerTimeoutMs)
    const names = [...topics.keys()]
    const count = [...topics.values()].reduce((sum, one) => sum + one, 0)
    if (!untilCaughtUp) return { topics: names, partitions: count, goal: undefined }
    const partitions = [...topics].flatMap(([topic, count]) =>
      Array.from({ length: count }, (_, partition) => ({ topic, partition })),
    )
    const isolation =
      settings.consumer['isolation.level'] === 'read_uncommitted' ? 'read_uncommitted' : 'read_committed'
    const [ends, beginnings, committed] = await Promise.all([
      admin.endOffsets(partitions, isolation, askTimeoutMs),
      admin.beginningOffsets(partitions, askTimeoutMs),
      admin.committed(settings.groupId, partitions, askTimeoutMs),
    ])
    return { topics: names, partitions: count, goal: goalOf(beginnings, committed, ends) }
  } finally {
    await admin.close()
  }
}

export function goalOf(
  beginnings: readonly EndOffset[],
  committed: readonly CommittedOffset[],
  ends: readonly EndOffset[],
): Goal {
  const begins = new Map<string, number>()
  for (const { topic, partition, offset } of [...beginnings, ...committed]) {
    const place = `${topic}/${partition}`
    begins.set(place, Math.max(offset ?? 0, begins.get(place) ?? 0))
  }
  const commits = new Map(committed.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]))
  const stale = new Map<string, number>()
  const reached: EndOffset[] = []
  let records = 0
  for (const end of ends) {
    const { topic, partition, offset } = end
    const place = `${topic}/${partition}`
    const commit = commits.get(place)
    if (commit !== undefined && commit > offset) stale.set(place, commit)
    // What retention has taken from under a group is not reached: the consumer says that it was never read.
    if ((commit ?? begins.get(place)) === offset) reached.push(end)
    records += Math.max(0, offset - (begins.get(`${topic}/${partition}`) ?? 0))
  }
  return { ends, begins, records, reached, stale }
}

/** Partitions without anything to read are done from the start: Kafka tells of an end that it has no record before by letting the fetch wait. */
export function caughtUpOf({ ends, reached }: Goal): CaughtUp {
  const caughtUp = new CaughtUp(ends)
  for (const { topic, partition, offset } of reached) caughtUp.settled(topic, partition, offset)
  return caughtUp
}

/** A partition of another member is open until the group has committed its end. */
export function lagToGoal(
  goal: Goal,
  caughtUp: CaughtUp,
  owned: readonly SourceAssignment[],
  sink: Pick<Sink, 'position'>,
): number {
  const positions = new Map<string, number | undefined>()
  for (const { topic, partition, index } of owned) positions.set(`${topic}/${partition}`, sink.position(index))
  let lag = 0
  for (const { topic, partition, goal: end } of caughtUp.open()) {
    const place = `${topic}/${partition}`
    lag += Math.max(0, end - (positions.get(place) ?? goal.begins.get(place) ?? 0))
  }
  return lag
}
