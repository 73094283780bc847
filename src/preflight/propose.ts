/** The collection that `auto.create` would make: sample records of the topics, what they have in common, and the settings. Makes nothing. */
import { type InferOptions, type InferredSchema, inferSchema } from '../collections/infer.ts'
import { JsonSample } from '../collections/json-sample.ts'
import type { SinkSettings } from '../config/setup.ts'
import { failure } from '../errors/errors.ts'
import { Arena } from '../kafka/arena.ts'
import type { NewCollection } from '../milvus/create.ts'
import { featuresOf } from '../milvus/server-features.ts'
import type { PartitionBounds } from '../sink/topic-bounds.ts'
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
    schema:
      sample.records > 0
        ? schema
        : { ...schema, problems: [`none of ${sample.unfit} sample records is a JSON object`] },
    collection: { name, fields: schema.fields, dynamicField, shards, consistency, index },
  }
}

/** Throws where no collection can be made of what was seen. */
export function checkProposal({ schema, collection }: Proposal): void {
  if (schema.problems.length > 0) throw failure('AUTO_CREATE_IMPOSSIBLE', collection.name, schema.problems.join('; '))
}

async function readSample(settings: SinkSettings, partitions: readonly PartitionBounds[]): Promise<JsonSample> {
  const sample = new JsonSample(settings.valueConverter.kind === 'json' && settings.valueConverter.schemasEnable)
  const reader = newReader(settings)
  try {
    const { sampleRecords } = settings.onDemand
    const stretches = sampleStretches(partitions, sampleRecords, 'first')
    await readStretches(reader, stretches, new Arena(arenaBytes, arenaRows), (arena) => {
      for (let row = 0; row < arena.rows; row++) {
        const [start, keyStart] = [arena.valueStart[row]!, arena.keyStart[row]!]
        const value = start < 0 ? undefined : arena.bytes.subarray(start, arena.valueEnd[row]!)
        sample.add(value, keyStart < 0 ? 0 : arena.keyEnd[row]! - keyStart)
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
