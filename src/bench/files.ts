/**
 * The two files of the run that is measured: a user's own, or some made here as a user would write them. What the bench must have otherwise, its own group and
 * collection among it, goes over them as `--set` does.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSetup, type Setup, type SinkSettings } from '../config/setup.ts'
import { failure } from '../errors/errors.ts'
import type { Cell } from './grid.ts'
import { propertiesOf } from './grid.ts'
import { avroSchema, type Format, fieldNames, protobufSchema } from './kafka/records.ts'
import type { BenchOptions } from './options.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface BenchFiles {
  readonly paths: readonly string[]
  remove(): void
}

/** What differs from run to run. */
export interface RunPlace {
  readonly name: string
  readonly endpoint: string | undefined
  readonly collection: string
  readonly cell: Cell
}

export interface ReadRun {
  readonly setup: Setup
  readonly settings: SinkSettings
  readonly sets: readonly string[]
}

const localMilvus = 'localhost:19530'
/** A real Kafka answers a fetch when a record comes; the embedded one only when this time is over. */
const pacedFetchWaitMs = 2
/** Nor does it begin a group anew before its members' sessions are over, which a task that comes late has to wait for. */
const embeddedSessionMs = 6_000
/** What was measured is measured; nothing of it is worth waiting for. */
const shutdownMs = 2_000

export function writeFiles(options: BenchOptions, bootstrap: string, topic: string): BenchFiles {
  if (options.files.length > 0) return { paths: options.files, remove() {} }
  const folder = mkdtempSync(join(tmpdir(), 'redkite-bench-'))
  const [worker, sink, schema] = ['worker.properties', 'sink.properties', 'schema'].map((name) => join(folder, name))
  const token = options.tokenEnv === undefined ? [] : [`token=\${env:${options.tokenEnv}}`]
  const form = options.topic === undefined ? converters[options.format](schema!) : { lines: jsonLines }
  if (form.schema !== undefined) writeFileSync(schema!, form.schema)
  writeFileSync(worker!, lines([`bootstrap.servers=${bootstrap}`, ...form.lines]))
  writeFileSync(
    sink!,
    lines([
      'name=redkite-bench',
      'connector.class=com.milvus.io.kafka.MilvusSinkConnector',
      `public.endpoint=${localMilvus}`,
      ...token,
      `topics=${topic}`,
      ...(form.sink ?? []),
      ...(options.topic === undefined ? [`consumer.override.session.timeout.ms=${embeddedSessionMs}`] : []),
      ...(options.rowsPerSecond === undefined ? [] : [`consumer.override.fetch.max.wait.ms=${pacedFetchWaitMs}`]),
    ]),
  )
  return { paths: [worker!, sink!], remove: () => rmSync(folder, { recursive: true, force: true }) }
}

export function readRun(options: BenchOptions, files: BenchFiles, place: RunPlace, env: Environment): ReadRun {
  const { name, endpoint, collection, cell } = place
  const sets = [
    ...options.sets,
    `name=${name}`,
    // A user's own group must stay where it is.
    `${name}:consumer.override.group.id=${name}`,
    `collection.name=${collection}`,
    ...(endpoint === undefined ? [] : [`public.endpoint=${endpoint}`]),
    ...(options.tasks === undefined ? [] : [`tasks.max=${options.tasks}`]),
    'auto.create=false',
    'auto.evolve=false',
    'database.create=false',
    'errors.tolerance=none',
    `shutdown.timeout.ms=${shutdownMs}`,
    ...propertiesOf(cell),
  ]
  const setup = readSetup(files.paths, { sets, env })
  const [settings, ...others] = setup.sinks
  if (others.length > 0) throw failure('KEYS_CONFLICT', 'bench', 'one sink is measured at a time; name one sink file')
  const { byTopic, format, header, field, partitionField } = settings!.routing
  if (byTopic.size > 0 || [format, header, field, partitionField].some((one) => one !== undefined)) {
    const own = 'the bench writes to a collection of its own and to no other, so records cannot be routed'
    throw failure('KEYS_CONFLICT', settings!.file, own)
  }
  return { setup, settings: settings!, sets }
}

interface Form {
  readonly lines: readonly string[]
  readonly sink?: readonly string[]
  readonly schema?: string
}

const json = 'org.apache.kafka.connect.json.JsonConverter'
const jsonLines = [
  `key.converter=${json}`,
  `value.converter=${json}`,
  'key.converter.schemas.enable=false',
  'value.converter.schemas.enable=false',
]
const jsonKeys = [`key.converter=${json}`, 'key.converter.schemas.enable=false']

const converters: Record<Format, (schemaFile: string) => Form> = {
  json: () => ({ lines: jsonLines }),
  avro: (path) => ({
    schema: avroSchema,
    lines: [
      ...jsonKeys,
      'value.converter=io.confluent.connect.avro.AvroConverter',
      `value.converter.schema.file=${path}`,
    ],
  }),
  protobuf: (path) => ({
    schema: protobufSchema,
    lines: [
      ...jsonKeys,
      'value.converter=io.confluent.connect.protobuf.ProtobufConverter',
      `value.converter.schema.file=${path}`,
    ],
  }),
  raw: () => ({
    lines: [
      'key.converter=org.apache.kafka.connect.converters.LongConverter',
      'value.converter=org.apache.kafka.connect.converters.ByteArrayConverter',
    ],
    sink: [`raw.vector.field=${fieldNames.vector}`, 'pk.mode=record_key'],
  }),
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}
