import type { ColumnBatch } from '../../columns/batch.ts'
import { type AnyColumn, dynamicFieldName, recordFields, typeName } from '../../columns/create.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import type { CollectionSchema, Field } from '../../milvus/schema.ts'
import type { CapturedFields } from '../fields/captured-fields.ts'
import { InsertedTargets } from '../fields/inserted-targets.ts'
import { JsonText } from '../fields/json-text.ts'
import { RowPlaces } from '../fields/row-places.ts'
import { trouble } from '../fields/trouble.ts'
import type { PlanOptions } from '../plan-options.ts'
import { decodeColumnValue } from './column-value.ts'
import { diagnose } from './diagnose.ts'
import { DynamicRow } from './dynamic.ts'
import { FieldIds } from './field-ids.ts'
import type { FlatLeaf } from './flat-leaf.ts'
import { FlatRow, type FlatSlots } from './flat-row.ts'
import { IgnoredKeys } from './ignored.ts'
import { KeyScanner } from './key-scanner.ts'
import type { KeyTable } from './keys.ts'
import { Nest, type RowSlots } from './nest.ts'
import { notJson } from './reason.ts'
import { skipValue } from './skip.ts'
import { skipBlanks } from './whitespace.ts'

/** What the record brought for a field so far. */
const missing = 0
const given = 1
const isNull = 2
const unfit = 3

export type WalkerOptions = Omit<PlanOptions, 'path' | 'event'>

/**
 * Walks one JSON object and fills a row of the batch from it.
 *
 * A value that its field refuses is noted, and the walk goes on: if the text turns out not to be JSON, that is the error; and if the key comes again
 * with a value that fits, there is none, as JSON.parse would have it.
 */
export class RecordWalker implements RowSlots, FlatSlots {
  readonly ignored: IgnoredKeys
  private readonly fields: readonly Field[]
  private readonly types: Int32Array
  private readonly ids: FieldIds
  private readonly keys: KeyTable
  private readonly scanner: KeyScanner
  private readonly dynamic: DynamicRow | undefined
  /** Ids from here on are names that are no field of a record. */
  private readonly fieldsEnd: number
  /** The id of `$meta`, or -1 where it means nothing. */
  private readonly reserved: number
  private readonly takesNull: Uint8Array
  /** The id of a primary key that the record's value does not bring, or -1. */
  private readonly elsewhere: number
  private readonly states: Uint8Array
  /** Where the value of an unfit field lies. */
  private readonly unfitAt: Int32Array
  private columns: readonly AnyColumn[] = []
  private reservedSeen = false
  /** By their ids, from `ids.aliasesEnd` on. */
  private readonly nests: readonly Nest[]
  private readonly allNests: readonly Nest[]
  private readonly inserted: InsertedTargets | undefined
  private readonly captured: CapturedFields | undefined
  private readonly insertedText = new JsonText()
  private readonly flat: FlatRow | undefined
  /** The ids of the collection's fields by their names. */
  readonly fieldIds: ReadonlyMap<string, number>

  constructor(schema: CollectionSchema, options: WalkerOptions) {
    this.fields = recordFields(schema)
    this.elsewhere = options.keyElsewhere === true ? this.fields.indexOf(schema.primaryKey) : -1
    const withheld = schema.fields.filter((field) => !field.dynamic && !this.fields.includes(field))
    const names = withheld.map((field) => field.name)
    this.ids = new FieldIds(this.fields, this.elsewhere, names, options)
    this.keys = this.ids.keys
    const count = this.ids.fieldsEnd
    this.reserved = schema.dynamicField ? this.keys.addName(dynamicFieldName) : -1
    this.fieldsEnd = count
    this.ignored = new IgnoredKeys(this.keys, count)
    this.scanner = new KeyScanner(this.keys)
    this.dynamic = schema.dynamicField ? new DynamicRow() : undefined
    this.types = Int32Array.from(this.fields, (field) => field.type)
    this.takesNull = Uint8Array.from(this.fields, (field) => (field.nullable || field.hasDefault ? 1 : 0))
    this.states = new Uint8Array(count)
    this.unfitAt = new Int32Array(count)
    this.fieldIds = new Map(this.fields.map(({ name }, id) => [name, id]))
    this.nests = Array.from(options.nests?.values() ?? [], (within) => new Nest(within, this))
    this.allNests = this.nests.flatMap((nest) => nest.all)
    this.captured = options.inserted?.captured
    if (options.inserted !== undefined) {
      this.inserted = new InsertedTargets(options.inserted, new RowPlaces(schema, options.keyElsewhere === true))
    }
    this.flat = options.flat && new FlatRow(this, options.flat, this.keys, schema.dynamicField)
  }

