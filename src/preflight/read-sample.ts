/** Sample records of a sink's topics, and what of fields they bring. */
import { JsonSample } from '../collections/json-sample.ts'
import type { SinkSettings } from '../config/setup.ts'
import { readsDetails } from '../decode/compile.ts'
import { RedkiteError } from '../errors/errors.ts'
import { Arena } from '../kafka/arena.ts'
import type { PartitionBounds } from '../sink/topic-bounds.ts'
import { RecordTexts } from './record-texts.ts'
import { newReader, readStretches, sampleStretches } from './sample.ts'

const arenaBytes = 2 * 1024 * 1024
const arenaRows = 4_096

/** As many of the topics' records as `auto.create.sample.records` says, as they are behind converter and transforms. */
export async function readSample(
  settings: SinkSettings,
  partitions: readonly PartitionBounds[],
  which: 'first' | 'next',
): Promise<JsonSample> {
  const sample = new JsonSample()
  const texts = new RecordTexts(settings, () => reader.assignments)
  const reader = newReader(settings, { wantsDetails: readsDetails(settings, texts.decoder) })
  try {
    const { sampleRecords } = settings.onDemand
    const stretches = sampleStretches(partitions, sampleRecords, which)
    await readStretches(reader, stretches, new Arena(arenaBytes, arenaRows), async (arena) => {
      for (let row = 0; row < arena.rows; row++) {
        const text = await texts.textOf(arena, row)
        const keyStart = arena.keyStart[row]!
        if (text instanceof RedkiteError) sample.addUnfit(text.message)
        else if (text !== undefined) sample.add(text, keyStart < 0 ? 0 : arena.keyEnd[row]! - keyStart)
      }
      return true
    })
    return sample
  } finally {
    await reader.close()
  }
}
