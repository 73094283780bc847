/** The questions to Kafka before a run: whether it answers, whether the topics exist, and with `--until-caught-up` how far there is to go. */
import type { SinkSettings } from '../config/setup.ts'
import { CaughtUp, type EndOffset } from '../delivery/caught-up.ts'
import { placeId } from '../delivery/place.ts'
import { Admin } from '../kafka/admin.ts'
import type { SourceAssignment } from './ports.ts'
import type { ReadPositions } from './read-positions.ts'
import { askOffsets, isolationOf, partitionsOf, type TopicOffsets } from './topic-offsets.ts'

/** A cluster that is there answers a first question within a second or two; long silence at the start helps nobody. */
const firstAnswerTimeoutMs = 8_000

export interface Goal {
  readonly ends: readonly EndOffset[]
  /** Where the group begins to read each partition, by `placeId`. */
  readonly begins: ReadonlyMap<string, number>
  /** Offsets from the beginnings to the ends: at least as many as there are records. */
  readonly records: number
  /** Partitions whose end the group had committed, or that never held anything: there is nothing to read of them. */
  readonly reached: readonly EndOffset[]
  /** By `placeId`, what the group had committed beyond the end: of a topic that was made anew, and no sign that anything was read. */
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
    const offsets = await askOffsets(admin, partitionsOf(topics), settings.groupId, isolationOf(settings))
    return { topics: names, partitions: count, goal: goalOf(offsets) }
  } finally {
    await admin.close()
  }
}

export function goalOf({ beginnings, committed, ends }: TopicOffsets): Goal {
  const begins = new Map<string, number>()
  for (const one of [...beginnings, ...committed]) {
    const id = placeId(one)
    begins.set(id, Math.max(one.offset ?? 0, begins.get(id) ?? 0))
  }
  const commits = new Map(committed.map((one) => [placeId(one), one.offset]))
  const stale = new Map<string, number>()
  const reached: EndOffset[] = []
  let records = 0
  for (const end of ends) {
    const { offset } = end
    const id = placeId(end)
    const commit = commits.get(id)
    if (commit !== undefined && commit > offset) stale.set(id, commit)
    // What retention has taken from under a group is not reached: the consumer says that it was never read.
    if ((commit ?? begins.get(id)) === offset) reached.push(end)
    records += Math.max(0, offset - (begins.get(id) ?? 0))
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
  read: ReadPositions,
): number {
  const positions = new Map<string, number | undefined>()
  for (const assignment of owned) positions.set(placeId(assignment), read.of(assignment.index))
  let lag = 0
  for (const open of caughtUp.open()) {
    const id = placeId(open)
    lag += Math.max(0, open.goal - (positions.get(id) ?? goal.begins.get(id) ?? 0))
  }
  return lag
}
