import type avro from 'avsc'
import type { Kind } from '../fields/fit.ts'
import { type AvroSchema, Logical } from './schema.ts'

/** Of a record. */
export interface AvroField {
  readonly name: string
  readonly type: AvroSchema
}

/** A writer's type as a closed union, so that whoever compiles something from it handles all of them. */
export type AvroType =
  | { readonly is: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string' }
  | { readonly is: 'fixed'; readonly size: number }
  | { readonly is: 'enum'; readonly symbols: readonly string[] }
  | { readonly is: 'array'; readonly items: AvroSchema }
  | { readonly is: 'map'; readonly values: AvroSchema }
  | { readonly is: 'record'; readonly fields: readonly AvroField[] }
  | { readonly is: 'union'; readonly branches: readonly AvroSchema[] }
  | { readonly is: 'logical'; readonly kind: string; readonly scale: number; readonly underlying: AvroSchema }

export function typeOf(schema: AvroSchema): AvroType {
  if (schema instanceof Logical)
    return { is: 'logical', kind: schema.kind, scale: schema.scale, underlying: schema.underlyingType }
  const name = schema.typeName as string
  switch (name) {
    case 'null':
    case 'boolean':
    case 'int':
    case 'long':
    case 'float':
    case 'double':
    case 'bytes':
    case 'string':
      return { is: name }
    case 'fixed':
      return { is: 'fixed', size: (schema as avro.types.FixedType).size }
    case 'enum':
      return { is: 'enum', symbols: (schema as avro.types.EnumType).symbols }
    case 'array':
      return { is: 'array', items: (schema as avro.types.ArrayType).itemsType }
    case 'map':
      return { is: 'map', values: (schema as unknown as { valuesType: AvroSchema }).valuesType }
    case 'record':
    case 'error':
      return { is: 'record', fields: (schema as avro.types.RecordType).fields }
    default:
      return { is: 'union', branches: (schema as avro.types.WrappedUnionType).types }
  }
}

/** The type under a logical one. */
export function plainType(schema: AvroSchema): Exclude<AvroType, { is: 'logical' }> {
  const type = typeOf(schema)
  return type.is === 'logical' ? plainType(type.underlying) : type
}

/** What a value of the type is to a field; undefined for null and for unions, which are of several kinds. */
export function kindOf(schema: AvroSchema): Kind | undefined {
  const type = typeOf(schema)
  switch (type.is) {
    case 'null':
    case 'union':
      return undefined
    case 'boolean':
      return 'boolean'
    case 'int':
    case 'long':
      return 'integer'
    case 'float':
    case 'double':
      return 'real'
    case 'string':
    case 'enum':
      return 'text'
    case 'bytes':
    case 'fixed':
      return 'bytes'
    case 'array':
      return 'array'
    case 'map':
    case 'record':
      return 'object'
    case 'logical':
      return type.kind === 'decimal' ? 'real' : type.kind === 'uuid' ? 'text' : 'integer'
  }
}