  bind(batch: ColumnBatch): void {
    this.columns = batch.fields
    this.inserted?.bind(batch.fields)
  }

  /** Walks the object whose `{` is at `at`; returns the index after its `}`, or a reason why this is not JSON. `level` counts this object. */
  walk(bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    this.begin()
    return this.walkFields(bytes, view, at, recordEnd, level)
  }

  /** Forgets the last record's row. */
  begin(): void {
    for (let id = 0; id < this.fieldsEnd; id++) this.states[id] = missing
    this.reservedSeen = false
    if (this.dynamic !== undefined) this.dynamic.begin()
    if (this.captured !== undefined) this.captured.begin()
    for (let i = 0; i < this.allNests.length; i++) this.allNests[i]!.begin()
    if (this.flat !== undefined) this.flat.begin()
  }

  /** `walk`, for a row of which something may have been taken already. */
  walkFields(bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    if (this.flat !== undefined) return this.flat.outermost.walkFields(bytes, view, at, recordEnd, level)
    at = skipBlanks(bytes, at + 1)
    if (bytes[at] === 125) return at + 1
    let previous = -1
    for (;;) {
      const key = at
      // What `scanAfter` tries first, tried here: by way of `scanner.id` a record of short fields takes 1 % longer (bench/decode).
      let id = this.keys.after(previous)
      let next = id < 0 ? -1 : this.keys.match(id, bytes, view, at)
      if (next < 0) {
        next = this.scanner.scanAfter(previous, bytes, view, at)
        if (next < 0) return next
        id = this.scanner.id
      }
      if (bytes[next] !== 58) {
        next = skipBlanks(bytes, next)
        if (bytes[next] !== 58) return notJson(next)
      }
      at = next + 1
      if (bytes[at] === 32) at++
      if (bytes[at]! <= 32) at = skipBlanks(bytes, at)
      const field = id < this.fieldsEnd || id >= this.ids.aliasesEnd ? id : this.ids.fieldOf(id)
      if (field >= 0 && field < this.fieldsEnd) {
        next = this.take(field, bytes, view, at, recordEnd, level)
        if (next < 0) return next
      } else {
        next =
          id >= this.ids.aliasesEnd && id < this.ids.nestsEnd
            ? this.nests[id - this.ids.aliasesEnd]!.enter(bytes, view, at, recordEnd, level)
            : skipValue(bytes, view, at, level)
        if (next < 0) return next
        if (id >= this.ids.nestsEnd && id < this.ids.capturedEnd) {
          this.captured!.take(id - this.ids.nestsEnd, bytes, at, next)
        } else id = this.takeUnknown(id, key, at, next)
      }
      if (id >= 0) previous = id
      at = next
      let c = bytes[at]!
      if (c <= 32) {
        at = skipBlanks(bytes, at)
        c = bytes[at]!
      }
      if (c === 125) return at + 1
      if (c !== 44) return notJson(at)
      at++
      if (bytes[at] === 32) at++
      if (bytes[at]! <= 32) at = skipBlanks(bytes, at)
    }
  }

  take(field: number, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    let next = decodeColumnValue(bytes, view, at, recordEnd, level, this.types[field]!, this.columns[field]!)
    if (next >= 0) this.states[field] = given
    else {
      next = skipValue(bytes, view, at, level)
      if (next >= 0) this.refuse(field, bytes, at)
    }
    return next
  }

