/** One sink's file, with what the worker's file gives it, as typed settings. */

import type { LoadLimits } from '../delivery/load.ts'
import { failure } from '../errors/errors.ts'
import { readBuffer } from './buffer.ts'
import { type OnDemandSettings, readOnDemand } from './collections.ts'
import {
  type KeyConverterSettings,
  readKeyConverter,
  readValueConverter,
  type ValueConverterSettings,
} from './converters.ts'
import { type Endpoint, readEndpoint } from './endpoint.ts'
import type { Entries, Findings } from './entry.ts'
import { type ErrorSettings, readErrors } from './error-settings.ts'
import { readFieldMapping } from './field-mapping.ts'
import { clientSettings, producerSettings } from './kafka/client-settings.ts'
import { clientConfig, consumerConfig } from './kafka/consumer.ts'
import type { LibrdkafkaConfig } from './kafka/librdkafka-keys.ts'
import { producerConfig } from './kafka/producer.ts'
import { type SinkValues, sinkKeys } from './keys.ts'
import { type MilvusTls, readTls } from './milvus-tls.ts'
import { checkDestinations, checkRoutingFields, type RoutingSettings, readRouting } from './routing.ts'
import type { Secret } from './secret.ts'
import { readTopics, type Subscription } from './topics.ts'
import { readTransforms, type TransformSettings } from './transforms.ts'
import { readValues } from './values.ts'

/** What a tombstone does. */
export type NullValues = 'ignore' | 'delete' | 'fail'

/** Where the primary key comes from. */
export type KeyMode = 'record_value' | 'record_key' | 'kafka'

export interface SinkSettings {
  readonly name: string
  /** The file's name, for messages. */
  readonly file: string
  readonly tasksMax: number
  readonly topics: Subscription

  readonly endpoint: Endpoint
  readonly token: Secret | undefined
  readonly database: string
  /** Of records that `routing` has no other for; '' when there is none. */
  readonly collection: string
  readonly routing: RoutingSettings
  readonly collectionRequireLoaded: boolean
  readonly onDemand: OnDemandSettings
  readonly tls: MilvusTls

  readonly batchRowsMax: number
  readonly load: LoadLimits
  readonly lingerMs: number
  readonly requestTimeoutMs: number
  readonly shutdownTimeoutMs: number

  readonly valueConverter: ValueConverterSettings
  /** The value is this vector's bytes. */
  readonly rawVectorField: string | undefined
  /** undefined: of a kind that redkite does not have, and nothing reads keys. */
  readonly keyConverter: KeyConverterSettings | undefined
  readonly transforms: readonly TransformSettings[]
  /** Path in the record by field of the collection. */
  readonly fieldMapping: ReadonlyMap<string, readonly string[]>
  readonly valueEnvelope: 'none' | 'debezium'
  readonly nullValues: NullValues
  readonly keyMode: KeyMode
  /** How often a request is sent again; undefined is without end. */
  readonly retriesMax: number | undefined
  readonly retryBackoffMs: number
  readonly errors: ErrorSettings

  /** Kafka's group of this sink: `connect-NAME` unless a consumer override says otherwise. */
  readonly groupId: string
  /** librdkafka's names. Of task 0: see `taskConfig` in kafka/consumer.ts. Prints its secrets as [hidden]. */
  readonly consumer: LibrdkafkaConfig
  /** The same brokers and identity without the group, for asking questions. */
  readonly admin: LibrdkafkaConfig
  /** Of the producer of dead letters, without what redkite sets for itself. */
  readonly producer: LibrdkafkaConfig
}

interface Sources {
  readonly file: string
  readonly workerFile: string
  readonly worker: Entries
  readonly sink: Entries
  readonly findings: Findings
}

