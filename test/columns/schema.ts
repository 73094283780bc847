import { type CollectionSchema, DataType, type Field, plainField } from '../../src/milvus/schema.ts'

/** Schemas for tests, said in a few words. */

export const field = plainField

export function key(name = 'id', type: number = DataType.Int64, more: Partial<Field> = {}): Field {
  return field(name, type, { primaryKey: true, ...more })
}

export function vector(name: string, dim: number, more: Partial<Field> = {}): Field {
  return field(name, DataType.FloatVector, { dim, ...more })
}

export function varchar(name: string, maxLengthBytes: number, more: Partial<Field> = {}): Field {
  return field(name, DataType.VarChar, { maxLengthBytes, ...more })
}

export function collection(fields: readonly Field[], dynamicField = false): CollectionSchema {
  const primaryKey = fields.find((one) => one.primaryKey)
  if (primaryKey === undefined) throw new Error('a schema without a primary key')
  return { collection: 'articles', fields, primaryKey, dynamicField }
}
