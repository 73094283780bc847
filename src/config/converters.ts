/**
 * Which converter a sink uses, by Connect's rule: the sink's own, with the settings below it in the sink's file, if that file names one; else
 * the worker's with the worker's settings. The two are never mixed.
 */
import { failure } from '../errors/errors.ts'
import { below, type Entries, type Entry, Findings } from './entry.ts'
import type { ClientSettings } from './kafka/client-settings.ts'
import type { Keys } from './key.ts'
import {
  avroConverter,
  booleanConverter,
  bytesConverter,
  converterClasses,
  floatConverters,
  jsonConverter,
  jsonConverterKeys,
  jsonSchemaConverter,
  numberConverters,
  plainConverterKeys,
  protobufConverter,
  stringConverter,
} from './keys/converters.ts'
import { schemaFileKeys } from './keys/registry.ts'
import { nearest } from './nearest.ts'
import { isRegistryFamily, type RegistrySettings, readRegistry, registryNames } from './registry.ts'
import { readValues } from './values.ts'

export interface JsonConverterSettings {
  readonly kind: 'json'
  /** Each value is `{"schema": …, "payload": …}`. */
  readonly schemasEnable: boolean
  readonly replaceNullWithDefault: boolean
}

/** Converters of values without fields. */
export type PlainConverterSettings =
  | { readonly kind: 'string' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'boolean' }
  /** Whole: big-endian, two's complement. */
  | { readonly kind: 'number'; readonly bytes: 2 | 4 | 8 }
  | { readonly kind: 'float'; readonly bytes: 4 | 8 }

/** Converters whose records name their schema, or whose schema is in a file. */
export interface SchemaConverterSettings {
  readonly kind: 'avro' | 'protobuf' | 'json-schema'
  readonly schemas: SchemaSource
}

export type SchemaSource =
  | { readonly from: 'registry'; readonly registry: RegistrySettings }
  | { readonly from: 'file'; readonly path: string; readonly messageName: string | undefined; readonly at: string }

export type ConverterSettings = JsonConverterSettings | PlainConverterSettings | SchemaConverterSettings
export type ValueConverterSettings = ConverterSettings
/** How record keys are read. */
export type KeyConverterSettings = ConverterSettings

export interface ConverterContext {
  readonly worker: Entries
  readonly sink: Entries
  /** The sink's, for messages. */
  readonly file: string
  /** Of the sink's Kafka consumer. */
  readonly kafka: ClientSettings
  readonly findings: Findings
}

/** `isRow`: whether something makes a row of a value without fields (`raw.vector.field`, a transform). */
export function readValueConverter(
  context: ConverterContext,
  isRow: (kind: string) => boolean,
): ValueConverterSettings {
  const { worker, sink, findings } = context
  const found = chosen('value.converter', worker, sink)
  if (found.entries === worker) warnOfIdleSettings(sink, findings)
  const settings = readConverter('value.converter', found, context)
  if (settings === undefined) return nothing
  if (isPlain(settings) && !isRow(settings.kind)) {
    const name = simple(converterClass(settings))
    findings.problem(failure('CONVERTER_WITHOUT_FIELDS', found.converter!.at, name, withoutFields[settings.kind]))
  }
  return settings
}

const nothing: JsonConverterSettings = { kind: 'json', schemasEnable: false, replaceNullWithDefault: true }

const withoutFields: Record<PlainConverterSettings['kind'], string> = {
  string: `for values that are JSON write \`value.converter=${jsonConverter}\` and \`value.converter.schemas.enable=false\``,
  bytes: 'for values that are the bytes of a vector name its field in `raw.vector.field`',
  boolean: 'a transform like HoistField can make a field of it',
  number: 'a transform like HoistField can make a field of it',
  float: 'a transform like HoistField can make a field of it',
}

/**
 * `needed`: whether anything reads keys; if not, a converter that redkite does not have is no problem, and no registry is looked at for one that it
 * has.
 */
export function readKeyConverter(context: ConverterContext, needed: boolean): KeyConverterSettings | undefined {
  const { worker, sink, findings } = context
  const found = chosen('key.converter', worker, sink)
  if (needed) return readConverter('key.converter', found, context)
  const unheard = new Findings()
  const settings = readConverter('key.converter', found, { ...context, findings: unheard })
  if (unheard.problems.length === 0) return settings !== undefined && 'schemas' in settings ? undefined : settings
  findings.notice(`${found.converter!.at}: \`key.converter\` has no effect: record keys are not read`)
  return undefined
}

type Which = 'value.converter' | 'key.converter'

/** Undefined when it is none that redkite has. */
function readConverter(
  key: Which,
  { entries, converter }: Chosen,
  context: ConverterContext,
): ConverterSettings | undefined {
  const { file, findings, kafka } = context
  const className = resolveClass(converter?.value)
  const prefix = `${key}.`
  const settings = below(entries, prefix)
  settings.delete('plugin.version')
  const plain = plainConverters.get(className)
  if (plain !== undefined || className === jsonConverter) {
    const keys = plain === undefined ? jsonConverterKeys : plainConverterKeys
    warnOfUnknown(settings, prefix, simple(className), Object.keys(keys), findings)
    if (plain !== undefined) {
      readValues(plainConverterKeys, settings, file, findings, prefix)
      return plain
    }
    const values = readValues(jsonConverterKeys, settings, file, findings, prefix)
    return {
      kind: 'json',
      schemasEnable: values['schemas.enable'],
      replaceNullWithDefault: values['replace.null.with.default'],
    }
  }
  const kind = schemaConverters[className]
  if (kind === undefined) {
    const known = converterClasses.map(simple).join(', ')
    findings.problem(failure('CONVERTER_UNSUPPORTED', converter?.at ?? file, key, className, known))
    return undefined
  }
  const fileKeys: Keys = kind === 'json-schema' ? {} : schemaFileKeys
  warnOfUnknown(settings, prefix, simple(className), registryNames(fileKeys), findings)
  const schemaFile = kind === 'json-schema' ? undefined : readSchemaFile(settings, prefix, kind, context)
  if (schemaFile !== undefined) return { kind, schemas: schemaFile }
  return { kind, schemas: { from: 'registry', registry: readRegistry({ settings, prefix, file, kafka }, findings) } }
}

