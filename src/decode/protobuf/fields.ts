import type { BoolColumn } from '../../columns/bool.ts'
import type { DenseVectorColumn } from '../../columns/dense-vector.ts'
import { misfitError } from '../../columns/misfit.ts'
import type { SparseFloatVectorColumn } from '../../columns/sparse-float-vector.ts'
import type { TextualColumn } from '../../columns/textual.ts'
import type { RedkiteError } from '../../errors/errors.ts'
import type { DynamicText } from '../fields/dynamic-text.ts'
import { JsonText } from '../fields/json-text.ts'
import { putJson } from '../fields/put-json.ts'
import { putLong, putReal, putUnsignedLong } from '../fields/put-number.ts'
import type { Target } from '../fields/target.ts'
import { malformed, unfit } from '../fields/trouble.ts'
import { varint } from '../fields/varint.ts'
import { isReal, isUnsigned, readReal, readWhole, wholeNumber, wireOf } from './scalars.ts'
import type { Spans, WriteField } from './text.ts'
import { timestampMillis } from './timestamp.ts'
import { found, wire } from './wire.ts'

/**
 * One field of the message that is the row. The message is gone over once, in whatever order its fields come: `take` notes or copies what `found` is
 * about, and `finish` puts it into the row when all is there.
 */
export interface RowField {
  begin(): void
  /** 0 or a fault. */
  take(bytes: Uint8Array, view: DataView): number
  finish(bytes: Uint8Array, view: DataView): number
}

/** Of a oneof the last member that came counts. */
export class Oneof {
  chosen: RowField | undefined
}

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

/** Everything else: where its parts lie is noted, and at the end they are written as JSON, for a column or for the dynamic field. */
export abstract class TextField implements RowField {
  protected readonly spans: Spans = []

  constructor(
    private readonly accepts: ReadonlySet<number>,
    private readonly last: boolean,
    /** Whether a field that did not come is absent, and not its default. */
    private readonly absent: boolean,
    private readonly oneof: Oneof | undefined,
  ) {}

  begin(): void {
    this.spans.length = 0
  }

  take(): number {
    if (!this.accepts.has(found.wire)) return 0
    // A member of a oneof that comes after another one begins anew.
    if (this.last || (this.oneof !== undefined && this.oneof.chosen !== this)) this.spans.length = 0
    this.spans.push(found.from, found.to, found.wire)
    if (this.oneof !== undefined) this.oneof.chosen = this
    return 0
  }

  abstract finish(bytes: Uint8Array, view: DataView): number

  protected get isHere(): boolean {
    if (this.oneof !== undefined && this.oneof.chosen !== this) return false
    return this.spans.length > 0 || !this.absent
  }
}

const scratch = new JsonText()

export class ColumnTextField extends TextField {
  constructor(
    private readonly target: Target,
    private readonly write: WriteField,
    ...field: ConstructorParameters<typeof TextField>
  ) {
    super(...field)
  }

  finish(bytes: Uint8Array, view: DataView): number {
    if (!this.isHere) return this.target.putMissing()
    scratch.clear()
    const why = this.write(bytes, view, this.spans, 1, scratch)
    return why < 0 ? why : putJson(scratch, this.target)
  }
}

/** A Timestamp for a field of numbers: milliseconds since 1970, as Connect has them. */
export class MillisField extends TextField {
  constructor(
    private readonly target: Target,
    ...field: ConstructorParameters<typeof TextField>
  ) {
    super(...field)
  }

  finish(bytes: Uint8Array): number {
    if (!this.isHere) return this.target.putMissing()
    const millis = timestampMillis(bytes, this.spans)
    return Number.isNaN(millis) ? malformed(this.spans[0]!) : putReal(this.target, millis)
  }
}

export class DynamicField extends TextField {
  constructor(
    private readonly name: Uint8Array,
    private readonly write: WriteField,
    private readonly dynamic: DynamicText,
    ...field: ConstructorParameters<typeof TextField>
  ) {
    super(...field)
  }

  finish(bytes: Uint8Array, view: DataView): number {
    if (!this.isHere) return 0
    this.dynamic.name(this.name)
    return this.write(bytes, view, this.spans, 1, this.dynamic)
  }
}

/** A field that the collection has no place for: counted once a record. */
export class IgnoredField implements RowField {
  private came = false

  constructor(private readonly counter: { count: number }) {}

  begin(): void {
    this.came = false
  }

  take(): number {
    this.came = true
    return 0
  }

  finish(): number {
    if (this.came) this.counter.count++
    return 0
  }
}

/** A field that refuses the record when it comes: its type is none that the target takes, or it has a name that Milvus keeps. */
export class RefusedField implements RowField {
  constructor(
    private readonly error: RedkiteError,
    private readonly target?: Target,
  ) {}

  begin(): void {}

  take(): number {
    return unfit(this.error)
  }

  finish(): number {
    return this.target === undefined ? 0 : this.target.putMissing()
  }
}

/** A field of the collection that the message does not have. */
export class MissingField implements RowField {
  constructor(private readonly target: Target) {}

  begin(): void {}

  take(): number {
    return 0
  }

  finish(): number {
    return this.target.putMissing()
  }
}

function said(target: Target, why: number): number {
  return why < 0 ? unfit(misfitError(target.field, why)) : 0
}
