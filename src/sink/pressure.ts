/** What of a sink is read and not settled, and how much Milvus is given at once. */
export interface Pressure {
  /** How long ago the oldest record that has not settled was read; undefined when all have. */
  readonly oldestAgeMs: number | undefined
  /** Bytes of rows that are read and not settled. */
  readonly heldBytes: number
  /** Requests that Milvus has not answered, and how many there may be. */
  readonly inFlight: number
  readonly inFlightMax: number
  /** From how many bytes on a batch is sent. */
  readonly batchBytes: number
}