const plainConverters: ReadonlyMap<string, PlainConverterSettings> = new Map<string, PlainConverterSettings>([
  [stringConverter, { kind: 'string' }],
  [bytesConverter, { kind: 'bytes' }],
  [booleanConverter, { kind: 'boolean' }],
  ...Object.entries(numberConverters).map(([name, bytes]) => [name, { kind: 'number', bytes }] as const),
  ...Object.entries(floatConverters).map(([name, bytes]) => [name, { kind: 'float', bytes }] as const),
])

const schemaConverters: Readonly<Record<string, SchemaConverterSettings['kind']>> = {
  [avroConverter]: 'avro',
  [protobufConverter]: 'protobuf',
  [jsonSchemaConverter]: 'json-schema',
}

export function isPlain(settings: ConverterSettings): settings is PlainConverterSettings {
  return settings.kind in withoutFields
}

/** The class that these are the settings of. */
export function converterClass(settings: ConverterSettings): string {
  if (settings.kind === 'json') return jsonConverter
  const same = (other: PlainConverterSettings) =>
    other.kind === settings.kind && ('bytes' in other ? other.bytes : 0) === ('bytes' in settings ? settings.bytes : 0)
  for (const [name, plain] of plainConverters) if (same(plain)) return name
  return Object.keys(schemaConverters).find((name) => schemaConverters[name] === settings.kind)!
}

function readSchemaFile(
  settings: Entries,
  prefix: string,
  kind: 'avro' | 'protobuf',
  { file, findings }: ConverterContext,
): SchemaSource | undefined {
  const values = readValues(schemaFileKeys, settings, file, findings, prefix)
  const { 'schema.file': path, 'message.name': messageName } = values
  const message = settings.get('message.name')
  if (messageName !== undefined && (path === undefined || kind === 'avro')) {
    const why =
      path === undefined ? 'it goes with `schema.file`; a registry names the message' : 'an Avro file has one schema'
    findings.warn(`${message!.at}: \`${prefix}message.name\` has no effect: ${why}`)
  }
  if (path === undefined) return undefined
  const { at } = settings.get('schema.file')!
  const url = settings.get('schema.registry.url')
  if (url !== undefined && url.value.trim() !== '') {
    const both = `\`${prefix}schema.file\` and \`${prefix}schema.registry.url\` are both set; keep the one that says where schemas are`
    findings.problem(failure('KEYS_CONFLICT', at, both))
  }
  return { from: 'file', path, messageName: kind === 'avro' ? undefined : messageName, at }
}

interface Chosen {
  readonly entries: Entries
  readonly converter: Entry | undefined
}

function chosen(key: Which, worker: Entries, sink: Entries): Chosen {
  const named = (entries: Entries) => {
    const entry = entries.get(key)
    return entry === undefined || entry.value.trim() === '' ? undefined : entry
  }
  const own = named(sink)
  return own === undefined ? { entries: worker, converter: named(worker) } : { entries: sink, converter: own }
}

/** Connect takes a class by its simple name, and without the "Converter" at its end. */
function resolveClass(text: string | undefined): string {
  const name = text?.trim() ?? ''
  if (name === '') return jsonConverter
  const isMeant = (full: string) => full === name || simple(full) === name || simple(full) === `${name}Converter`
  return converterClasses.find(isMeant) ?? name
}

function simple(className: string): string {
  return className.slice(className.lastIndexOf('.') + 1)
}

function warnOfUnknown(
  settings: Entries,
  prefix: string,
  converter: string,
  known: readonly string[],
  findings: Findings,
): void {
  for (const [name, { at }] of settings) {
    if (known.includes(name) || (known.includes('schema.registry.url') && isRegistryFamily(name))) continue
    const near = known.find((each) => each === `schema.registry.${name}`) ?? nearest(name, known)
    const hint = near === undefined ? '' : `; did you mean \`${prefix}${near}\`?`
    findings.warn(`${at}: ${converter} has no setting \`${prefix}${name}\`${hint}`)
  }
}

/** A trap of Connect's: `value.converter.schemas.enable=false` in the sink's file, without `value.converter`, does nothing there. */
function warnOfIdleSettings(sink: Entries, findings: Findings): void {
  for (const [name, entry] of below(sink, 'value.converter.')) {
    if (entry.from !== 'file' || name === 'plugin.version') continue
    findings.warn(
      `${entry.at}: \`value.converter.${name}\` has no effect, as in Connect: it counts only where \`value.converter\` is set in the same file; write \`value.converter=${jsonConverter}\` beside it`,
    )
  }
}
