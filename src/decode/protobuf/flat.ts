import protobuf from 'protobufjs'
import type { RowFields } from '../fields/row-fields.ts'
import type { Target } from '../fields/target.ts'
import { fault } from '../fields/trouble.ts'
import { type FlatNames, joinedName } from '../plan-options.ts'
import { objectType, wiresOf } from './field-traits.ts'
import { NestField } from './nest-field.ts'
import type { RowCompiler } from './row.ts'
import type { RowField } from './row-field.ts'
import type { ProtobufMessage } from './schema.ts'

/** Messages may lie in messages, each of them twice: more fields than this are for JSON text. */
const fieldsMax = 4096

/** What a part of the row brings in one record or another. */
interface Part {
  readonly names: ReadonlySet<string>
  readonly targets: ReadonlySet<Target>
}

interface Members extends Part {
  readonly numbered: ReadonlyMap<number, RowField>
}

const nothing: Part = { names: new Set(), targets: new Set() }

/**
 * Compiles what becomes of the fields of a row that lie in messages inside of it as well (`Flatten`). Where a map comes, or another object whose names nobody knows
 * before, or a message within itself, the record goes over JSON text.
 */
export class FlatCompiler {
  private count = 0

  constructor(
    private readonly rows: RowCompiler,
    private readonly fields: RowFields,
    private readonly names: FlatNames,
  ) {}

  /** undefined where two fields come to have one name, or they are too many. */
  row(type: ProtobufMessage): Members | undefined {
    return this.members(type, this.names.prefix, [type], (field) => this.names.nameOf(field))
  }

  private members(
    type: ProtobufMessage,
    prefix: string,
    around: readonly ProtobufMessage[],
    nameOf: (field: string) => string | undefined,
  ): Members | undefined {
    const numbered = new Map<number, RowField>()
    const names = new Set<string>()
    const targets = new Set<Target>()
    for (const field of type.fieldsArray) {
      field.resolve()
      const given = nameOf(field.name)
      if (given === undefined) {
        this.rows.passOver(field, numbered)
        continue
      }
      const part = this.value(joinedName(this.names, prefix, given), field, around, numbered)
      if (part === undefined || !names.isDisjointFrom(part.names) || ++this.count > fieldsMax) return undefined
      for (const each of part.names) names.add(each)
      for (const each of part.targets) targets.add(each)
    }
    return { numbered, names, targets }
  }

  /** Adds what becomes of one field to `numbered`. */
  private value(
    name: string,
    field: protobuf.Field,
    around: readonly ProtobufMessage[],
    numbered: Map<number, RowField>,
  ): Part | undefined {
    const inner = objectType(field)
    if (isOpen(field) || (inner !== undefined && around.includes(inner))) {
      numbered.set(field.id, new UnknownObject())
      return nothing
    }
    if (inner !== undefined) {
      const { made, oneofs } = this.rows.within(() => this.members(inner, name, [...around, inner], (each) => each))
      if (made === undefined) return undefined
      const parts = { numbered: made.numbered, missing: [], oneofs, targets: [...made.targets] }
      numbered.set(field.id, new NestField(parts, wiresOf(field), this.rows.oneof(field)))
      return made
    }
    const place = this.fields.place(name)
    this.rows.field(field, name, place, numbered)
    return { names: new Set([name]), targets: new Set(place.to === 'column' ? [place.target] : []) }
  }
}

/** Whether its JSON may be an object of names that the schema does not say. */
function isOpen({ map, repeated, resolvedType }: protobuf.Field): boolean {
  const name = resolvedType instanceof protobuf.Type ? resolvedType.fullName : ''
  return map || (!repeated && (name === '.google.protobuf.Struct' || name === '.google.protobuf.Value'))
}

/** Nobody has said what is in it: a record that has one goes over JSON text. */
class UnknownObject implements RowField {
  begin(): void {}

  take(): number {
    return fault.unseen
  }

  finish(): number {
    return 0
  }
}
