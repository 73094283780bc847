import { failure, type RedkiteError } from '../errors/errors.ts'
import { DataType, type Field } from '../milvus/schema.ts'
import { typeName } from './type-names.ts'

/**
 * What columns answer when a value is not for them: a negative number, 0 when all is well, so that a refused record costs no object until
 * somebody asks for its error. Which element it was lies in `misfitAt` until the next misfit.
 */
export const misfit = {
  /** A number beyond what the type or its elements hold. */
  outOfRange: -1,
  notWhole: -2,
  /** Bytes that hold a NaN or an infinity, which Milvus takes nowhere. */
  notFinite: -3,
  /** More or fewer numbers than the vector has. */
  dimension: -4,
  /** Bytes, but not as many as a row has. */
  bytes: -5,
  /** Bytes of a sparse vector that are no pairs. */
  sparseBytes: -6,
  /** More elements than there may be. */
  capacity: -7,
  /** A text longer than max_length. */
  length: -8,
  notUtf8: -9,
  sparseIndex: -10,
  sparseTwice: -11,
  /** Negative, or beyond float32. */
  sparseValue: -12,
  timestamp: -13,
  /** Memory of a kind that is not converted. */
  kind: -14,
} as const

/** `index` is the element's, -1 where it is the whole value; `count` is what there was: numbers, bytes or elements. */
export const misfitAt = { index: 0, count: 0 }

export function misfitOf(why: number, index: number, count = 0): number {
  misfitAt.index = index
  misfitAt.count = count
  return why
}

/** Numbers that a vector's row takes from a record: bytes, for a BINARY_VECTOR. */
export function elementsOf(field: Field): number {
  const dim = field.dim ?? 0
  return field.type === DataType.BinaryVector ? dim >> 3 : dim
}

/** What a vector's numbers are, in words for a message. */
export function rangeOf(type: number): string {
  switch (type) {
    case DataType.BinaryVector:
      return 'whole numbers from 0 to 255, eight dimensions each'
    case DataType.Int8Vector:
      return 'whole numbers from -128 to 127'
    case DataType.Float16Vector:
      return 'numbers that 16-bit floats hold, up to 65,504'
    case DataType.BFloat16Vector:
      return 'numbers that bfloat16 holds, up to 3.38e38'
    default:
      return '32-bit floats'
  }
}

/** The element of an ARRAY as if it were a field, for messages about it. */
export function elementField(field: Field, index: number): Field {
  return { ...field, name: `${field.name}[${index}]`, type: field.elementType ?? 0, nullable: false, hasDefault: false }
}

/** The error of the last misfit, which was of a column of this field. */
export function misfitError(field: Field, why: number): RedkiteError {
  const { index, count } = misfitAt
  if (field.type === DataType.Array && index >= 0) return misfitError(elementField(field, index), why)
  const { name } = field
  const type = typeName(field.type)
  const vector = field.type >= DataType.BinaryVector
  switch (why) {
    case misfit.outOfRange:
      return vector
        ? failure('VECTOR_OUT_OF_RANGE', name, index, rangeOf(field.type))
        : failure('FIELD_OUT_OF_RANGE', name, type)
    case misfit.notWhole:
      return vector
        ? failure('VECTOR_OUT_OF_RANGE', name, index, rangeOf(field.type))
        : failure('FIELD_NOT_WHOLE', name, type)
    case misfit.notFinite:
      return failure('VECTOR_NOT_FINITE', name, index)
    case misfit.dimension:
      return failure('VECTOR_DIM_MISMATCH', name, elementsOf(field), count)
    case misfit.bytes:
      return failure('VECTOR_BYTES_MISMATCH', name, type, index, count)
    case misfit.sparseBytes:
      return failure('SPARSE_BYTES_MISMATCH', name, count)
    case misfit.capacity:
      return failure('ARRAY_TOO_LONG', name, vector ? index : (field.maxCapacity ?? 0), count)
    case misfit.length:
      return failure('VARCHAR_TOO_LONG', name, field.maxLengthBytes ?? 0, count)
    case misfit.notUtf8:
      return failure('TEXT_NOT_UTF8', name, type)
    case misfit.sparseIndex:
      return failure('SPARSE_INDEX_UNFIT', name, index)
    case misfit.sparseTwice:
      return failure('SPARSE_INDEX_TWICE', name)
    case misfit.sparseValue:
      return failure('SPARSE_VALUE_UNFIT', name, index)
    case misfit.timestamp:
      return failure('TIMESTAMP_UNFIT', name, type)
    default:
      return failure('FIELD_WRONG_KIND', name, type, rangeOf(field.type), 'floats')
  }
}
