/**
 * Converters say how bytes become values. redkite has its own of the same names as Connect's; their settings are the converter's key, a
 * dot, and the setting: `value.converter.schemas.enable`. Settings of those that know a Schema Registry are in registry.ts.
 */
import { flag, integer, oneOf, text, unused } from '../key.ts'

export const jsonConverter = 'org.apache.kafka.connect.json.JsonConverter'
export const stringConverter = 'org.apache.kafka.connect.storage.StringConverter'
export const bytesConverter = 'org.apache.kafka.connect.converters.ByteArrayConverter'
export const booleanConverter = 'org.apache.kafka.connect.converters.BooleanConverter'
export const avroConverter = 'io.confluent.connect.avro.AvroConverter'
export const protobufConverter = 'io.confluent.connect.protobuf.ProtobufConverter'
export const jsonSchemaConverter = 'io.confluent.connect.json.JsonSchemaConverter'

/** Whole numbers as big-endian bytes. */
export const numberConverters = {
  'org.apache.kafka.connect.converters.LongConverter': 8,
  'org.apache.kafka.connect.converters.IntegerConverter': 4,
  'org.apache.kafka.connect.converters.ShortConverter': 2,
} as const

/** Floating-point numbers as big-endian bytes. */
export const floatConverters = {
  'org.apache.kafka.connect.converters.DoubleConverter': 8,
  'org.apache.kafka.connect.converters.FloatConverter': 4,
} as const

/** All there are, in the order of messages. */
export const converterClasses: readonly string[] = [
  jsonConverter,
  avroConverter,
  protobufConverter,
  jsonSchemaConverter,
  stringConverter,
  bytesConverter,
  ...Object.keys(numberConverters),
  ...Object.keys(floatConverters),
  booleanConverter,
]

export const converterKeys = {
  'key.converter': text({
    default: jsonConverter,
    doc: 'How the record key is read, which only deletes and `pk.mode=record_key` do: any of the classes below. Where keys are not read, any other class will do too.',
  }),
  'value.converter': text({
    default: jsonConverter,
    doc: 'How the record value is read: JsonConverter, AvroConverter, ProtobufConverter, JsonSchemaConverter, or ByteArrayConverter with `raw.vector.field`.',
  }),
  'header.converter': unused('headers are not read'),
  'key.converter.plugin.version': unused('redkite has one version of each converter'),
  'value.converter.plugin.version': unused('redkite has one version of each converter'),
  'header.converter.plugin.version': unused('redkite has one version of each converter'),
} as const

/** Of a sink, for values that have no fields. */
export const rawKeys = {
  'raw.vector.field': text({
    doc: "With `value.converter=ByteArrayConverter`: the vector field that takes the value's bytes as they are (docs/formats.md).",
  }),
} as const

/** What Connect gives every converter. */
export const commonConverterKeys = {
  'converter.type': oneOf(['key', 'value', 'header'], {
    effect: 'unused',
    doc: 'the key itself says which converter it is',
  }),
} as const

/** Of JsonConverter, below `value.converter.`. */
export const jsonConverterKeys = {
  'schemas.enable': flag({
    default: true,
    doc: 'Each value is {"schema": …, "payload": …} (true, Connect\'s default) or plain JSON (false). A sink\'s own file has a say only if it names `value.converter` too, as in Connect.',
  }),
  'schemas.cache.size': integer({ default: 1000, effect: 'unused', doc: 'schemas are not kept as objects' }),
  'decimal.format': oneOf(['BASE64', 'NUMERIC'], {
    default: 'BASE64',
    effect: 'unused',
    doc: 'concerns writing JSON, redkite only reads it',
  }),
  'replace.null.with.default': flag({
    default: true,
    doc: 'A null in a field whose schema has a default becomes that default (with `schemas.enable=true`).',
  }),
  ...commonConverterKeys,
} as const

/** Of StringConverter, ByteArrayConverter and the converters of single numbers. */
export const plainConverterKeys = {
  'converter.encoding': oneOf(['UTF-8', 'UTF8'], {
    default: 'UTF-8',
    doc: 'Of StringConverter: UTF-8 and no other.',
  }),
  ...commonConverterKeys,
} as const

/** Below `…converter.` there may be settings of any converter, so names that no table has are not an error there. */
export const converterPrefixes = ['key.converter.', 'value.converter.', 'header.converter.'] as const
