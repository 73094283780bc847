import type { Hash64 } from './hash64.ts'

/** How one row of the collection compares. */
export enum Match {
  Equal = 0,
  Differs = 1,
  /** No record made this row. */
  Extra = 2,
  /** Of another pass. */
  OutOfRange = 3,
}

/** `isFull` is asked at least each time so many records were put: a table keeps room for them. */
export const putsAtOnce = 65_536

/** Above this share of full slots, looking a key up takes too many probes. */
const loadMax = 0.8

/** How many entries a table of so many slots takes before it says that it is full. */
export function entriesMax(slots: number): number {
  return Math.min(Math.floor(slots * loadMax), slots - putsAtOnce - 1)
}

/** What records say that the collection should hold, and what of it was found there. */
export interface Expectation {
  /** Rows that should be there. */
  readonly rows: number
  /** Keys that came in more than one partition, so that any of their last rows will do. */
  readonly contested: number
  readonly isFull: boolean
  /** The record's row is the last of its key in this assignment, so far; no row is a deletion. */
  put(key: Hash64, row: Hash64 | undefined, assignment: number): void
  /** Compares a row of the collection, and notes that it was seen. */
  match(key: Hash64, row: Hash64): Match
  /** What should be there and was not seen, by the hash of its key, and how many rows of it. */
  missing(): Iterable<{ readonly high: number; readonly low: number; readonly rows: number }>
}
