/** One sink's file, with what the worker's file gives it, as typed settings. */

import { failure } from '../errors/errors.ts'
import { type BufferShares, leastBufferBytes, shareBuffer } from './buffer.ts'
import { type OnDemandSettings, readOnDemand } from './collections.ts'
import {
  type KeyConverterSettings,
  readKeyConverter,
  readValueConverter,
  type ValueConverterSettings,
} from './converters.ts'
import { type Endpoint, parseEndpoint } from './endpoint.ts'
import type { Entries, Findings } from './entry.ts'
import { readFieldMapping } from './field-mapping.ts'
import { clientSettings, producerSettings } from './kafka/client-settings.ts'
import { clientConfig, consumerConfig } from './kafka/consumer.ts'
import type { LibrdkafkaConfig } from './kafka/librdkafka-keys.ts'
import { producerConfig } from './kafka/producer.ts'
import type { Values } from './key.ts'
import { sinkKeys } from './keys.ts'
import { collectionOf, type RoutingSettings, readRouting } from './routing.ts'
import type { Secret } from './secret.ts'
import { matchingTopics, namedTopics, type Subscription, topicNameProblem } from './topics.ts'
import { readTransforms, type TransformSettings } from './transforms.ts'
import { readValues } from './values.ts'

export interface MilvusTls {
  readonly caFile: string | undefined
  readonly certFile: string | undefined
  readonly keyFile: string | undefined
  readonly serverName: string | undefined
}

/** What a tombstone does. */
export type NullValues = 'ignore' | 'delete' | 'fail'

/** Where the primary key comes from. */
export type KeyMode = 'record_value' | 'record_key' | 'kafka'

export interface ErrorSettings {
  readonly tolerance: 'none' | 'all'
  /** undefined is for ever. */
  readonly retryTimeoutMs: number | undefined
  readonly retryDelayMaxMs: number
  readonly logEnable: boolean
  readonly logIncludeMessages: boolean
  readonly deadLetterTopic: string | undefined
  readonly deadLetterReplicationFactor: number
  readonly deadLetterContextHeaders: boolean
}

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
  readonly batchBytesMax: number
  readonly lingerMs: number
  readonly requestsInFlightMax: number
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

type SinkValues = Values<typeof sinkKeys>

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
  checkDeadLetters(values, topics, at, findings)
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
    batchBytesMax: values['batch.bytes'],
    lingerMs: values['linger.ms'],
    requestsInFlightMax: buffer.requestsInFlightMax,
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
    errors: {
      tolerance: values['errors.tolerance'],
      retryTimeoutMs: values['errors.retry.timeout'] < 0 ? undefined : values['errors.retry.timeout'],
      retryDelayMaxMs: values['errors.retry.delay.max.ms'],
      logEnable: values['errors.log.enable'],
      logIncludeMessages: values['errors.log.include.messages'],
      deadLetterTopic: values['errors.deadletterqueue.topic.name'],
      deadLetterReplicationFactor: values['errors.deadletterqueue.topic.replication.factor'],
      deadLetterContextHeaders: values['errors.deadletterqueue.context.headers.enable'],
    },
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

