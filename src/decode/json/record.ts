import type { ColumnBatch } from '../../columns/batch.ts'
import { dynamicFieldName } from '../../columns/create.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import type { CollectionSchema } from '../../milvus/schema.ts'
import type { CapturedFields } from '../fields/captured-fields.ts'
import { InsertedTargets } from '../fields/inserted-targets.ts'
import { JsonText } from '../fields/json-text.ts'
import { RowPlaces } from '../fields/row-places.ts'
import { trouble } from '../fields/trouble.ts'
import type { PlanOptions } from '../plan-options.ts'
import { DynamicRow } from './dynamic.ts'
import { FieldIds } from './field-ids.ts'
import type { FlatLeaf } from './flat-leaf.ts'
import { FlatRow } from './flat-row.ts'
import { IgnoredKeys } from './ignored.ts'
import { KeyScanner } from './key-scanner.ts'
import type { KeyTable } from './keys.ts'
import { Nest } from './nest.ts'
import { OpenRow } from './open-row.ts'
import { notJson } from './reason.ts'
import { skipValue } from './skip.ts'
import { skipBlanks } from './whitespace.ts'

export type WalkerOptions = Omit<PlanOptions, 'path' | 'event'>

/** Walks one JSON object and fills a row of the batch from what its keys lead to. */
export class RecordWalker {
  readonly ignored: IgnoredKeys
  readonly row: OpenRow
  private readonly ids: FieldIds
  private readonly keys: KeyTable
  private readonly scanner: KeyScanner
  private readonly dynamic: DynamicRow | undefined
  /** Ids from here on are names that are no field of a record. */
  private readonly fieldsEnd: number
  /** The id of `$meta`, or -1 where it means nothing. */
  private readonly reserved: number
  private reservedSeen = false
  /** By their ids, from `ids.aliasesEnd` on. */
  private readonly nests: readonly Nest[]
  private readonly allNests: readonly Nest[]
  private readonly inserted: InsertedTargets | undefined
  private readonly captured: CapturedFields | undefined
  private readonly insertedText = new JsonText()
  private readonly flat: FlatRow | undefined

  constructor(schema: CollectionSchema, options: WalkerOptions) {
    const keyElsewhere = options.keyElsewhere === true
    this.row = new OpenRow(schema, keyElsewhere)
    const { fields, elsewhere } = this.row
    const withheld = schema.fields.filter((field) => !field.dynamic && !fields.includes(field))
    const names = withheld.map((field) => field.name)
    this.ids = new FieldIds(fields, elsewhere, names, options)
    this.keys = this.ids.keys
    this.reserved = schema.dynamicField ? this.keys.addName(dynamicFieldName) : -1
    this.fieldsEnd = this.ids.fieldsEnd
    this.ignored = new IgnoredKeys(this.keys, this.fieldsEnd)
    this.scanner = new KeyScanner(this.keys)
    this.dynamic = schema.dynamicField ? new DynamicRow() : undefined
    this.nests = Array.from(options.nests?.values() ?? [], (within) => new Nest(within, this.row))
    this.allNests = this.nests.flatMap((nest) => nest.all)
    this.captured = options.inserted?.captured
    if (options.inserted !== undefined) {
      this.inserted = new InsertedTargets(options.inserted, new RowPlaces(schema, keyElsewhere))
    }
    this.flat = options.flat && new FlatRow(this, options.flat, this.keys, schema.dynamicField)
  }

  bind(batch: ColumnBatch): void {
    this.row.bind(batch.fields)
    this.inserted?.bind(batch.fields)
  }

  /** Walks the object whose `{` is at `at`; returns the index after its `}`, or a reason why this is not JSON. `level` counts this object. */
  walk(bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    this.begin()
    return this.walkFields(bytes, view, at, recordEnd, level)
  }

  /** Forgets the last record's row. */
  begin(): void {
    this.row.begin()
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
        next = this.row.take(field, bytes, view, at, recordEnd, level)
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

  /** Takes a field of a flattened row; returns the index after its value at `at`, or a reason why it is no JSON. */
  takeLeaf(leaf: FlatLeaf, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    const field = leaf.id >= this.fieldsEnd && leaf.id < this.ids.aliasesEnd ? this.ids.fieldOf(leaf.id) : leaf.id
    if (field >= 0 && field < this.fieldsEnd) {
      // Two ways lead to it, and of what the record has on both the one counts that comes later, of names that come twice perhaps.
      if (!this.row.isMissing(field)) this.flat!.decline()
      return this.row.take(field, bytes, view, at, recordEnd, level)
    }
    const next = skipValue(bytes, view, at, level)
    if (next < 0) return next
    if (leaf.id >= this.ids.nestsEnd && leaf.id < this.ids.capturedEnd) {
      this.captured!.take(leaf.id - this.ids.nestsEnd, bytes, at, next)
    } else this.takeUnknownLeaf(leaf, at, next)
    return next
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
      for (let i = 0; i < inserted.targets.length; i++) this.row.give(inserted.targets[i]!.id)
    }
    const error = this.row.finish(bytes, view)
    if (error !== undefined) return error
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
