import type { NestedNames } from '../plan-options.ts'
import { KeyScanner } from './key-scanner.ts'
import { KeyTable } from './keys.ts'
import { notJson } from './reason.ts'
import { skipValue } from './skip.ts'
import { skipBlanks } from './whitespace.ts'

/** Takes the value at `at` for a field of the row; returns the index after it, or a reason why it is no JSON. */
export interface RowSlots {
  take(field: number, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number
}

/**
 * An object inside records of which fields are taken (`field.mapping=vec:embedding.values`): it is walked where it lies. All else in it is gone over.
 *
 * Only the common case is walked here. An object that comes twice, or that is something else, makes the whole record `declined`.
 */
export class Nest {
  private readonly keys: KeyTable
  private readonly scanner: KeyScanner
  /** By the key's id: the field, or -1 for a nest. */
  private readonly fields: Int32Array
  private readonly nests: readonly (Nest | undefined)[]
  /** Itself and those in it. */
  readonly all: readonly Nest[]
  private came = false
  private declined = false

  constructor(names: NestedNames, fieldIds: ReadonlyMap<string, number>) {
    this.keys = new KeyTable(names.size)
    for (const name of names.keys()) this.keys.addName(name)
    this.scanner = new KeyScanner(this.keys)
    this.fields = Int32Array.from(names.values(), (to) => (typeof to === 'string' ? fieldIds.get(to)! : -1))
    this.nests = Array.from(names.values(), (to) => (typeof to === 'string' ? undefined : new Nest(to, fieldIds)))
    this.all = [this, ...this.nests.flatMap((nest) => nest?.all ?? [])]
  }

  begin(): void {
    this.came = false
    this.declined = false
  }

  get isDeclined(): boolean {
    return this.declined
  }

  /** Goes into the value at `at`; returns the index after it, or a reason why it is no JSON. `level` is how many objects are open around it. */
  enter(row: RowSlots, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    const object = bytes[at] === 123
    if (this.came || !(object || bytes[at] === 110)) this.declined = true
    this.came = true
    return object ? this.walk(row, bytes, view, at, recordEnd, level + 1) : skipValue(bytes, view, at, level)
  }

  private walk(row: RowSlots, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    at = skipBlanks(bytes, at + 1)
    if (bytes[at] === 125) return at + 1
    let previous = -1
    for (;;) {
      const next = this.scanner.scanAfter(previous, bytes, view, at)
      if (next < 0) return next
      const { id } = this.scanner
      at = skipBlanks(bytes, next)
      if (bytes[at] !== 58) return notJson(at)
      at = this.value(id, row, bytes, view, skipBlanks(bytes, at + 1), recordEnd, level)
      if (at < 0) return at
      if (id >= 0) previous = id
      at = skipBlanks(bytes, at)
      if (bytes[at] === 125) return at + 1
      if (bytes[at] !== 44) return notJson(at)
      at = skipBlanks(bytes, at + 1)
    }
  }

  private value(
    id: number,
    row: RowSlots,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    recordEnd: number,
    level: number,
  ): number {
    if (id < 0) return skipValue(bytes, view, at, level)
    const field = this.fields[id]!
    if (field >= 0) return row.take(field, bytes, view, at, recordEnd, level)
    return this.nests[id]!.enter(row, bytes, view, at, recordEnd, level)
  }
}
