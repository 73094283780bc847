import type { NestedNames } from '../plan-options.ts'
import { KeyTable } from './keys.ts'
import { ObjectWalker } from './object-walker.ts'
import type { OpenRow } from './open-row.ts'
import { skipValue } from './skip.ts'

/**
 * An object inside records of which fields are taken (`field.mapping=vec:embedding.values`): it is walked where it lies. All else in it is gone over.
 *
 * Only the common case is walked here. An object that comes twice, or that is something else, makes the whole record `declined`.
 */
export class Nest extends ObjectWalker {
  /** By the key's id: the field, or -1 for a nest. */
  private readonly fields: Int32Array
  private readonly nests: readonly (Nest | undefined)[]
  /** Itself and those in it. */
  readonly all: readonly Nest[]
  private came = false
  private declined = false

  constructor(
    names: NestedNames,
    private readonly row: OpenRow,
  ) {
    super(new KeyTable(names.size))
    for (const name of names.keys()) this.keys.addName(name)
    this.fields = Int32Array.from(names.values(), (to) => (typeof to === 'string' ? row.idByName.get(to)! : -1))
    this.nests = Array.from(names.values(), (to) => (typeof to === 'string' ? undefined : new Nest(to, row)))
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
  enter(bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    const object = bytes[at] === 123
    if (this.came || !(object || bytes[at] === 110)) this.declined = true
    this.came = true
    return object ? this.walkFields(bytes, view, at, recordEnd, level + 1) : skipValue(bytes, view, at, level)
  }

  protected take(id: number, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    if (id < 0) return skipValue(bytes, view, at, level)
    const field = this.fields[id]!
    if (field >= 0) return this.row.take(field, bytes, view, at, recordEnd, level)
    return this.nests[id]!.enter(bytes, view, at, recordEnd, level)
  }
}
