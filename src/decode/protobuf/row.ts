import protobuf from 'protobufjs'
import { dynamicFieldName } from '../../columns/create.ts'
import { failure } from '../../errors/errors.ts'
import { DataType } from '../../milvus/schema.ts'
import { type DynamicText, quotedName } from '../fields/dynamic-text.ts'
import { fits, isVector, type Kind, wrongKind } from '../fields/fit.ts'
import type { IgnoredFields } from '../fields/ignored-fields.ts'
import { JsonText } from '../fields/json-text.ts'
import { takesNumbers } from '../fields/put-number.ts'
import type { Place, RowFields } from '../fields/row-fields.ts'
import type { Target } from '../fields/target.ts'
import { type FlatNames, fieldsWithin, type NestedNames } from '../plan-options.ts'
import { SingleField, VectorField } from './direct-fields.ts'
import { hasPresence, isOneOfSeveral, objectType, wiresOf } from './field-traits.ts'
import { FlatCompiler } from './flat.ts'
import { isTimestamp, isTransparent } from './message-text.ts'
import { NestField, UnseenField, UntakenMember } from './nest-field.ts'
import { IgnoredField, MissingField, Oneof, RefusedField, type RowField } from './row-field.ts'
import { defaultText, isReal, scalarOf } from './scalars.ts'
import type { ProtobufMessage } from './schema.ts'
import { TextCompiler } from './text-compiler.ts'
import { CapturedField, ColumnTextField, DynamicField, MillisField } from './text-fields.ts'

/** What becomes of the fields of the row, by their numbers, and of what it does not have. */
interface RowParts {
  readonly numbered: ReadonlyMap<number, RowField>
  readonly missing: readonly RowField[]
}

/** Compiles what becomes of each field of the message that is the row. */
export class RowCompiler {
  private readonly texts = new TextCompiler()
  /** Of the message whose fields are compiled: a type that is nested twice has its oneofs twice. */
  private oneofs = new Map<protobuf.OneOf, Oneof>()

  constructor(
    private readonly fields: RowFields,
    private readonly ignored: IgnoredFields,
    private readonly dynamic: DynamicText,
    private readonly flat: FlatNames | undefined,
  ) {}

  /** By the fields' numbers, and behind them, without, the collection's fields that the message does not have. */
  row(type: ProtobufMessage): RowParts {
    if (this.flat !== undefined) return this.flatRow(type, this.flat)
    const numbered = new Map<number, RowField>()
    const missing = new Set<Target>(this.fields.expected)
    for (const field of type.fieldsArray) {
      field.resolve()
      const place = this.fields.place(field.name)
      if (place.to === 'column') missing.delete(place.target)
      if (place.to === 'nest') for (const name of fieldsWithin(place.names)) missing.delete(this.fields.target(name))
      this.field(field, field.name, place, numbered)
    }
    return { numbered, missing: [...missing].map((target) => new MissingField(target)) }
  }

  private flatRow(type: ProtobufMessage, names: FlatNames): RowParts {
    const members = new FlatCompiler(this, this.fields, names).row(type)
    if (members === undefined) return { numbered: new Map(), missing: [new UnseenField()] }
    const missing = this.fields.expected.filter((target) => !members.targets.has(target))
    return { numbered: members.numbered, missing: missing.map((target) => new MissingField(target)) }
  }

  /** Adds what becomes of one field, which is called `name`, to `numbered`. */
  field(field: protobuf.Field, name: string, place: Place, numbered: Map<number, RowField>): void {
    switch (place.to) {
      case 'column':
        numbered.set(field.id, this.column(field, place.target))
        break
      case 'dynamic': {
        const write = this.texts.field(field)
        numbered.set(field.id, new DynamicField(quotedName(place.name), write, this.dynamic, ...this.common(field)))
        break
      }
      case 'captured': {
        const write = this.texts.field(field)
        numbered.set(field.id, new CapturedField(place.into, place.which, write, ...this.common(field)))
        break
      }
      case 'nest':
        numbered.set(field.id, this.nest(field, place.names))
        break
      case 'dropped':
        this.passOver(field, numbered)
        break
      case 'ignored':
        numbered.set(field.id, new IgnoredField(this.ignored.add(name), this.oneof(field)))
        break
      case 'reserved':
        numbered.set(field.id, new RefusedField(failure('DYNAMIC_KEY_RESERVED', dynamicFieldName)))
    }
  }

  /** Compiles a message inside of the row, with its own oneofs. */
  within<T>(make: () => T): { readonly made: T; readonly oneofs: readonly Oneof[] } {
    const outer = this.oneofs
    this.oneofs = new Map()
    const made = make()
    const oneofs = this.allOneofs
    this.oneofs = outer
    return { made, oneofs }
  }

