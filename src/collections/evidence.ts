/**
 * What is known of the fields that a topic's records bring: what a schema of a collection is inferred from (infer.ts). From sample records it
 * is what was seen in them (record-shapes.ts); a schema from a registry can say the same.
 */

/**
 * `whole`: a number without a fraction that int64 holds. `real`: any other number. `numbers`: an array of at least two numbers and of nothing
 * else; any other array is `array`.
 */
export type FieldKind = 'null' | 'boolean' | 'whole' | 'real' | 'text' | 'numbers' | 'array' | 'object'

export interface FieldEvidence {
  readonly name: string
  /** In how many records it had each kind. Those in which it is absent are in none. */
  readonly kinds: ReadonlyMap<FieldKind, number>
  /** The longest text, in bytes of UTF-8; a number or boolean counts as it is written. */
  readonly textBytesMax: number
  /** In how many records an array of numbers had each length. */
  readonly lengths: ReadonlyMap<number, number>
}

export interface Evidence {
  /** Records that had fields at all. */
  readonly records: number
  /** In the order in which they were first seen. */
  readonly fields: readonly FieldEvidence[]
  /** The longest record key, in bytes; 0 where none had one. */
  readonly keyBytesMax: number
}

/** Records in which the field was there and not null. */
export function presence({ kinds }: FieldEvidence): number {
  let records = 0
  for (const [kind, count] of kinds) if (kind !== 'null') records += count
  return records
}

export function kindsOf({ kinds }: FieldEvidence): readonly FieldKind[] {
  return [...kinds.keys()].filter((kind) => kind !== 'null')
}
