/** Moves where a sink's group goes on in a partition. Kafka does so only while the group has no member: a sink that runs would not notice. */
import type { SinkSettings } from '../config/setup.ts'
import { Admin } from '../kafka/admin.ts'
import { askBounds } from '../sink/topic-bounds.ts'
import { wrong } from './answer.ts'
import { readerOf } from './reader-of.ts'

export async function seek(
  sinks: readonly SinkSettings[],
  where: string | undefined,
  to: string | undefined,
): Promise<string[]> {
  const [, topic, number] = /^(.+):(\d+)$/.exec(where ?? '') ?? wrong('seek takes topic:partition and an offset')
  const settings = readerOf(sinks, topic!)
  const { stretches } = await askBounds(settings)
  const partition = stretches.find((one) => one.topic === topic && one.partition === Number(number))
  if (partition === undefined) wrong(`there is no partition ${number} of "${topic}"`)
  const { from, to: end, committed } = partition!
  const offset = offsetOf(to, from, end)
  const admin = new Admin(settings.admin)
  try {
    await admin.moveGroup(settings.groupId, [{ topic: topic!, partition: Number(number), offset }])
  } finally {
    await admin.close()
  }
  return [`${settings.groupId} goes on at ${topic}:${number}@${offset}, before ${committed ?? 'nothing committed'}`]
}

function offsetOf(to: string | undefined, from: number, end: number): number {
  if (to === 'earliest') return from
  if (to === 'latest') return end
  const offset = Number(to)
  if (!/^\d+$/.test(to ?? '') || offset < from || offset > end) {
    wrong(`the offset is earliest, latest, or from ${from} to ${end}`)
  }
  return offset
}
