/** The collection that `auto.create` would make: sample records of the topics, what they have in common, and the settings. Makes nothing. */
import { type InferOptions, type InferredSchema, inferSchema } from '../collections/infer.ts'
import { evidenceOf } from '../collections/record-shapes.ts'
import { usableShapes } from '../collections/usable-shapes.ts'
import type { SinkSettings } from '../config/setup.ts'
import { failure } from '../errors/errors.ts'
import type { NewCollection } from '../milvus/create.ts'
import { featuresOf } from '../milvus/server-features.ts'
import type { PartitionBounds } from '../sink/topic-bounds.ts'
import { readSample } from './read-sample.ts'

export interface Proposal {
  /** Records that the schema was taken from; tombstones are none. */
  readonly records: number
  /** Other sample records: those that no row can be made of, as far as that is known before there is a collection. */
  readonly passedOver: number
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
  const sample = await readSample(settings, partitions, 'first')
  const options = inferOptions(settings, serverVersion)
  // With `none` a run would stop at the first bad record, so none is made light of here.
  const shapes = settings.errors.tolerance === 'all' ? usableShapes(sample.shapes, options) : sample.shapes
  const evidence = evidenceOf(shapes)
  const schema = inferSchema(evidence, options)
  const { dynamicField, shards, consistency, index } = onDemand
  return {
    records: evidence.records,
    passedOver: sample.records + sample.unfit - evidence.records,
    schema: sample.records > 0 ? schema : { ...schema, problems: [`no sample record makes a row: ${sample.whyUnfit}`] },
    collection: { name, fields: schema.fields, dynamicField, shards, consistency, index },
  }
}

/** Throws where no collection can be made of what was seen. */
export function checkProposal({ schema, collection }: Proposal): void {
  if (schema.problems.length > 0) throw failure('AUTO_CREATE_IMPOSSIBLE', collection.name, schema.problems.join('; '))
}

export function inferOptions({ onDemand, keyMode, keyConverter }: SinkSettings, serverVersion: string): InferOptions {
  const { primaryKey, vectors, dynamicField } = onDemand
  const numberKeys = keyConverter?.kind === 'number'
  return { keyMode, numberKeys, primaryKey, vectors, dynamicField, ...featuresOf(serverVersion) }
}
