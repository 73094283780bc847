import type { AnyColumn } from '../../columns/create.ts'
import type { InsertedFields } from './inserted-fields.ts'
import type { InsertedValue } from './inserted-value.ts'
import type { JsonText } from './json-text.ts'
import type { RowPlaces } from './row-places.ts'
import type { Target } from './target.ts'

/** Where the inserted fields of a record go in the rows of one plan: to columns, or into the dynamic field. */
export class InsertedTargets {
  readonly targets: readonly Target[]
  /** Those for the dynamic field. */
  readonly others: readonly InsertedValue[]
  private readonly values: readonly InsertedValue[]
  private readonly key: Target | undefined

  constructor(
    private readonly inserted: InsertedFields,
    places: RowPlaces,
  ) {
    this.values = inserted.values.filter(({ field }) => places.target(field) !== undefined)
    this.targets = this.values.map(({ field }) => places.target(field)!)
    this.others = inserted.values.filter(({ field }) => places.isDynamic(field))
    this.key = inserted.key && places.keyElsewhere
  }

  bind(columns: readonly AnyColumn[]): void {
    for (const target of this.targets) target.bind(columns)
    this.key?.bind(columns)
  }

  /** Comes before the others for each record that was read; false where the record has to go over JSON text. */
  change(): boolean {
    return this.inserted.change()
  }

  /** 0 or a fault. */
  put(): number {
    if (this.key !== undefined) {
      const why = this.inserted.key!.put(this.key)
      if (why < 0) return why
    }
    for (let i = 0; i < this.targets.length; i++) {
      const why = this.values[i]!.put(this.targets[i]!)
      if (why < 0) return why
    }
    return 0
  }

  /** Adds the others to the members of an object that `text` holds from `start` on. */
  addOthers(text: JsonText, start: number): void {
    for (let i = 0; i < this.others.length; i++) {
      const value = this.others[i]!
      if (!value.isHere) continue
      text.comma(start)
      text.rawBytes(value.quotedName, 0, value.quotedName.length)
      text.byte(0x3a)
      value.copyTo(text)
    }
  }
}
