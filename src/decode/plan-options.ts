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
  /** The fields that lead from the record to the record that is the row, as Debezium's `after`. What is missing or null there is a null value, or `unseen`. */
  readonly path?: readonly string[] | undefined
  /** The object of the path that is a change event. */
  readonly event?: EventOptions | undefined
  /** The row's fields are those of the objects inside of it, too. */
  readonly flat?: FlatNames | undefined
}

/** A record around the row that is a change event of Debezium's: it has "op", and a row in "after". Others are `unseen`. */
export interface EventOptions {
  /** How many steps of the path lead to it. */
  readonly at: number
  /** By the collection's fields that bring them into the row. */
  readonly fields: ReadonlyMap<string, EventField>
  /** Whether an event counts as one only where its "op" says that it writes the row. JSON plans do not look at that. */
  readonly written?: boolean
}

/** What of a change event is to stand in its row. */
export interface EventField {
  /** An object of the event, as `source`; undefined: the event itself. The event's own field stands in for one that the object does not have. */
  readonly struct: string | undefined
  readonly field: string
}

/** How fields inside of objects are called in a row (`Flatten`). */
export interface FlatNames {
  readonly delimiter: string
  /** Before all names, without a delimiter behind it; '' for none. */
  readonly prefix: string
  /** What an outermost field is called before; undefined where it is left out. */
  nameOf(field: string): string | undefined
}

/** Names within an object: each is the collection's field, or an object of which fields are taken in turn. */
export type NestedNames = ReadonlyMap<string, string | NestedNames>

/** The fields that the names of a nest lead to. */
export function fieldsWithin(names: NestedNames): readonly string[] {
  return Array.from(names.values()).flatMap((to) => (typeof to === 'string' ? [to] : fieldsWithin(to)))
}

/** The name of a field within the object that is called `prefix`. */
export function joinedName({ delimiter }: FlatNames, prefix: string, field: string): string {
  return prefix === '' ? field : prefix + delimiter + field
}
