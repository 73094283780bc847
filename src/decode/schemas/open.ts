/**
 * Opens what reads records with schemas: rows for one collection, or JSON text. Loads avsc and protobufjs, so whoever may do without reaches it through
 * lazy.ts.
 */
import type { SchemaConverterSettings } from '../../config/converters.ts'
import type { CollectionSchema } from '../../milvus/schema.ts'
import { compileAvroPlan } from '../avro/plan.ts'
import { compileAvroText } from '../avro/text.ts'
import type { RowDecoder } from '../decoder.ts'
import { compileJsonPlan } from '../json/plan.ts'
import type { PlanOptions } from '../plan-options.ts'
import { compileProtobufPlan } from '../protobuf/plan.ts'
import { compileProtobufText } from '../protobuf/text.ts'
import type { RecordText } from '../record-text.ts'
import { fromFile, fromRegistry, type PlanMaker } from './formats.ts'
import { FramedDecoder } from './framed-decoder.ts'
import { FramedText } from './framed-text.ts'
import { JsonCopy } from './json-copy.ts'
import type { Warn } from './schema-cache.ts'
import type { AwaitedText } from './text.ts'

/** Throws SCHEMA_FILE_UNUSABLE and REGISTRY_TLS_FILE. */
export function openSchemaDecoder(
  { kind, schemas }: SchemaConverterSettings,
  schema: CollectionSchema,
  options: PlanOptions,
  warn: Warn | undefined,
): RowDecoder {
  const make: PlanMaker<RowDecoder> = {
    avro: (writer) => compileAvroPlan(writer, schema, options),
    protobuf: (message) => compileProtobufPlan(message, schema, options),
    json: () => compileJsonPlan(schema, { envelope: false, ...options }),
  }
  if (schemas.from === 'file') return fromFile(kind, schemas, make)
  return new FramedDecoder(fromRegistry(kind, schemas, make, { what: 'record value', warn }))
}

/** The same as JSON text; `what` is "record value" or "record key", for messages. */
export function openSchemaText(
  { kind, schemas }: SchemaConverterSettings,
  what: string,
  warn: Warn | undefined,
): AwaitedText {
  const make: PlanMaker<RecordText> = {
    avro: compileAvroText,
    protobuf: compileProtobufText,
    json: () => new JsonCopy(),
  }
  if (schemas.from === 'file') return fromFile(kind, schemas, make)
  return new FramedText(fromRegistry(kind, schemas, make, { what, warn }))
}
