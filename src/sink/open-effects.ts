import type { SinkSettings } from '../config/sink.ts'
import type { RowDecoder } from '../decode/decoder.ts'
import type { Warn } from '../decode/schemas/schema-cache.ts'
import type { TopicPartitionOffset } from '../kafka/topic-partition-list.ts'
import { openRecordKey } from '../mapping/record-key.ts'
import type { CollectionSchema } from '../milvus/schema.ts'
import { Effects } from './effect.ts'
import { KeySource } from './keys.ts'
import type { SourceAssignment } from './ports.ts'

export interface EffectsOptions {
  /** Where the record in a row was read first, when that is not where it is read now (a replay of dead letters). */
  readonly originOf?: ((row: number) => TopicPartitionOffset | undefined) | undefined
  readonly warn?: Warn | undefined
}

/** What records do by a sink's settings. Put together here for all who read its topics, who must come to the same. */
export function openEffects(
  decoder: RowDecoder,
  schema: CollectionSchema,
  settings: SinkSettings,
  assignments: () => readonly SourceAssignment[],
  { originOf, warn }: EffectsOptions = {},
): Effects {
  const recordKey = openRecordKey(schema, settings, warn)
  const keys = new KeySource(settings.keyMode, recordKey, assignments, originOf, () => decoder.key)
  return new Effects(decoder, keys, settings.nullValues, assignments)
}