/** What is wrong goes to `findings`; the settings are good only when nothing was. */
export function readSink({ file, workerFile, worker, sink, findings }: Sources): SinkSettings {
  const values = readValues(sinkKeys, withoutConverters(sink), file, findings)
  const at = (key: string) => sink.get(key)?.at ?? file
  checkClass(values['connector.class'], at('connector.class'), findings)
  const transforms = readTransforms(sink, file, findings)
  const nullValues = readNullValues(values, at, findings)
  const keysNeeded =
    nullValues === 'delete' ||
    values['pk.mode'] === 'record_key' ||
    values['value.envelope'] === 'debezium' ||
    transforms.some(({ side }) => side === 'key')
  const topics = readTopics(values, at, findings)
  const endpoint = readEndpoint(values['public.endpoint'], at('public.endpoint'), findings)
  const buffer = readBuffer(values, at, findings)
  const settings = clientSettings(worker, sink)
  const consumer = consumerConfig(
    { sink: values.name, regex: topics.regex, file: workerFile, buffer: buffer.consumer },
    settings,
    findings,
  )
  const errors = readErrors(values, topics, at, findings)
  checkDeletes(values, at, findings)
  const converters = { worker, sink, file, kafka: settings, findings }
  const isHoisted = transforms.some(({ kind, side }) => kind === 'HoistField' && side === 'value')
  const isRaw = values['raw.vector.field'] !== undefined
  const valueConverter = readValueConverter(converters, (kind) => (isRaw && kind === 'bytes') || isHoisted)
  if (isRaw && valueConverter.kind !== 'bytes') {
    const both = '`raw.vector.field` goes with `value.converter=ByteArrayConverter`; set both or none'
    findings.problem(failure('KEYS_CONFLICT', at('raw.vector.field'), both))
  }
  const routing = readRouting(values, nullValues === 'delete', at, findings)
  checkDestinations(values['collection.name'] ?? '', routing, topics, at, findings)
  checkRoutingFields(routing, valueConverter, at, findings)
  return {
    name: values.name,
    file,
    tasksMax: values['tasks.max'],
    topics,
    endpoint,
    token: values.token,
    database: values['database.name'],
    collection: values['collection.name'] ?? '',
    routing,
    collectionRequireLoaded: values['collection.require.loaded'],
    onDemand: readOnDemand(values, at, findings),
    tls: readTls(values, endpoint, at, findings),
    batchRowsMax: values['batch.size'],
    load: buffer.load,
    lingerMs: values['linger.ms'],
    requestTimeoutMs: values['request.timeout.ms'],
    shutdownTimeoutMs: values['shutdown.timeout.ms'],
    keyConverter: readKeyConverter(converters, keysNeeded),
    transforms,
    fieldMapping: readFieldMapping(values['field.mapping'], at('field.mapping'), findings),
    valueEnvelope: values['value.envelope'],
    nullValues,
    keyMode: values['pk.mode'],
    retriesMax: values['max.retries'] < 0 ? undefined : values['max.retries'],
    retryBackoffMs: values['retry.backoff.ms'],
    valueConverter,
    rawVectorField: values['raw.vector.field'],
    errors,
    groupId: consumer['group.id']!,
    consumer,
    admin: clientConfig(consumer),
    producer: producerConfig(producerSettings(worker, sink), consumer, workerFile, findings),
  }
}

/** An empty `key.converter=` in a sink's file means the worker's, and both are read in converters.ts. */
function withoutConverters(sink: Entries): Entries {
  return new Map([...sink].filter(([key]) => key !== 'key.converter' && key !== 'value.converter'))
}

const pluginClass = 'com.milvus.io.kafka.MilvusSinkConnector'

function checkClass(name: string | undefined, at: string, findings: Findings): void {
  if (name === undefined || [pluginClass, 'MilvusSinkConnector', 'MilvusSink'].includes(name)) return
  findings.problem(
    failure('VALUE_INVALID', at, 'connector.class', pluginClass, `"${name}": redkite is this sink and no other`),
  )
}

function readNullValues(values: SinkValues, at: (key: string) => string, findings: Findings): NullValues {
  const behavior = values['behavior.on.null.values']
  if (!values['delete.enabled']) return behavior ?? 'ignore'
  if (behavior !== undefined && behavior !== 'delete') {
    const both = `\`delete.enabled=true\` and \`behavior.on.null.values=${behavior}\` contradict each other; keep one of them`
    findings.problem(failure('KEYS_CONFLICT', at('delete.enabled'), both))
  }
  return 'delete'
}

/** A deletion has to find the row by its key. */
function checkDeletes(values: SinkValues, at: (key: string) => string, findings: Findings): void {
  if (values['value.envelope'] !== 'debezium' || values['pk.mode'] !== 'kafka') return
  const both =
    '`value.envelope=debezium` deletes rows by their key, and `pk.mode=kafka` makes a key of its own for each record; use another `pk.mode`'
  findings.problem(failure('KEYS_CONFLICT', at('value.envelope'), both))
}
