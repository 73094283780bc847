/** The collection that `auto.create` would make: sample records of the topics, what they have in common, and the settings. Makes nothing. */
import { type InferOptions, type InferredSchema, inferSchema } from '../collections/infer.ts'
import { JsonSample } from '../collections/json-sample.ts'
import type { SinkSettings } from '../config/setup.ts'
import { failure, RedkiteError } from '../errors/errors.ts'
import { Arena } from '../kafka/arena.ts'
import type { NewCollection } from '../milvus/create.ts'
import { featuresOf } from '../milvus/server-features.ts'
import type { PartitionBounds } from '../sink/topic-bounds.ts'
import { RecordTexts } from './record-texts.ts'
import { newReader, readStretches, sampleStretches } from './sample.ts'

const arenaBytes = 2 * 1024 * 1024
const arenaRows = 4_096

export interface Proposal {
  /** Records that the schema was taken from; tombstones are none. */
  readonly records: number
  readonly schema: InferredSchema
  readonly collection: NewCollection
}

/** `serverVersion` says which features the collection may have. */
export async function proposeCollection(
  settings: SinkSettings,
  partitions: readonly PartitionBounds[],
  serverVersion: string,
): Promise<Proposal> {
  const { onDemand, collection: name } = settings
  const sample = await readSample(settings, partitions)
  const schema = inferSchema(sample.evidence(), inferOptions(settings, serverVersion))
  const { dynamicField, shards, consistency, index } = onDemand
  return {
    records: sample.records,
    schema: sample.records > 0 ? schema : { ...schema, problems: [`no sample record makes a row: ${sample.whyUnfit}`] },
    collection: { name, fields: schema.fields, dynamicField, shards, consistency, index },
  }
}

/** Throws where no collection can be made of what was seen. */
export function checkProposal({ schema, collection }: Proposal): void {
  if (schema.problems.length > 0) throw failure('AUTO_CREATE_IMPOSSIBLE', collection.name, schema.problems.join('; '))
}

async function readSample(settings: SinkSettings, partitions: readonly PartitionBounds[]): Promise<JsonSample> {
  const sample = new JsonSample()
  const texts = new RecordTexts(settings, () => reader.assignments)
  const reader = newReader(settings, { wantsDetails: texts.decoder.wantsDetails === true })
  try {
    const { sampleRecords } = settings.onDemand
    const stretches = sampleStretches(partitions, sampleRecords, 'first')
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

function inferOptions({ onDemand, keyMode, keyConverter }: SinkSettings, serverVersion: string): InferOptions {
  const { primaryKey, vectors, dynamicField } = onDemand
  const numberKeys = keyConverter?.kind === 'number'
  return { keyMode, numberKeys, primaryKey, vectors, dynamicField, ...featuresOf(serverVersion) }
}
