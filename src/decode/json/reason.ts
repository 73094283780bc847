/**
 * What the scanners answer when a text cannot be read: a negative number where an index was wanted, so that nothing is allocated on the way.
 */
export const reason = {
  /** The value may be right JSON, but not for this field. `diagnose.ts` says why. */
  refused: -1,
  notJson: -2,
  notUtf8: -3,
  tooDeep: -4,
  /** The record is JSON, but something in it does not fit the collection: what `decode` gives when it could say more. */
  record: -5,
  /** The record's value is null: Kafka Connect's other way to write a tombstone. */
  nullValue: -6,
  /** The record is to have no effect: a filter passes over it. */
  dropped: -7,
  /** The record asks for a row's deletion, other than by a null value. */
  deletes: -8,
  /** What it takes to read the record is not here yet. */
  waits: -9,
  /** The plan has no way of its own for such a record: it is to go over JSON text. What it has that is ignored is counted. */
  declined: -10,
  /** The same, but that is for others to count. */
  unseen: -11,
} as const

/** Where the last `notJson` or `notUtf8` was seen. One variable of the thread, because indexes are all that a scanner returns. */
export const trouble = { at: 0 }

export function notJson(at: number): number {
  trouble.at = at
  return reason.notJson
}

export function notUtf8(at: number): number {
  trouble.at = at
  return reason.notUtf8
}