/** Each record must have somewhere to go. */
function checkDestinations(
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
function checkRoutingFields(
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

const pluginClass = 'com.milvus.io.kafka.MilvusSinkConnector'

function checkClass(name: string | undefined, at: string, findings: Findings): void {
  if (name === undefined || [pluginClass, 'MilvusSinkConnector', 'MilvusSink'].includes(name)) return
  findings.problem(
    failure('VALUE_INVALID', at, 'connector.class', pluginClass, `"${name}": redkite is this sink and no other`),
  )
}

function readBuffer(
  values: SinkValues,
  at: (key: string) => string,
  findings: Findings,
): Pick<BufferShares, 'requestsInFlightMax'> & Partial<BufferShares> {
  const requestsInFlightMax = values['max.in.flight.requests']
  const { 'buffer.bytes': bufferBytes, 'batch.bytes': batchBytes } = values
  if (bufferBytes === undefined) return { requestsInFlightMax }
  const least = leastBufferBytes(batchBytes)
  if (bufferBytes >= least) return shareBuffer(bufferBytes, batchBytes, requestsInFlightMax)
  const wanted = `${least} or more, six times \`batch.bytes\``
  findings.problem(failure('VALUE_INVALID', at('buffer.bytes'), 'buffer.bytes', wanted, String(bufferBytes)))
  return { requestsInFlightMax }
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

function readTopics(values: SinkValues, at: (key: string) => string, findings: Findings): Subscription {
  const names = values.topics ?? []
  const regex = values['topics.regex']
  const none = namedTopics([])
  if (names.length > 0 && regex !== undefined) {
    findings.problem(
      failure('KEYS_CONFLICT', at('topics.regex'), '`topics` and `topics.regex` are both set; keep one of them'),
    )
    return none
  }
  if (regex !== undefined) return findings.attempt(() => matchingTopics(regex, at('topics.regex'))) ?? none
  if (names.length === 0) {
    findings.problem(failure('KEY_MISSING', at('topics'), 'topics', 'name the topics to read, or give `topics.regex`'))
  }
  for (const name of names) {
    const wanted = topicNameProblem(name)
    if (wanted !== undefined) findings.problem(failure('VALUE_INVALID', at('topics'), 'topics', wanted, `"${name}"`))
  }
  return namedTopics(names)
}

function readEndpoint(text: string | undefined, at: string, findings: Findings): Endpoint {
  const nowhere: Endpoint = { host: '', port: 0, tls: false, text: '' }
  if (text === undefined) return nowhere
  const endpoint = parseEndpoint(text)
  if (!('expected' in endpoint)) return endpoint
  const shown = text.includes('@') ? 'what is there' : `"${text}"`
  findings.problem(failure('VALUE_INVALID', at, 'public.endpoint', endpoint.expected, shown))
  return nowhere
}

function readTls(values: SinkValues, endpoint: Endpoint, at: (key: string) => string, findings: Findings): MilvusTls {
  const tls = {
    caFile: values['milvus.ssl.ca.file'],
    certFile: values['milvus.ssl.cert.file'],
    keyFile: values['milvus.ssl.key.file'],
    serverName: values['milvus.ssl.server.name'],
  }
  const [set] = ['milvus.ssl.ca.file', 'milvus.ssl.cert.file', 'milvus.ssl.key.file', 'milvus.ssl.server.name'].filter(
    (key) => values[key as keyof SinkValues] !== undefined,
  )
  if (set !== undefined && !endpoint.tls && endpoint.host !== '') {
    findings.problem(
      failure(
        'KEYS_CONFLICT',
        at(set),
        `\`${set}\` is set, but \`public.endpoint\` is without TLS; write https://${endpoint.text.replace(/^http:\/\//, '')}`,
      ),
    )
  }
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined)) {
    const key = tls.certFile === undefined ? 'milvus.ssl.cert.file' : 'milvus.ssl.key.file'
    findings.problem(
      failure(
        'KEY_MISSING',
        at(set ?? 'public.endpoint'),
        key,
        '`milvus.ssl.cert.file` and `milvus.ssl.key.file` belong together',
      ),
    )
  }
  return tls
}

/** A deletion has to find the row by its key. */
function checkDeletes(values: SinkValues, at: (key: string) => string, findings: Findings): void {
  if (values['value.envelope'] !== 'debezium' || values['pk.mode'] !== 'kafka') return
  const both =
    '`value.envelope=debezium` deletes rows by their key, and `pk.mode=kafka` makes a key of its own for each record; use another `pk.mode`'
  findings.problem(failure('KEYS_CONFLICT', at('value.envelope'), both))
}

function checkDeadLetters(
  values: SinkValues,
  topics: Subscription,
  at: (key: string) => string,
  findings: Findings,
): void {
  const key = 'errors.deadletterqueue.topic.name'
  const topic = values[key]
  if (topic !== undefined) {
    const wanted = topicNameProblem(topic)
    if (wanted !== undefined) findings.problem(failure('VALUE_INVALID', at(key), key, wanted, `"${topic}"`))
    else if (topics.matches(topic)) {
      findings.problem(
        failure(
          'KEYS_CONFLICT',
          at(key),
          `\`${key}\` is "${topic}", which the sink itself reads: dead letters would go round in circles; name another topic`,
        ),
      )
    }
  }
}
