/** From settings to steps. Throws VALUE_INVALID and its like where a setting cannot be read. */
import type { PredicateSettings, TransformKind, TransformOf, TransformSettings } from '../config/transforms.ts'
import { isNull, type MappedRecord } from './record.ts'
import type { Predicate, Transform } from './transform.ts'
import { Cast } from './transforms/cast.ts'
import { ExtractField } from './transforms/extract-field.ts'
import { ExtractNewRecordState } from './transforms/extract-new-record-state.ts'
import { filter, noEffect } from './transforms/filter.ts'
import { Flatten } from './transforms/flatten.ts'
import { DropHeaders, HeaderFrom, InsertHeader } from './transforms/headers.ts'
import { HoistField } from './transforms/hoist-field.ts'
import { InsertField } from './transforms/insert-field.ts'
import { MaskField } from './transforms/mask-field.ts'
import { ReplaceField } from './transforms/replace-field.ts'
import { RegexRouter, readPattern, TimestampRouter } from './transforms/routers.ts'
import { TimestampConverter } from './transforms/timestamp-converter.ts'
import { ValueToKey } from './transforms/value-to-key.ts'

const kinds: { readonly [K in TransformKind]: (settings: TransformOf<K>) => Transform } = {
  Cast: (settings) => new Cast(settings),
  DropHeaders: (settings) => new DropHeaders(settings),
  ExtractField: (settings) => new ExtractField(settings),
  ExtractNewRecordState: (settings) => new ExtractNewRecordState(settings),
  Filter: () => filter,
  Flatten: (settings) => new Flatten(settings),
  HeaderFrom: (settings) => new HeaderFrom(settings),
  HoistField: (settings) => new HoistField(settings),
  InsertField: (settings) => new InsertField(settings),
  InsertHeader: (settings) => new InsertHeader(settings),
  MaskField: (settings) => new MaskField(settings),
  RegexRouter: (settings) => new RegexRouter(settings),
  ReplaceField: (settings) => new ReplaceField(settings),
  SetSchemaMetadata: () => noEffect,
  TimestampConverter: (settings) => new TimestampConverter(settings),
  TimestampRouter: (settings) => new TimestampRouter(settings),
  ValueToKey: (settings) => new ValueToKey(settings),
}

export function compileTransform(settings: TransformSettings): Transform {
  return (kinds[settings.kind] as (settings: TransformSettings) => Transform)(settings)
}

export function compilePredicate({ kind, name, at, values }: PredicateSettings): Predicate {
  switch (kind) {
    case 'RecordIsTombstone':
      return { test: (record: MappedRecord) => isNull(record, 'value') }
    case 'HasHeaderKey':
      return { test: ({ headers }) => headers.some((header) => header.name === values.name) }
    case 'TopicNameMatches': {
      const pattern = readPattern(values.pattern, at, `predicates.${name}.pattern`)
      return { test: ({ topic }) => pattern.matches(topic) }
    }
  }
}
