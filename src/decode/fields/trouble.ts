import type { RedkiteError } from '../../errors/errors.ts'

/**
 * What readers of binary formats answer when a record cannot be read: a negative number where an index was wanted, so that nothing is allocated
 * on the way of a record that is sound.
 */
export const fault = {
  /** The bytes are not what the writer's schema says; `trouble.at` says where. */
  malformed: -2,
  tooDeep: -4,
  /** `trouble.error` says what does not fit. The number is `reason.record`. */
  unfit: -5,
  /** The number is `reason.nullValue`. */
  nullValue: -6,
  /** The number is `reason.declined`. */
  declined: -10,
  /** A text, a number or a whole that JSON cannot say; `trouble.at` says where. */
  notUtf8: -11,
  notFinite: -12,
  tooLarge: -13,
  tooMany: -14,
  /** The same as `declined`, where the record was not read to its end. */
  unseen: -15,
} as const

/** One variable of the thread, because indexes are all that a reader returns. */
export const trouble: { at: number; error: RedkiteError | undefined; field: string | undefined } = {
  at: 0,
  error: undefined,
  field: undefined,
}

export function malformed(at: number): number {
  trouble.at = at
  return fault.malformed
}

export function faultAt(why: number, at: number): number {
  trouble.at = at
  return why
}

/** Notes the field whose value is at fault, for errors that would else only say at which byte. */
export function inField(why: number, field: string): number {
  trouble.field = field
  return why
}

export function unfit(error: RedkiteError): number {
  trouble.error = error
  return fault.unfit
}
