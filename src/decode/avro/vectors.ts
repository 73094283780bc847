import type { DenseVectorColumn } from '../../columns/dense-vector.ts'
import { misfitError } from '../../columns/misfit.ts'
import type { SparseFloatVectorColumn } from '../../columns/sparse-float-vector.ts'
import { DataType } from '../../milvus/schema.ts'
import type { Target } from '../fields/target.ts'
import { malformed, unfit } from '../fields/trouble.ts'
import { readZigzag, toNumber, varint } from '../fields/varint.ts'
import { type AvroType, plainType } from './kinds.ts'
import type { AvroSchema } from './schema.ts'
import { block, readBlock, readInt, readLength } from './skip.ts'
import type { Read } from './values.ts'

/**
 * Vectors out of Avro. What Avro writes for `array<float>` are blocks of little-endian float32, which is what Milvus wants: a block is copied as
 * memory. So are `bytes` and `fixed`, which hold the row as Milvus takes it. Other numbers go one by one.
 *
 * undefined for types that go by way of JSON text: arrays of unions, maps for sparse vectors, base64.
 */
export function vectorReader(schema: AvroSchema, target: Target): Read | undefined {
  const type = plainType(schema)
  switch (type.is) {
    case 'bytes':
      return (bytes, _, at, end) => {
        const next = readLength(bytes, at, end)
        return next < 0 ? next : putMemory(bytes, next, varint.low, target)
      }
    case 'fixed':
      return (bytes, _, at, end) =>
        type.size > end - at ? malformed(at) : putMemory(bytes, at, at + type.size, target)
    case 'array':
      return target.field.type === DataType.SparseFloatVector
        ? undefined
        : arrayReader(plainType(type.items).is, target)
    default:
      return undefined
  }
}

function putMemory(bytes: Uint8Array, from: number, to: number, target: Target): number {
  const column = target.column as DenseVectorColumn | SparseFloatVectorColumn
  const why = column.putBytes(bytes, from, to)
  return why < 0 ? unfit(misfitError(target.field, why)) : to
}

function arrayReader(items: AvroType['is'], target: Target): Read | undefined {
  const { type } = target.field
  const takesFloats =
    type === DataType.FloatVector || type === DataType.Float16Vector || type === DataType.BFloat16Vector
  switch (items) {
    case 'float':
      return blocks(target, takesFloats ? floatBlock : eachFloat)
    case 'double':
      return blocks(target, eachDouble)
    case 'int':
      return blocks(target, eachWhole(readInt))
    case 'long':
      return blocks(target, eachWhole(readZigzag))
    default:
      return undefined
  }
}

/** Reads `block.count` elements; returns the index after them, a fault, or, for what the column does not take, `misfitBase` and the misfit. */
type ReadBlock = (bytes: Uint8Array, view: DataView, at: number, end: number, column: DenseVectorColumn) => number

/** Misfits are told from faults by being below this. */
const misfitBase = -1000

function blocks(target: Target, read: ReadBlock): Read {
  return (bytes, view, at, end) => {
    const column = target.column as DenseVectorColumn
    column.begin()
    for (;;) {
      at = readBlock(bytes, at, end)
      if (at < 0) return at
      if (block.count === 0) break
      at = read(bytes, view, at, end, column)
      if (at < misfitBase) return unfit(misfitError(target.field, at - misfitBase))
      if (at < 0) return at
    }
    const why = column.end()
    return why < 0 ? unfit(misfitError(target.field, why)) : at
  }
}

const floatBlock: ReadBlock = (bytes, _, at, end, column) => {
  if (block.count > (end - at) / 4) return malformed(at)
  const to = at + block.count * 4
  const why = column.addFloats(bytes, at, to)
  return why < 0 ? misfitBase + why : to
}

const eachFloat: ReadBlock = (_, view, at, end, column) => {
  if (block.count > (end - at) / 4) return malformed(at)
  const to = at + block.count * 4
  for (; at < to; at += 4) {
    const why = column.add(view.getFloat32(at, true))
    if (why < 0) return misfitBase + why
  }
  return to
}

const eachDouble: ReadBlock = (_, view, at, end, column) => {
  if (block.count > (end - at) / 8) return malformed(at)
  const to = at + block.count * 8
  for (; at < to; at += 8) {
    const why = column.add(view.getFloat64(at, true))
    if (why < 0) return misfitBase + why
  }
  return to
}

function eachWhole(readOne: typeof readInt): ReadBlock {
  return (bytes, _, at, end, column) => {
    for (let left = block.count; left > 0; left--) {
      at = readOne(bytes, at, end)
      if (at < 0) return at
      const why = column.add(toNumber(varint.high, varint.low))
      if (why < 0) return misfitBase + why
    }
    return at
  }
}
