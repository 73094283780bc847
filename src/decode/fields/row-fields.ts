import type { ColumnBatch } from '../../columns/batch.ts'
import { columnFor, dynamicFieldName, recordFields } from '../../columns/create.ts'
import type { CollectionSchema } from '../../milvus/schema.ts'
import type { NestedNames, PlanOptions } from '../plan-options.ts'
import type { CapturedFields } from './captured-fields.ts'
import type { DynamicText } from './dynamic-text.ts'
import { InsertedTargets } from './inserted-targets.ts'
import { RowPlaces } from './row-places.ts'
import type { Target } from './target.ts'
import { fault } from './trouble.ts'

/**
 * Where a field of a record goes: to a column, into the dynamic field under a name, to where fields within it go, to what changes it, nowhere but counted, nowhere at all; or
 * the record is refused for having it.
 */
export type Place =
  | { readonly to: 'column'; readonly target: Target }
  | { readonly to: 'dynamic'; readonly name: string }
  | { readonly to: 'nest'; readonly names: NestedNames }
  | { readonly to: 'captured'; readonly into: CapturedFields; readonly which: number }
  | { readonly to: 'ignored' | 'dropped' | 'reserved' }

/** The fields of a collection that a record's value brings, found by the names that records use. Asked when a plan is compiled, never for a record. */
export class RowFields {
  readonly targets: readonly Target[]
  readonly dynamic: boolean
  private readonly places: RowPlaces
  private readonly inserted: InsertedTargets | undefined

  /** Throws SCHEMA_UNSUPPORTED for a collection that wants a type redkite cannot write. */
  constructor(
    schema: CollectionSchema,
    private readonly options: PlanOptions,
  ) {
    for (const field of recordFields(schema)) columnFor(schema.collection, field, 0)
    this.places = new RowPlaces(schema, options.keyElsewhere === true)
    this.targets = this.places.targets
    this.dynamic = schema.dynamicField
    const { inserted } = options
    this.inserted = inserted && new InsertedTargets(inserted, this.places)
  }

  place(recordField: string): Place {
    const { fieldNames, nests, leaveOutOthers, inserted } = this.options
    const captured = inserted?.captured
    const which = captured === undefined ? -1 : captured.names.indexOf(recordField)
    if (captured !== undefined && which >= 0) return { to: 'captured', into: captured, which }
    const names = nests?.get(recordField)
    if (names !== undefined) return { to: 'nest', names }
    const name = fieldNames?.get(recordField) ?? recordField
    if (name === '') return { to: 'dropped' }
    const target = this.places.target(name)
    if (leaveOutOthers === true && fieldNames?.has(recordField) !== true && target === undefined) {
      return { to: 'dropped' }
    }
    if (target !== undefined) return { to: 'column', target }
    if (this.dynamic && name === dynamicFieldName) return { to: 'reserved' }
    return this.places.isDynamic(name) ? { to: 'dynamic', name } : { to: 'ignored' }
  }

  /** The targets that the row itself has to bring. */
  get expected(): readonly Target[] {
    const ofEvent = this.options.event?.fields
    return this.targets.filter(
      (target) => this.inserted?.targets.includes(target) !== true && ofEvent?.has(target.field.name) !== true,
    )
  }

  target(field: string): Target {
    return this.places.target(field)!
  }

  /** Comes before a record is read. */
  begin(): void {
    this.options.inserted?.captured?.begin()
  }

  /** Puts the values that the record does not bring into its row; 0 or a fault. */
  putInserted(dynamic: DynamicText): number {
    const { inserted } = this
    if (inserted === undefined) return 0
    if (!inserted.change()) return fault.declined
    const why = inserted.put()
    // Behind the brace.
    if (why === 0 && this.dynamic) inserted.addOthers(dynamic, 1)
    return why
  }

  bind(batch: ColumnBatch): void {
    for (const target of this.targets) target.bind(batch.fields)
  }
}
