/** What the plans of all formats that name fields take. */
export interface PlanOptions {
  /** The collection's field for a field of the record, where the names differ; '' leaves the record's field out, without a count. Costs nothing a record. */
  readonly fieldNames?: ReadonlyMap<string, string>
  /** The primary key's row is opened by somebody else before each `decode`; a key in the record is ignored, and counted. */
  readonly keyElsewhere?: boolean
  /** The fields that lead from the record to the record that is the row, as Debezium's `after`. Null there is a null value. */
  readonly path?: readonly string[]
}
