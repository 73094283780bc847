import type { BoolColumn } from '../../columns/bool.ts'
import type { DenseVectorColumn } from '../../columns/dense-vector.ts'
import { misfitError } from '../../columns/misfit.ts'
import type { SparseFloatVectorColumn } from '../../columns/sparse-float-vector.ts'
import type { TextualColumn } from '../../columns/textual.ts'
import type { JsonText } from '../fields/json-text.ts'
import { putJson } from '../fields/put-json.ts'
import { putLong, putReal, putUnsignedLong } from '../fields/put-number.ts'
import type { Target } from '../fields/target.ts'
import { malformed, unfit } from '../fields/trouble.ts'
import { varint } from '../fields/varint.ts'
import type { Oneof, RowField } from './row-field.ts'
import { isReal, isUnsigned, readReal, readWhole, wholeNumber, wireOf } from './scalars.ts'
import { found, wire } from './wire.ts'

/** A number, boolean, text or bytes with a way of its own into the column: where it lies is noted, and the last one is read at the end. */
export class SingleField implements RowField {
  private from = -1
  private to = 0
  private readonly wire: number

  constructor(
    private readonly type: string,
    private readonly target: Target,
    /** The default as JSON, of a field that then is never absent. */
    private readonly absent: JsonText | undefined,
    private readonly oneof: Oneof | undefined,
  ) {
    this.wire = wireOf[type]!
  }

  begin(): void {
    this.from = -1
  }

  take(): number {
    if (found.wire !== this.wire) return 0
    this.from = found.from
    this.to = found.to
    if (this.oneof !== undefined) this.oneof.chosen = this
    return 0
  }

  finish(bytes: Uint8Array, view: DataView): number {
    const { from, to, target, oneof } = this
    if (from < 0 || (oneof !== undefined && oneof.chosen !== this)) {
      if (this.absent === undefined || (this.type === 'bytes' && target.takesNull)) return target.putMissing()
      return putJson(this.absent, target)
    }
    switch (this.type) {
      case 'float':
      case 'double':
        return putReal(target, readReal(view, from, this.type))
      case 'string':
        return said(target, (target.column as TextualColumn).putUtf8(bytes, from, to))
      case 'bytes':
        if (from === to && target.takesNull) return target.putNull()
        return said(target, (target.column as DenseVectorColumn | SparseFloatVectorColumn).putBytes(bytes, from, to))
    }
    readWhole(bytes, view, from, to, this.type)
    if (this.type === 'bool') {
      const column = target.column as BoolColumn
      column.put(varint.low === 1)
      return 0
    }
    return isUnsigned(this.type)
      ? putUnsignedLong(target, varint.high, varint.low)
      : putLong(target, varint.high, varint.low)
  }
}

/** Repeated numbers into a vector: what is packed as float32 is copied as memory, other numbers go one by one. */
export class VectorField implements RowField {
  private any = false
  private readonly wire: number

  constructor(
    private readonly type: string,
    private readonly target: Target,
    /** Whether the column takes float32 memory. */
    private readonly takesFloats: boolean,
  ) {
    this.wire = wireOf[type]!
  }

  begin(): void {
    this.any = false
  }

  take(bytes: Uint8Array, view: DataView): number {
    const packed = found.wire === wire.bytes
    if (!packed && found.wire !== this.wire) return 0
    const { from, to } = found
    if (from === to) return 0
    const column = this.target.column as DenseVectorColumn
    if (!this.any) column.begin()
    this.any = true
    if (this.type === 'float' && this.takesFloats) {
      if (((to - from) & 3) !== 0) return malformed(from)
      return said(this.target, column.addFloats(bytes, from, to))
    }
    for (let at = from; at < to; ) {
      let value: number
      if (isReal(this.type)) {
        const size = this.type === 'float' ? 4 : 8
        if (to - at < size) return malformed(at)
        value = readReal(view, at, this.type)
        at += size
      } else {
        at = readWhole(bytes, view, at, to, this.type)
        if (at < 0) return at
        value = wholeNumber(this.type)
      }
      const why = column.add(value)
      if (why < 0) return said(this.target, why)
    }
    return 0
  }

  finish(): number {
    const { target } = this
    const column = target.column as DenseVectorColumn
    if (!this.any) {
      // A list that is empty and one that did not come are one.
      if (target.takesNull) return target.putNull()
      column.begin()
    }
    return said(target, column.end())
  }
}

function said(target: Target, why: number): number {
  return why < 0 ? unfit(misfitError(target.field, why)) : 0
}
