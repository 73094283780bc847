import { dynamicFieldName } from '../../columns/create.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import type { CapturedFields } from '../fields/captured-fields.ts'
import { type DynamicText, quotedName } from '../fields/dynamic-text.ts'
import type { IgnoredFields } from '../fields/ignored-fields.ts'
import type { Place, RowFields } from '../fields/row-fields.ts'
import type { Target } from '../fields/target.ts'
import { fault, unfit } from '../fields/trouble.ts'
import { type FlatNames, fieldsWithin, type NestedNames } from '../plan-options.ts'
import { FlatCompiler } from './flat.ts'
import { type AvroField, type AvroType, typeOf } from './kinds.ts'
import type { OuterCompiler } from './outer.ts'
import type { AvroSchema } from './schema.ts'
import { SkipCompiler } from './skip.ts'
import { TextCompiler } from './text.ts'
import { inOrder, missingReader, type Read, unionReader, unseen, valueReader } from './values.ts'

/** Compiles how the record that is the row is read: each of its fields goes to a column, into the dynamic field's text, or is gone over. */
export class RowCompiler {
  private readonly skips = new SkipCompiler()
  private readonly texts = new TextCompiler()

  constructor(
    private readonly fields: RowFields,
    private readonly ignored: IgnoredFields,
    private readonly dynamic: DynamicText,
    private readonly flat: FlatNames | undefined,
  ) {}

  /** What leads from this type to the row is for `outer`. Throws RECORD_NOT_ROW where no record is. */
  row(schema: AvroSchema, outer: OuterCompiler | undefined): Read {
    const type = typeOf(schema)
    if (type.is === 'union') {
      if (!type.branches.some((branch) => typeOf(branch).is === 'record')) throw notRow(type)
      return unionReader(type.branches.map((branch) => this.branch(branch, outer)))
    }
    if (type.is !== 'record') throw notRow(type)
    return outer === undefined ? this.record(type.fields) : outer.outer(type.fields, 0)
  }

  private branch(schema: AvroSchema, outer: OuterCompiler | undefined): Read {
    const type = typeOf(schema)
    if (type.is === 'null') return () => fault.nullValue
    if (type.is === 'record') return this.row(schema, outer)
    const error = notRow(type)
    return () => unfit(error)
  }

  /** The record that is the row. */
  record(fields: readonly AvroField[]): Read {
    if (this.flat !== undefined) return new FlatCompiler(this, this.fields, this.flat).record(fields)
    const missing = new Set<Target>(this.fields.expected)
    const reads = fields.map(({ name, type }) => {
      const place = this.fields.place(name)
      if (place.to === 'column') missing.delete(place.target)
      if (place.to === 'nest') for (const field of fieldsWithin(place.names)) missing.delete(this.fields.target(field))
      return this.field(name, type, place)
    })
    return inOrder([...reads, ...[...missing].map(missingReader)])
  }

  /** A field of which fields are taken. What leads through something else than a record goes over JSON text. */
  nest(schema: AvroSchema, names: NestedNames): Read {
    const type = typeOf(schema)
    const absent = inOrder(fieldsWithin(names).map((field) => missingReader(this.fields.target(field))))
    if (type.is === 'null') return absent
    if (type.is === 'union') return unionReader(type.branches.map((branch) => this.nest(branch, names)))
    if (type.is !== 'record') return unseen
    const missing = new Map(names)
    const reads = type.fields.map((field) => {
      const to = names.get(field.name)
      if (to === undefined) return this.skip(field.type)
      missing.delete(field.name)
      return typeof to === 'string' ? this.value(field.type, this.fields.target(to)) : this.nest(field.type, to)
    })
    const others = fieldsWithin(missing).map((field) => missingReader(this.fields.target(field)))
    return inOrder([...reads, ...others])
  }

  value(type: AvroSchema, target: Target): Read {
    return valueReader(type, target, this.texts)
  }

  /** A field of the row. */
  field(name: string, type: AvroSchema, place: Place): Read {
    switch (place.to) {
      case 'column':
        return this.value(type, place.target)
      case 'nest':
        return this.nest(type, place.names)
      case 'dynamic':
        return this.dynamicValue(place.name, type)
      case 'captured':
        return this.captured(type, place.into, place.which)
      case 'reserved':
        return () => unfit(failure('DYNAMIC_KEY_RESERVED', dynamicFieldName))
      case 'dropped':
        return this.skip(type)
      case 'ignored': {
        const counter = this.ignored.add(name)
        const skip = this.skip(type)
        return (bytes, view, at, end) => {
          counter.count++
          return skip(bytes, view, at, end)
        }
      }
    }
  }

  private dynamicValue(name: string, schema: AvroSchema): Read {
    const quoted = quotedName(name)
    const write = this.texts.write(schema)
    const { dynamic } = this
    return (bytes, view, at, end) => {
      dynamic.name(quoted)
      return write(bytes, view, at, end, 1, dynamic)
    }
  }

  private captured(schema: AvroSchema, into: CapturedFields, which: number): Read {
    const write = this.texts.write(schema)
    return (bytes, view, at, end) => {
      into.name(which)
      return write(bytes, view, at, end, 1, into.text)
    }
  }

  skip(schema: AvroSchema): Read {
    const skip = this.skips.skip(schema)
    return (bytes, _, at, end) => skip(bytes, at, end, 1)
  }
}

function notRow(type: AvroType): RedkiteError {
  return failure('RECORD_NOT_ROW', type.is === 'logical' ? `a ${type.kind}` : `a value of type ${type.is}`)
}