  /** The same for what a flattened row has under the name of `leaf`. */
  takeLeaf(leaf: FlatLeaf, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    const field = leaf.id >= this.fieldsEnd && leaf.id < this.ids.aliasesEnd ? this.ids.fieldOf(leaf.id) : leaf.id
    if (field >= 0 && field < this.fieldsEnd) {
      // Two ways lead to it, and of what the record has on both the one counts that comes later, of names that come twice perhaps.
      if (this.states[field] !== missing) this.flat!.decline()
      return this.take(field, bytes, view, at, recordEnd, level)
    }
    const next = skipValue(bytes, view, at, level)
    if (next < 0) return next
    if (leaf.id >= this.ids.nestsEnd && leaf.id < this.ids.capturedEnd) {
      this.captured!.take(leaf.id - this.ids.nestsEnd, bytes, at, next)
    } else this.takeUnknownLeaf(leaf, at, next)
    return next
  }

  /** Whether nothing came for a field so far. */
  isMissing(field: number): boolean {
    return this.states[field] === missing
  }

  /** Ends what `walk` began, before `finish`; true where the record that was walked has to go over JSON text. */
  declines(): boolean {
    if (this.inserted?.change() === false || this.flat?.isDeclined === true) return true
    for (let i = 0; i < this.allNests.length; i++) if (this.allNests[i]!.isDeclined) return true
    return false
  }

  /** Counts the row that `walk` filled, or says why it cannot be. `recordBytes` bounds what the dynamic field may take. */
  finish(bytes: Uint8Array, view: DataView, batch: ColumnBatch, recordBytes: number): RedkiteError | undefined {
    const { inserted } = this
    if (inserted !== undefined) {
      if (inserted.put() < 0) return trouble.error
      for (let i = 0; i < inserted.targets.length; i++) this.states[inserted.targets[i]!.id] = given
    }
    for (let id = 0; id < this.fieldsEnd; id++) {
      const state = this.states[id]!
      if (state === given || id === this.elsewhere) continue
      const field = this.fields[id]!
      if (state === unfit) return diagnose(bytes, view, this.unfitAt[id]!, field)
      if (this.takesNull[id] === 0) return failure('FIELD_MISSING', field.name, typeName(field.type))
      this.columns[id]!.putNull()
    }
    if (this.reservedSeen) return failure('DYNAMIC_KEY_RESERVED', dynamicFieldName)
    if (this.dynamic !== undefined) {
      const { insertedText } = this
      insertedText.clear()
      inserted?.addOthers(insertedText, 0)
      this.dynamic.write(batch.dynamic!, bytes, recordBytes, insertedText)
    }
    batch.commit()
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

  /** A key that is no field; returns the id to predict the next key by. */
  private takeUnknown(id: number, key: number, at: number, next: number): number {
    if (id >= 0 && id === this.reserved) this.reservedSeen = !this.ids.leaveOutOthers
    else if (id >= 0) {
      if (id >= this.ids.quietEnd) this.ignored.count(id)
    } else if (!this.ids.leaveOutOthers) {
      const scanner = this.scanner
      if (this.dynamic === undefined) return this.ignored.countNew(scanner.name, scanner.nameFrom, scanner.nameTo)
      this.dynamic.add(scanner.name, scanner.nameFrom, scanner.nameTo, key, scanner.keyEnd, at, next)
    }
    return id
  }

  private takeUnknownLeaf(leaf: FlatLeaf, at: number, next: number): void {
    const { name, quoted } = leaf
    // Another leaf of this name may have been counted since.
    if (leaf.id < 0) leaf.id = this.keys.find(name, 0, name.length)
    if (leaf.id >= 0) this.takeUnknown(leaf.id, 0, at, next)
    else if (!this.ids.leaveOutOthers) {
      if (this.dynamic === undefined) leaf.id = this.ignored.countNew(name, 0, name.length)
      else this.dynamic.addNamed(name, quoted, at, next)
    }
  }
}
