/**
 * What delivery needs to know of the rows that travel together: which offsets they settle, and which earlier batches hold one of their keys.
 * The rows themselves stay in `columns/`; this is plain bookkeeping, one object a batch of thousands of rows.
 */
export interface Batch {
  /** 1, 2, 3… in the order in which batches were completed. */
  readonly sequence: number
  /**
   * Entries of a batch are numbered through: first the rows to be written (those read, less those superseded), then keys to be deleted. Both
   * may be 0, when a batch only moves positions.
   */
  readonly puts: number
  readonly deletes: number
  /** For each assignment that has records in this batch: where the first lies, and the offset after the last. */
  readonly positions: readonly Extent[]
  /** Sequences of unsettled batches that hold one of this batch's keys; it must not be sent before they have settled. */
  readonly waitsFor: readonly number[]
  /** Which assignment an entry came from, and where it lies in it. */
  assignmentOf(entry: number): number
  offsetOf(entry: number): number
}

/** The next offset to read of an assignment (an index into `Consumer.assignments`); what Kafka calls a committed offset. */
export interface Position {
  readonly assignment: number
  readonly offset: number
}

/** From the first record to the position after the last; others of the same assignment may lie between, in other batches. */
export interface Extent extends Position {
  readonly first: number
}

/** Entries `from` to `to` of a batch, all to be written or all to be deleted, as one request to Milvus; it may be split. */
export interface Request<B extends Batch = Batch> {
  readonly batch: B
  readonly from: number
  readonly to: number
  /** How often it was sent. */
  attempts: number
  /** When the last attempt may be followed by the next. */
  notBeforeMs: number
  /** When it was sent first; undefined until then. */
  firstSentMs: number | undefined
  /** The round of the pace in which it was sent last. */
  round: number
}

/** What came of a request, as far as delivery cares. */
export type Outcome =
  /** Milvus acknowledged every row. */
  | 'written'
  /** The request may succeed later, unchanged. */
  | 'retry'
  /** The same, and Milvus asks for less: a rate limit or a quota. */
  | 'slow-down'
  /** Too large as one request. */
  | 'too-large'
  /** Something in its content was refused; which row, it does not say. */
  | 'refused'
