import { DataType } from '../milvus/schema.ts'

/** A type as Milvus' documents write it: `FLOAT_VECTOR`. */
export function typeName(type: number): string {
  return typeNames[type] ?? `number ${type}`
}

const typeNames: Record<number, string> = {
  [DataType.Bool]: 'BOOL',
  [DataType.Int8]: 'INT8',
  [DataType.Int16]: 'INT16',
  [DataType.Int32]: 'INT32',
  [DataType.Int64]: 'INT64',
  [DataType.Float]: 'FLOAT',
  [DataType.Double]: 'DOUBLE',
  [DataType.VarChar]: 'VARCHAR',
  [DataType.Array]: 'ARRAY',
  [DataType.Json]: 'JSON',
  [DataType.Geometry]: 'GEOMETRY',
  [DataType.Text]: 'TEXT',
  [DataType.Timestamptz]: 'TIMESTAMPTZ',
  [DataType.BinaryVector]: 'BINARY_VECTOR',
  [DataType.FloatVector]: 'FLOAT_VECTOR',
  [DataType.Float16Vector]: 'FLOAT16_VECTOR',
  [DataType.BFloat16Vector]: 'BFLOAT16_VECTOR',
  [DataType.SparseFloatVector]: 'SPARSE_FLOAT_VECTOR',
  [DataType.Int8Vector]: 'INT8_VECTOR',
  [DataType.ArrayOfVector]: 'ARRAY of vectors',
  [DataType.ArrayOfStruct]: 'ARRAY of STRUCT',
  [DataType.Struct]: 'STRUCT',
}
