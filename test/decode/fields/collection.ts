import { type CollectionSchema, DataType, type Field } from '../../../src/milvus/schema.ts'
import { collection, field, key, varchar, vector } from '../../columns/schema.ts'

/** A collection with a field of every type, for the fuzz tests of binary formats. Most fields may be null, so that most records make a row. */
export function everyType(dynamicField: boolean): CollectionSchema {
  const optional = { nullable: true }
  return collection(
    [
      key('id', DataType.Int64, { autoId: true }),
      field('ok', DataType.Bool, optional),
      field('tiny', DataType.Int8, optional),
      field('short', DataType.Int16, { hasDefault: true }),
      field('count', DataType.Int32, optional),
      field('big', DataType.Int64, optional),
      field('ratio', DataType.Float, optional),
      field('score', DataType.Double, optional),
      varchar('title', 40, optional),
      field('extra', DataType.Json, optional),
      vector('v', 4, optional),
      field('half', DataType.Float16Vector, { dim: 4, ...optional }),
      field('brain', DataType.BFloat16Vector, { dim: 4, ...optional }),
      field('bytes', DataType.Int8Vector, { dim: 4, ...optional }),
      field('bits', DataType.BinaryVector, { dim: 32, ...optional }),
      field('sparse', DataType.SparseFloatVector, optional),
      array('numbers', DataType.Int32),
      array('words', DataType.VarChar, { maxLengthBytes: 20 }),
      array('reals', DataType.Double),
      field('when', DataType.Timestamptz, optional),
    ],
    dynamicField,
  )
}

function array(name: string, elementType: number, more: Partial<Field> = {}): Field {
  return field(name, DataType.Array, { elementType, maxCapacity: 6, nullable: true, ...more })
}
