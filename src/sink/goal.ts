/** The questions to Kafka before a run: whether it answers, whether the topics exist, and with `--until-caught-up` how far there is to go. */
import type { SinkSettings } from '../config/setup.ts'
import type { CaughtUp, EndOffset } from '../delivery/caught-up.ts'
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
    return { topics: names, partitions: count, goal: goalOf([...beginnings, ...committed], ends) }
  } finally {
    await admin.close()
  }
}

function goalOf(starts: readonly CommittedOffset[], ends: readonly EndOffset[]): Goal {
  const begins = new Map<string, number>()
  for (const { topic, partition, offset } of starts) {
    const place = `${topic}/${partition}`
    begins.set(place, Math.max(offset ?? 0, begins.get(place) ?? 0))
  }
  let records = 0
  for (const { topic, partition, offset } of ends) {
    records += Math.max(0, offset - (begins.get(`${topic}/${partition}`) ?? 0))
  }
  return { ends, begins, records }
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
