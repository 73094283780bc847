/**
 * Converters say how bytes become values. redkite has its own of the same names as Connect's; their settings are the converter's key, a
 * dot, and the setting: `value.converter.schemas.enable`.
 */
import { flag, integer, oneOf, text, unused } from '../key.ts'

export const jsonConverter = 'org.apache.kafka.connect.json.JsonConverter'
export const stringConverter = 'org.apache.kafka.connect.storage.StringConverter'

/** Whole numbers as big-endian bytes. */
export const numberConverters = {
  'org.apache.kafka.connect.converters.LongConverter': 8,
  'org.apache.kafka.connect.converters.IntegerConverter': 4,
  'org.apache.kafka.connect.converters.ShortConverter': 2,
} as const

export const converterKeys = {
  'key.converter': text({
    default: jsonConverter,
    doc: 'How the record key is read, which only deletes and `pk.mode=record_key` do: JsonConverter, StringConverter, LongConverter, IntegerConverter or ShortConverter. Where keys are not read, any class will do.',
  }),
  'value.converter': text({ default: jsonConverter, doc: 'How the record value is read. JsonConverter by now.' }),
  'header.converter': unused('headers are not read'),
  'key.converter.plugin.version': unused('redkite has one version of each converter'),
  'value.converter.plugin.version': unused('redkite has one version of each converter'),
  'header.converter.plugin.version': unused('redkite has one version of each converter'),
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
  'converter.type': oneOf(['key', 'value', 'header'], {
    effect: 'unused',
    doc: 'the key itself says which converter it is',
  }),
} as const

/** Below `…converter.` there may be settings of any converter, so names that no table has are not an error there. */
export const converterPrefixes = ['key.converter.', 'value.converter.', 'header.converter.'] as const
