import type { RowFields } from '../fields/row-fields.ts'
import type { Target } from '../fields/target.ts'
import { type FlatNames, joinedName } from '../plan-options.ts'
import { type AvroField, typeOf } from './kinds.ts'
import type { RowCompiler } from './row.ts'
import type { AvroSchema } from './schema.ts'
import { inOrder, missingReader, type Read, unionReader, unseen } from './values.ts'

/** Records may lie in records, each of them twice: more fields than this are for JSON text. */
const fieldsMax = 4096

/** How a part of the row is read, and what it brings in one record or another. */
interface Part {
  readonly read: Read
  readonly names: ReadonlySet<string>
  readonly targets: ReadonlySet<Target>
}

/**
 * Compiles how a row is read whose fields lie in records inside of it as well (`Flatten`). Of maps, whose names nobody knows before, and of records within themselves the record
 * is for others to read; and so is each where two fields come to have one name.
 */
export class FlatCompiler {
  private count = 0

  constructor(
    private readonly rows: RowCompiler,
    private readonly fields: RowFields,
    private readonly names: FlatNames,
  ) {}

  record(fields: readonly AvroField[]): Read {
    const part = this.members(fields, this.names.prefix, [], (name) => this.names.nameOf(name))
    if (part === undefined) return unseen
    const missing = this.fields.expected.filter((target) => !part.targets.has(target))
    return inOrder([part.read, ...missing.map(missingReader)])
  }

  /** undefined where names meet, or are too many. */
  private members(
    fields: readonly AvroField[],
    prefix: string,
    around: readonly AvroSchema[],
    nameOf: (field: string) => string | undefined,
  ): Part | undefined {
    const reads: Read[] = []
    const names = new Set<string>()
    const targets = new Set<Target>()
    for (const { name, type } of fields) {
      const given = nameOf(name)
      if (given === undefined) {
        reads.push(this.rows.skip(type))
        continue
      }
      const part = this.value(joinedName(this.names, prefix, given), type, around)
      if (part === undefined || !names.isDisjointFrom(part.names) || ++this.count > fieldsMax) return undefined
      for (const each of part.names) names.add(each)
      for (const each of part.targets) targets.add(each)
      reads.push(part.read)
    }
    return { read: inOrder(reads), names, targets }
  }

  private value(name: string, schema: AvroSchema, around: readonly AvroSchema[]): Part | undefined {
    const type = typeOf(schema)
    if (type.is === 'map' || (type.is === 'record' && around.includes(schema))) return nobodyKnows
    if (type.is === 'record') return this.members(type.fields, name, [...around, schema], (field) => field)
    if (type.is === 'union' && type.branches.some(isObject)) return this.union(name, type.branches, around)
    const place = this.fields.place(name)
    const targets = new Set(place.to === 'column' ? [place.target] : [])
    return { read: this.rows.field(name, schema, place), names: new Set([name]), targets }
  }

  private union(name: string, branches: readonly AvroSchema[], around: readonly AvroSchema[]): Part | undefined {
    const parts: Part[] = []
    for (const branch of branches) {
      const part = this.value(name, branch, around)
      if (part === undefined) return undefined
      parts.push(part)
    }
    const targets = new Set(parts.flatMap((part) => [...part.targets]))
    const reads = parts.map(({ read, targets: own }) => {
      return inOrder([read, ...[...targets.difference(own)].map(missingReader)])
    })
    return { read: unionReader(reads), names: new Set(parts.flatMap((part) => [...part.names])), targets }
  }
}

const isObject = (schema: AvroSchema): boolean => ['record', 'map'].includes(typeOf(schema).is)

const nobodyKnows: Part = { read: unseen, names: new Set(), targets: new Set() }
