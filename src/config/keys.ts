/**
 * Every key of the two files, in one place: what the reader accepts, the hints for misspelt keys and docs/configuration.md come from
 * here. Kafka's own client settings, which follow `consumer.` and its like, are in kafka/java-keys.ts.
 */
import type { Area, Effect, Keys, Values } from './key.ts'
import { collectionKeys } from './keys/collections.ts'
import { connectorKeys, errorKeys } from './keys/connector.ts'
import { converterPrefixes, rawKeys } from './keys/converters.ts'
import { pluginKeys, redkiteKeys } from './keys/milvus.ts'
import { workerKeys } from './keys/worker.ts'

export const sinkKeys = {
  ...connectorKeys,
  ...pluginKeys,
  ...redkiteKeys,
  ...rawKeys,
  ...collectionKeys,
  ...errorKeys,
} as const

export type SinkValues = Values<typeof sinkKeys>

/** Keys that are begun by these belong together. */
export interface Prefix {
  readonly prefix: string
  readonly area: Area
  readonly effect: Effect
  readonly doc: string
}

const converterDoc = 'Settings of that converter.'

export const prefixes: readonly Prefix[] = [
  {
    prefix: 'consumer.override.',
    area: 'sink',
    effect: 'used',
    doc: "Kafka consumer settings of this sink, over the worker's.",
  },
  { prefix: 'consumer.', area: 'worker', effect: 'used', doc: 'Kafka consumer settings of all sinks.' },
  { prefix: 'config.providers.', area: 'worker', effect: 'used', doc: 'Class and limits of a config provider.' },
  ...converterPrefixes.map((prefix): Prefix => ({ prefix, area: 'both', effect: 'used', doc: converterDoc })),
  {
    prefix: 'producer.override.',
    area: 'sink',
    effect: 'used',
    doc: "Kafka producer settings of this sink's dead letters, over the worker's.",
  },
  { prefix: 'producer.', area: 'worker', effect: 'used', doc: 'Kafka producer settings of all dead letters.' },
  {
    prefix: 'admin.override.',
    area: 'sink',
    effect: 'unused',
    doc: 'questions to Kafka are asked with the settings of the consumer',
  },
  {
    prefix: 'admin.',
    area: 'worker',
    effect: 'unused',
    doc: 'questions to Kafka are asked with the settings of the consumer',
  },
  {
    prefix: 'listeners.https.',
    area: 'worker',
    effect: 'unused',
    doc: 'the REST interface is that of `--http`, see docs/http.md',
  },
  { prefix: 'metrics.context.', area: 'worker', effect: 'unused', doc: 'Java metrics reporters do not run here' },
  {
    prefix: 'transforms.',
    area: 'sink',
    effect: 'used',
    doc: 'Class and settings of a transform, as in Connect: docs/mapping.md.',
  },
  {
    prefix: 'predicates.',
    area: 'sink',
    effect: 'used',
    doc: 'Class and settings of a predicate, as in Connect: docs/mapping.md.',
  },
  { prefix: 'topic.creation.', area: 'both', effect: 'unused', doc: 'concerns source connectors' },
]

/** Settings of Kafka's clients that count for the whole worker when no `consumer.` setting says more. */
export const workerSecurity = /^(security\.|sasl\.|ssl\.)/

export function prefixOf(key: string, area: 'worker' | 'sink'): Prefix | undefined {
  return prefixes.find(
    (each) => (each.area === area || each.area === 'both') && key.startsWith(each.prefix) && key !== each.prefix,
  )
}

export function isKnown(key: string, area: 'worker' | 'sink'): boolean {
  const table: Keys = area === 'worker' ? workerKeys : sinkKeys
  return (
    Object.hasOwn(table, key) || prefixOf(key, area) !== undefined || (area === 'worker' && workerSecurity.test(key))
  )
}

export { workerKeys }
