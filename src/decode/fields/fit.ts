import { typeName } from '../../columns/create.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import { DataType, type Field } from '../../milvus/schema.ts'

/**
 * Which kinds of values a field may take at all. A writer's schema says kinds before the first record; records are
 * refused one by one all the same, because a union may hold what fits.
 */
export type Kind = 'integer' | 'real' | 'boolean' | 'text' | 'bytes' | 'array' | 'object'

const vectors: ReadonlySet<number> = new Set([
  DataType.BinaryVector,
  DataType.FloatVector,
  DataType.Float16Vector,
  DataType.BFloat16Vector,
  DataType.Int8Vector,
  DataType.SparseFloatVector,
])

export const isVector = (type: number): boolean => vectors.has(type)

export function fits(kind: Kind, field: Field): boolean {
  if (isVector(field.type)) {
    if (kind === 'object') return field.type === DataType.SparseFloatVector
    return kind === 'array' || kind === 'bytes' || kind === 'text'
  }
  switch (field.type) {
    case DataType.Json:
      return true
    case DataType.Bool:
      return kind === 'boolean' || kind === 'text'
    case DataType.Int8:
    case DataType.Int16:
    case DataType.Int32:
    case DataType.Int64:
    case DataType.Float:
    case DataType.Double:
      return kind === 'integer' || kind === 'real' || kind === 'text'
    case DataType.VarChar:
      return kind !== 'array' && kind !== 'object'
    case DataType.Timestamptz:
    case DataType.Geometry:
    case DataType.Text:
      return kind === 'text'
    case DataType.ArrayOfStruct:
      return kind === 'array'
    // An array; a type that is newer than this list is left to its column.
    default:
      return kind !== 'bytes'
  }
}

export function wrongKind(kind: Kind, field: Field): RedkiteError {
  return failure('FIELD_WRONG_KIND', field.name, typeName(field.type), takes(field), names[kind])
}

const names: Record<Kind, string> = {
  integer: 'a whole number',
  real: 'a number',
  boolean: 'a boolean',
  text: 'a string',
  bytes: 'bytes',
  array: 'an array',
  object: 'an object',
}

function takes(field: Field): string {
  const kinds = (Object.keys(names) as Kind[]).filter((kind) => fits(kind, field)).map((kind) => names[kind])
  return kinds.length < 2 ? kinds.join('') : `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`
}