  /** The members of a oneof that are gone over for a new record. */
  get allOneofs(): readonly Oneof[] {
    return [...this.oneofs.values()]
  }

  /** A field of which fields are taken. */
  private nest(field: protobuf.Field, names: NestedNames): RowField {
    const type = objectType(field)
    if (type === undefined) return new UnseenField()
    const missing = new Map(names)
    const { made: numbered, oneofs } = this.within(() => {
      const numbered = new Map<number, RowField>()
      for (const inner of type.fieldsArray) {
        inner.resolve()
        const to = names.get(inner.name)
        missing.delete(inner.name)
        if (to === undefined) this.passOver(inner, numbered)
        else if (typeof to === 'string') numbered.set(inner.id, this.column(inner, this.fields.target(to)))
        else numbered.set(inner.id, this.nest(inner, to))
      }
      return numbered
    })
    const parts = {
      numbered,
      missing: fieldsWithin(missing).map((name) => new MissingField(this.fields.target(name))),
      oneofs,
      targets: fieldsWithin(names).map((name) => this.fields.target(name)),
    }
    return new NestField(parts, wiresOf(field), this.oneof(field))
  }

  passOver(field: protobuf.Field, numbered: Map<number, RowField>): void {
    const oneof = this.oneof(field)
    if (oneof !== undefined) numbered.set(field.id, new UntakenMember(wiresOf(field), oneof))
  }

  private column(field: protobuf.Field, target: Target): RowField {
    const kind = kindOf(field)
    const { type } = target.field
    const isMillis = !field.repeated && !field.map && isTimestampField(field) && takesNumbers(type)
    if (isMillis) return new MillisField(target, ...this.common(field))
    if (kind !== undefined && !fits(kind, target.field) && hasPresence(field)) {
      return new RefusedField(wrongKind(kind, target.field), target)
    }
    const scalar = scalarOf(field)
    if (scalar !== undefined && !field.map) {
      if (field.repeated && isDense(type) && isNumeric(scalar))
        return new VectorField(scalar, target, takesFloats(type))
      if (!field.repeated && isDirect(scalar, type)) {
        const absent = hasPresence(field) ? undefined : defaultText(field)
        if (absent !== undefined || hasPresence(field))
          return new SingleField(scalar, target, asJson(absent), this.oneof(field))
      }
    }
    return new ColumnTextField(target, this.texts.field(field), ...this.common(field))
  }

  private common(field: protobuf.Field): [ReadonlySet<number>, boolean, boolean, Oneof | undefined] {
    const last = !field.repeated && !field.map && scalarOf(field) !== undefined
    return [wiresOf(field), last, hasPresence(field), this.oneof(field)]
  }

  oneof(field: protobuf.Field): Oneof | undefined {
    if (!isOneOfSeveral(field)) return undefined
    const oneof = this.oneofs.get(field.partOf!) ?? new Oneof()
    this.oneofs.set(field.partOf!, oneof)
    return oneof
  }
}

/** What a field's values are to the collection; undefined for Value, which is of any kind. */
function kindOf(field: protobuf.Field): Kind | undefined {
  if (field.map) return 'object'
  if (field.repeated) return 'array'
  const scalar = scalarOf(field)
  if (scalar === undefined) return kindOfMessage(field.resolvedType as protobuf.Type)
  if (scalar === 'bool') return 'boolean'
  if (scalar === 'string' || scalar === 'enum') return 'text'
  if (scalar === 'bytes') return 'bytes'
  return isReal(scalar) ? 'real' : 'integer'
}

function kindOfMessage(type: ProtobufMessage): Kind | undefined {
  if (isTimestamp(type)) return 'text'
  if (!isTransparent(type)) return 'object'
  return type.fieldsArray.length === 1 ? kindOf(type.fieldsArray[0]!.resolve()) : undefined
}

function isTimestampField(field: protobuf.Field): boolean {
  return field.resolvedType instanceof protobuf.Type && isTimestamp(field.resolvedType)
}

const isDense = (type: number): boolean => isVector(type) && type !== DataType.SparseFloatVector

const isNumeric = (scalar: string): boolean =>
  scalar !== 'string' && scalar !== 'bytes' && scalar !== 'bool' && scalar !== 'enum'

const takesFloats = (type: number): boolean =>
  type === DataType.FloatVector || type === DataType.Float16Vector || type === DataType.BFloat16Vector

/** Whether `SingleField` knows the way. */
function isDirect(scalar: string, type: number): boolean {
  if (scalar === 'string') return type === DataType.VarChar
  if (scalar === 'bytes') return isVector(type)
  if (scalar === 'bool') return type === DataType.Bool
  return isNumeric(scalar) && takesNumbers(type)
}

function asJson(text: string | undefined): JsonText | undefined {
  if (text === undefined) return undefined
  const json = new JsonText()
  json.raw(text)
  json.terminate()
  return json
}
