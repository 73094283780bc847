/** The two files that `redkite init` writes, with comments for whoever reads them next. Pure: from answers and what was found to texts. */
import { isKnown } from '../../config/keys.ts'
import type { KeyShape, ValueShape } from './guess.ts'

export interface Answers {
  readonly bootstrap: string
  readonly topic: string
  readonly endpoint: string
  /** Environment variable that holds the token; empty is none. */
  readonly tokenEnv: string
  readonly database: string
  readonly collection: string
  readonly name: string
  /** More settings, `key=value`. */
  readonly sets: readonly string[]
}

export interface Found {
  readonly values: ValueShape
  readonly keys: KeyShape
  readonly keyMode: 'record_value' | 'record_key'
  /** Whether a run is to make the collection. */
  readonly create: boolean
  /** Lines about the collection and its fields. */
  readonly collectionNotes: readonly string[]
}

export interface Draft {
  readonly worker: string
  readonly sink: string
}

/** Before anything was looked at. */
export const foundNothing: Found = {
  values: 'json',
  keys: 'text',
  keyMode: 'record_value',
  create: false,
  collectionNotes: [],
}

const json = 'org.apache.kafka.connect.json.JsonConverter'
const text = 'org.apache.kafka.connect.storage.StringConverter'
const bytes = 'org.apache.kafka.connect.converters.ByteArrayConverter'

export function draftFiles(answers: Answers, found: Found): Draft {
  return { worker: workerFile(answers, found), sink: sinkFile(answers, found) }
}

function workerFile({ bootstrap, topic, sets }: Answers, { values, keys }: Found): string {
  return lines([
    '# What all sinks of a process share, in the form of connect-standalone.properties. All keys: docs/configuration.md.',
    '',
    `bootstrap.servers=${escaped(bootstrap)}`,
    '',
    ...valueLines(topic, values),
    `# ${keyWords[keys]}`,
    `key.converter=${keys === 'json' ? json : keys === 'bytes' ? bytes : text}`,
    ...(keys === 'json' ? ['key.converter.schemas.enable=false'] : []),
    '',
    '# How often the group commits what Milvus has acknowledged.',
    'offset.flush.interval.ms=10000',
    ...more(sets.filter((set) => isOf(set, 'worker'))),
  ])
}

function valueLines(topic: string, values: ValueShape): string[] {
  if (values === 'registry') {
    return [
      `# The values of ${topic} begin as those of a Schema Registry do. Name its converter (Avro, Protobuf or JSON Schema) and its address here.`,
      'value.converter=io.confluent.connect.avro.AvroConverter',
      'value.converter.schema.registry.url=http://localhost:8081',
    ]
  }
  const words = {
    json: `The values of ${topic} are plain JSON objects.`,
    envelope: `The values of ${topic} are {"schema": …, "payload": …}.`,
    unknown: `The values of ${topic} could not be read as JSON, or there are none yet: see that this is the right converter.`,
  }
  return [`# ${words[values]}`, `value.converter=${json}`, `value.converter.schemas.enable=${values === 'envelope'}`]
}

const keyWords: Record<KeyShape, string> = {
  none: 'The records have no keys. Keys are read for deletes and with pk.mode=record_key alone.',
  json: 'The record keys are JSON.',
  text: 'The record keys are text.',
  bytes: 'The record keys are bytes; for numbers name LongConverter or IntegerConverter.',
}

function sinkFile(answers: Answers, { keyMode, create, collectionNotes }: Found): string {
  const { name, topic, endpoint, tokenEnv, database, collection, sets } = answers
  return lines([
    '# One sink: from topics into a collection. All keys: docs/configuration.md.',
    '',
    '# Also the name of its consumer group, connect-NAME: with another name it begins anew.',
    `name=${escaped(name)}`,
    'connector.class=com.milvus.io.kafka.MilvusSinkConnector',
    `topics=${escaped(topic)}`,
    '',
    `public.endpoint=${escaped(endpoint)}`,
    ...(tokenEnv === ''
      ? [
          '# An API key or user:password, where Milvus asks for one; better from the environment than written here.',
          '#token=${env:MILVUS_TOKEN}',
        ]
      : [`token=\${env:${tokenEnv}}`]),
    `database.name=${escaped(database)}`,
    '',
    ...collectionNotes.map((note) => `# ${note}`),
    `collection.name=${escaped(collection)}`,
    ...(create
      ? [
          '# The collection is missing: the first run makes it from the first records. redkite plan shows it.',
          'auto.create=true',
        ]
      : []),
    ...(keyMode === 'record_key'
      ? ['# The values do not bring the primary key: it is the record key.', 'pk.mode=record_key']
      : []),
    '',
    '# A record that cannot be written stops the sink (none), or is passed over, to a topic for dead letters where there is one (all).',
    'errors.tolerance=none',
    `#errors.deadletterqueue.topic.name=${escaped(topic)}-dead-letters`,
    ...more(sets.filter((set) => !isOf(set, 'worker'))),
  ])
}

function more(sets: readonly string[]): string[] {
  return sets.length === 0
    ? []
    : ['', ...sets.map((set) => `${keyOf(set)}=${escaped(set.slice(keyOf(set).length + 1))}`)]
}

function isOf(set: string, area: 'worker' | 'sink'): boolean {
  return isKnown(keyOf(set), area) && !(area === 'worker' && isKnown(keyOf(set), 'sink'))
}

function keyOf(set: string): string {
  return set.slice(0, Math.max(0, set.indexOf('=')))
}

/** As java.util.Properties reads it back. */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replace(/^ /, '\\ ')
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
