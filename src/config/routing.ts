/** Which collection, and which partition of it, a record is for. */
import { failure } from '../errors/errors.ts'
import type { ValueConverterSettings } from './converters.ts'
import type { Findings } from './entry.ts'
import type { SinkSettings } from './sink.ts'
import { namedTopics, type Subscription } from './topics.ts'

export interface RoutingSettings {
  /** Topics that have a collection of their own. */
  readonly byTopic: ReadonlyMap<string, string>
  /** Other topics' collections, with `${topic}` in it; undefined is `collection.name`. */
  readonly format: string | undefined
  /** The record's header or the field of its value that names the collection; records without one go by their topic. */
  readonly header: string | undefined
  readonly field: string | undefined
  /** The field of the value that names the partition. */
  readonly partitionField: string | undefined
}

interface RoutingValues {
  readonly 'collection.name': string | undefined
  readonly 'collection.name.format': string | undefined
  readonly 'collection.name.header': string | undefined
  readonly 'collection.name.field': string | undefined
  readonly 'partition.name.field': string | undefined
  readonly 'topic2collection.map': readonly string[]
}

export function readRouting(
  values: RoutingValues,
  deletes: boolean,
  at: (key: string) => string,
  findings: Findings,
): RoutingSettings {
  const format = values['collection.name.format']
  if (values['collection.name'] !== undefined && format !== undefined) {
    const both = '`collection.name` and `collection.name.format` are both set; keep one of them'
    findings.problem(failure('KEYS_CONFLICT', at('collection.name.format'), both))
  }
  if (format !== undefined && !format.includes('${topic}')) {
    const wanted = 'a name with `${topic}` in it; without, use `collection.name`'
    findings.problem(
      failure('VALUE_INVALID', at('collection.name.format'), 'collection.name.format', wanted, `"${format}"`),
    )
  }
  if (values['collection.name.header'] !== undefined && values['collection.name.field'] !== undefined) {
    const both = '`collection.name.header` and `collection.name.field` are both set; keep one of them'
    findings.problem(failure('KEYS_CONFLICT', at('collection.name.field'), both))
  }
  if (values['partition.name.field'] !== undefined && deletes) {
    const both =
      '`partition.name.field` cannot be had together with deletes: a tombstone does not say which partition its row is in; let a field of the collection be its partition key instead'
    findings.problem(failure('KEYS_CONFLICT', at('partition.name.field'), both))
  }
  return {
    byTopic: readMap(values['topic2collection.map'], at('topic2collection.map'), findings),
    format,
    header: values['collection.name.header'],
    field: values['collection.name.field'],
    partitionField: values['partition.name.field'],
  }
}

function readMap(entries: readonly string[], at: string, findings: Findings): ReadonlyMap<string, string> {
  const byTopic = new Map<string, string>()
  for (const entry of entries) {
    const [topic, collection, ...more] = entry.split(':').map((part) => part.trim())
    if (topic && collection && more.length === 0) byTopic.set(topic, collection)
    else findings.problem(failure('VALUE_INVALID', at, 'topic2collection.map', 'topic:collection, …', `"${entry}"`))
  }
  return byTopic
}

/** Each record must have somewhere to go. */
export function checkDestinations(
  collection: string,
  routing: RoutingSettings,
  topics: Subscription,
  at: (key: string) => string,
  findings: Findings,
): void {
  if (routing.header !== undefined || routing.field !== undefined) return
  const lost = topics.regex
    ? collection === '' && routing.format === undefined
    : topics.subscribe.some((topic) => collectionOf(topic, { collection, routing }) === '')
  if (lost || (topics.subscribe.length === 0 && collection === '')) {
    const key = 'collection.name'
    findings.problem(
      failure(
        'KEY_MISSING',
        at(key),
        key,
        'Collection to write into; it has to exist unless `auto.create=true` makes it',
      ),
    )
  }
}

/** Fields that say where a record goes are looked up in its JSON, before anything else is known of it. */
export function checkRoutingFields(
  { field, partitionField }: RoutingSettings,
  { kind }: ValueConverterSettings,
  at: (key: string) => string,
  findings: Findings,
): void {
  if (kind === 'json' || (field === undefined && partitionField === undefined)) return
  const key = field === undefined ? 'partition.name.field' : 'collection.name.field'
  const instead = `\`${key}\` is looked up in JSON, and \`value.converter\` is another than JsonConverter; route by topic or by \`collection.name.header\``
  findings.problem(failure('KEYS_CONFLICT', at(key), instead))
}

/** The collection of a topic's records; '' when nothing says where they go. */
export function collectionOf(
  topic: string,
  { collection, routing }: Pick<SinkSettings, 'collection' | 'routing'>,
): string {
  const own = routing.byTopic.get(topic)
  if (own !== undefined) return own
  return routing.format === undefined ? collection : routing.format.replaceAll('${topic}', asName(topic))
}

/** Milvus' names are letters, digits and underscores; topics may have dots and dashes. */
function asName(topic: string): string {
  return topic.replaceAll(/[^A-Za-z0-9_]/g, '_')
}

/** Whether there may be more than one collection or partition. */
export function isRouted({ routing }: Pick<SinkSettings, 'routing'>): boolean {
  return routing.byTopic.size > 0 || routing.format !== undefined || isRoutedByRecord(routing)
}

/** Whether each record of a topic may be for another collection or partition. */
export function isRoutedByRecord({ header, field, partitionField }: RoutingSettings): boolean {
  return header !== undefined || field !== undefined || partitionField !== undefined
}

/**
 * The sink as if it were several, each with one collection and its topics: for whoever looks at a sink's topics and collections from outside.
 * Of topics that exist; without any, the one that `collection.name` says.
 */
export function perCollection(
  settings: SinkSettings,
  topics: readonly string[],
  /** The topic that a topic's records count as coming from, where transforms change that; undefined when it differs by record. */
  routed: (topic: string) => string | undefined = (topic) => topic,
): SinkSettings[] {
  const byCollection = new Map<string, string[]>()
  for (const topic of topics) {
    const countsAs = routed(topic)
    if (countsAs === undefined) continue
    const collection = collectionOf(countsAs, settings)
    byCollection.set(collection, [...(byCollection.get(collection) ?? []), topic])
  }
  if (byCollection.size === 0) return [settings]
  if (byCollection.size === 1 && byCollection.has(settings.collection)) return [settings]
  return Array.from(byCollection, ([collection, own]) => ({ ...settings, collection, topics: namedTopics(own) }))
}
