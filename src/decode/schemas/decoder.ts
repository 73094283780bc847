/** The decoder of a converter with schemas, for one collection. */
import type { SchemaConverterSettings } from '../../config/converters.ts'
import type { CollectionSchema } from '../../milvus/schema.ts'
import { compileAvroPlan } from '../avro/plan.ts'
import type { RowDecoder } from '../decoder.ts'
import { compileJsonPlan } from '../json/plan.ts'
import type { PlanOptions } from '../plan-options.ts'
import { compileProtobufPlan } from '../protobuf/plan.ts'
import { fromFile, fromRegistry, type PlanMaker } from './formats.ts'
import { FramedDecoder } from './framed-decoder.ts'
import type { Warn } from './schema-cache.ts'

/** Throws SCHEMA_FILE_UNUSABLE and REGISTRY_TLS_FILE. Of the options, JSON Schema takes `keyElsewhere` alone. */
export function openSchemaDecoder(
  { kind, schemas }: SchemaConverterSettings,
  schema: CollectionSchema,
  options: PlanOptions,
  warn: Warn | undefined,
): RowDecoder {
  const make: PlanMaker<RowDecoder> = {
    avro: (writer) => compileAvroPlan(writer, schema, options),
    protobuf: (message) => compileProtobufPlan(message, schema, options),
    json: () => compileJsonPlan(schema, { envelope: false, keyElsewhere: options.keyElsewhere === true }),
  }
  if (schemas.from === 'file') return fromFile(kind, schemas, make)
  return new FramedDecoder(fromRegistry(kind, schemas, make, { what: 'record value', warn }))
}
