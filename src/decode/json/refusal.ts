import { misfitAt, misfitError, misfitOf } from '../../columns/misfit.ts'
import { typeName } from '../../columns/type-names.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import type { Field } from '../../milvus/schema.ts'
import { reason } from './reason.ts'

/**
 * Why the last vector or array was refused, where it is more than its kind. It is asked for by decoding the value once more (`diagnose.ts`), so
 * that a decoder only has to say it where it sees it.
 */
const refusal = { why: 0 }

/** Reasons that columns do not have, next to those that they do (columns/misfit.ts). */
export const unread = {
  /** Another kind of JSON than the type takes. */
  kind: 0,
  base64: -101,
  sparseLengths: -102,
} as const

export function refuse(why: number): number {
  refusal.why = why
  return reason.refused
}

export function refuseAt(why: number, index: number, count = 0): number {
  return refuse(misfitOf(why, index, count))
}

/** undefined when it is only the kind of the value that is wrong. */
export function refusalError(field: Field): RedkiteError | undefined {
  const type = typeName(field.type)
  switch (refusal.why) {
    case unread.kind:
      return undefined
    case unread.base64:
      return failure('VECTOR_NOT_BASE64', field.name, type)
    case unread.sparseLengths:
      return failure('SPARSE_LENGTHS_DIFFER', field.name, misfitAt.index, misfitAt.count)
    default:
      return misfitError(field, refusal.why)
  }
}
