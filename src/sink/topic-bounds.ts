/** Where a sink's topics begin and end, and how far its group has come: for everybody who reads them beside the sink. */
import type { SinkSettings } from '../config/setup.ts'
import { placeId } from '../delivery/place.ts'
import { Admin } from '../kafka/admin.ts'
import type { Stretch } from '../kafka/reader.ts'
import { askOffsets, askTimeoutMs, isolationOf, partitionsOf } from './topic-offsets.ts'

/** A whole partition, from what retention has left to the end it had when it was asked for. */
export interface PartitionBounds extends Stretch {
  /** The next offset that the sink's group reads; undefined when it never committed. */
  readonly committed: number | undefined
}

export interface TopicBounds {
  readonly stretches: readonly PartitionBounds[]
  /** Offsets between the beginnings and the ends: at least as many as there are records. */
  readonly recordsMax: number
  /** Up to the ends, offsets that the sink's group has not committed yet. */
  readonly behind: number
}

export async function askBounds(settings: SinkSettings, firstAnswerTimeoutMs = askTimeoutMs): Promise<TopicBounds> {
  const admin = new Admin(settings.admin)
  try {
    const topics = await admin.topicPartitions(settings.topics.subscribe, firstAnswerTimeoutMs)
    const isolation = isolationOf(settings)
    const { beginnings, ends, committed } = await askOffsets(admin, partitionsOf(topics), settings.groupId, isolation)
    const begins = new Map(beginnings.map((one) => [placeId(one), one.offset]))
    const commits = new Map(committed.map((one) => [placeId(one), one.offset]))
    const stretches = ends.map((end) => {
      const { topic, partition, offset: to } = end
      const id = placeId(end)
      return { topic, partition, from: begins.get(id) ?? 0, to, committed: commits.get(id) }
    })
    let recordsMax = 0
    let behind = 0
    for (const { from, to, committed: next } of stretches) {
      recordsMax += to - from
      behind += Math.max(0, to - Math.max(from, next ?? 0))
    }
    return { stretches, recordsMax, behind }
  } finally {
    await admin.close()
  }
}
