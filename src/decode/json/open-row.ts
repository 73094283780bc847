import { type AnyColumn, recordFields, typeName } from '../../columns/create.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import type { CollectionSchema, Field } from '../../milvus/schema.ts'
import { decodeColumnValue } from './column-value.ts'
import { diagnose } from './diagnose.ts'
import { skipValue } from './skip.ts'

/** What the record brought for a field so far. */
const missing = 0
const given = 1
const isNull = 2
const unfit = 3

/**
 * The row that is being filled, and what the record brought for each of its fields so far.
 *
 * A value that its field refuses is noted, and the record is read on: if the text turns out not to be JSON, that is the error; and if the key comes again
 * with a value that fits, there is none, as JSON.parse would have it.
 */
export class OpenRow {
  /** Those that records bring, in the order of their ids. */
  readonly fields: readonly Field[]
  readonly idByName: ReadonlyMap<string, number>
  /** The id of a primary key that the record's value does not bring, or -1. */
  readonly elsewhere: number
  private readonly types: Int32Array
  private readonly takesNull: Uint8Array
  private readonly states: Uint8Array
  /** Where the value of an unfit field lies. */
  private readonly unfitAt: Int32Array
  private columns: readonly AnyColumn[] = []

  constructor(schema: CollectionSchema, keyElsewhere: boolean) {
    this.fields = recordFields(schema)
    this.idByName = new Map(this.fields.map(({ name }, id) => [name, id]))
    this.elsewhere = keyElsewhere ? this.fields.indexOf(schema.primaryKey) : -1
    this.types = Int32Array.from(this.fields, (field) => field.type)
    this.takesNull = Uint8Array.from(this.fields, (field) => (field.nullable || field.hasDefault ? 1 : 0))
    this.states = new Uint8Array(this.fields.length)
    this.unfitAt = new Int32Array(this.fields.length)
  }

  bind(columns: readonly AnyColumn[]): void {
    this.columns = columns
  }

  /** Forgets the last record's row. */
  begin(): void {
    for (let id = 0; id < this.states.length; id++) this.states[id] = missing
  }

  /** Takes the value at `at` for a field; returns the index after it, or a reason why it is no JSON. */
  take(id: number, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    let next = decodeColumnValue(bytes, view, at, recordEnd, level, this.types[id]!, this.columns[id]!)
    if (next >= 0) this.states[id] = given
    else {
      next = skipValue(bytes, view, at, level)
      if (next >= 0) this.refuse(id, bytes, at)
    }
    return next
  }

  /** Somebody else has put a field's value into its column. */
  give(id: number): void {
    this.states[id] = given
  }

  isMissing(id: number): boolean {
    return this.states[id] === missing
  }

  /** Puts nulls where nothing came, or says why the row cannot be. */
  finish(bytes: Uint8Array, view: DataView): RedkiteError | undefined {
    for (let id = 0; id < this.states.length; id++) {
      const state = this.states[id]!
      if (state === given || id === this.elsewhere) continue
      const field = this.fields[id]!
      if (state === unfit) return diagnose(bytes, view, this.unfitAt[id]!, field)
      if (this.takesNull[id] === 0) return failure('FIELD_MISSING', field.name, typeName(field.type))
      this.columns[id]!.putNull()
    }
    return undefined
  }

  /** The value at `at` is sound JSON, but not for this field. */
  private refuse(id: number, bytes: Uint8Array, at: number): void {
    if (bytes[at] === 110 && this.takesNull[id] === 1) {
      this.states[id] = isNull
    } else {
      this.states[id] = unfit
      this.unfitAt[id] = at
    }
  }
}
