/**
 * Settings of transforms and predicates, below `transforms.NAME.` and `predicates.NAME.`: Connect's own classes of Kafka 4.1 with their keys, and
 * Debezium's unwrapping one. What each does is in mapping/transforms.
 */
import { flag, type Keys, list, oneOf, text, unused } from '../key.ts'

const schemasOnly = 'concerns defaults of Connect schemas, which JSON text has none of'
const nullWithDefault = { 'replace.null.with.default': unused(schemasOnly) } as const
const fieldSyntax = {
  'field.syntax.version': oneOf(['V1', 'V2'], {
    default: 'V1',
    doc: 'V1: the name of a field. V2: a path, names with dots between them and `` `…` `` around a name that has a dot.',
  }),
} as const

export const transformKeys = {
  Cast: {
    spec: list({ required: true, doc: 'Fields and their types, `field:type,…`, or one type for the whole.' }),
    ...nullWithDefault,
  },
  DropHeaders: { headers: list({ required: true, doc: 'Names of headers.' }) },
  ExtractField: {
    field: text({ required: true, doc: 'The field that takes the place of the whole.' }),
    ...fieldSyntax,
    ...nullWithDefault,
  },
  Filter: {},
  Flatten: { delimiter: text({ default: '.', doc: 'Stands between the names of the levels.' }) },
  HeaderFrom: {
    fields: list({ required: true, doc: 'Names of fields.' }),
    headers: list({ required: true, doc: 'Names of the headers that take them, in the same order.' }),
    operation: oneOf(['move', 'copy'], { required: true, doc: 'Whether the fields go or stay.' }),
    ...nullWithDefault,
  },
  HoistField: { field: text({ required: true, doc: 'The name of the only field of the object that is made.' }) },
  InsertField: {
    'topic.field': text({ doc: 'Field for the topic.' }),
    'partition.field': text({ doc: 'Field for the partition.' }),
    'offset.field': text({ doc: 'Field for the offset.' }),
    'timestamp.field': text({ doc: "Field for the record's time, in ms since 1970." }),
    'static.field': text({ doc: 'Field for `static.value`.' }),
    'static.value': text({ doc: 'The text that it gets.' }),
    ...nullWithDefault,
  },
  InsertHeader: {
    header: text({ required: true, doc: 'The name of the header.' }),
    'value.literal': text({ required: true, doc: 'Its value.' }),
  },
  MaskField: {
    fields: list({ required: true, doc: 'Names of fields.' }),
    replacement: text({ doc: 'Stands in their place; without it 0, false, "", [] or {}.' }),
    ...nullWithDefault,
  },
  RegexRouter: {
    regex: text({ required: true, doc: 'A Java regular expression that the whole topic matches.' }),
    replacement: text({ required: true, doc: 'The new topic; $1 is the first group.' }),
  },
  ReplaceField: {
    include: list({ default: '', doc: 'Fields that stay; empty: all.' }),
    exclude: list({ default: '', doc: 'Fields that go.' }),
    renames: list({ default: '', doc: '`old:new,…`' }),
    whitelist: list({ default: '', doc: 'The name of `include` before Kafka 4.' }),
    blacklist: list({ default: '', doc: 'The name of `exclude` before Kafka 4.' }),
    ...nullWithDefault,
  },
  SetSchemaMetadata: {
    'schema.name': unused(schemasOnly),
    'schema.version': unused(schemasOnly),
    ...nullWithDefault,
  },
  TimestampConverter: {
    field: text({ doc: 'The field with the time; empty: the whole is the time.' }),
    'target.type': oneOf(['string', 'unix', 'Date', 'Time', 'Timestamp'], { required: true, doc: 'What it becomes.' }),
    format: text({ doc: "A pattern of Java's SimpleDateFormat, for texts." }),
    'unix.precision': oneOf(['seconds', 'milliseconds', 'microseconds', 'nanoseconds'], {
      default: 'milliseconds',
      doc: 'The unit of numbers.',
    }),
    ...nullWithDefault,
  },
  TimestampRouter: {
    'topic.format': text({
      default: '${topic}-${timestamp}',
      doc: 'The new topic, with `${topic}` and `${timestamp}`.',
    }),
    'timestamp.format': text({ default: 'yyyyMMdd', doc: "A pattern of Java's SimpleDateFormat; in UTC." }),
  },
  ValueToKey: {
    fields: list({ required: true, doc: "Fields of the value that become the record's key." }),
    ...nullWithDefault,
  },
  ExtractNewRecordState: {
    'delete.tombstone.handling.mode': oneOf(
      ['drop', 'tombstone', 'rewrite', 'rewrite-with-tombstone', 'delete-to-tombstone'],
      { doc: 'What a delete event becomes: nothing, a tombstone (the default), or a row with `__deleted`.' },
    ),
    'delete.handling.mode': oneOf(['drop', 'rewrite', 'none'], { doc: 'The same in older releases of Debezium.' }),
    'drop.tombstones': flag({
      default: true,
      doc: 'With `delete.handling.mode`: whether the tombstone after a delete event goes.',
    }),
    'add.fields': list({ default: '', doc: 'Metadata to add to the row: `op,source.ts_ms:changed_at,…`' }),
    'add.fields.prefix': text({ default: '__', doc: 'Before the names of these.' }),
    'add.headers': list({ default: '', doc: 'Metadata to add as headers.' }),
    'add.headers.prefix': text({ default: '__', doc: 'Before the names of these.' }),
    'route.by.field': text({ doc: 'The field of the row that becomes the topic.' }),
    'drop.fields.header.name': unused('fields are left out with ReplaceField'),
    'drop.fields.from.key': unused('fields are left out with ReplaceField'),
    'drop.fields.keep.schema.compatible': unused('fields are left out with ReplaceField'),
    ...nullWithDefault,
  },
} as const satisfies Record<string, Keys>

/** Classes that work on the whole record; the others have a `$Key` and a `$Value`. */
export const wholeRecord: readonly (keyof typeof transformKeys)[] = [
  'DropHeaders',
  'ExtractNewRecordState',
  'Filter',
  'InsertHeader',
  'RegexRouter',
  'TimestampRouter',
  'ValueToKey',
]

export const predicateKeys = {
  HasHeaderKey: { name: text({ required: true, doc: 'The name of a header.' }) },
  RecordIsTombstone: {},
  TopicNameMatches: {
    pattern: text({ required: true, doc: 'A Java regular expression that the whole topic matches.' }),
  },
} as const satisfies Record<string, Keys>

/** What each transform has besides the settings of its class. */
export const commonTransformKeys = {
  type: text({ required: true, doc: 'The class.' }),
  'plugin.version': unused('redkite has one version of each transform'),
  predicate: text({ doc: 'The name of a predicate: only records for which it holds are changed.' }),
  negate: flag({ default: false, doc: 'Only those for which it does not hold.' }),
} as const
