import type { InsertedFields } from './fields/inserted-fields.ts'

/** What the plans of all formats that name fields take. */
export interface PlanOptions {
  /** The collection's field for a field of the record, where the names differ; '' leaves the record's field out, without a count. Costs nothing a record. */
  readonly fieldNames?: ReadonlyMap<string, string> | undefined
  /** Names that neither the map nor the collection has are left out without a count too. */
  readonly leaveOutOthers?: boolean | undefined
  /** Fields of the record that are objects of which fields are taken, by their names. What else is in them is left out. */
  readonly nests?: ReadonlyMap<string, NestedNames> | undefined
  /** Fields that rows get from elsewhere; `fieldNames` leaves those of the record with their names out. */
  readonly inserted?: InsertedFields | undefined
  /** The primary key's row is opened by somebody else before each `decode`; a key in the record is ignored, and counted. */
  readonly keyElsewhere?: boolean
  /** The fields that lead from the record to the record that is the row, as Debezium's `after`. Null there is a null value. */
  readonly path?: readonly string[]
}

/** Names within an object: each is the collection's field, or an object of which fields are taken in turn. */
export type NestedNames = ReadonlyMap<string, string | NestedNames>

/** The fields that the names of a nest lead to. */
export function fieldsWithin(names: NestedNames): readonly string[] {
  return Array.from(names.values()).flatMap((to) => (typeof to === 'string' ? [to] : fieldsWithin(to)))
}
