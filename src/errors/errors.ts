import { configErrors } from './config.ts'
import { exit } from './exit.ts'
import { formatErrors } from './formats.ts'
import { httpErrors } from './http.ts'
import { kafkaErrors } from './kafka.ts'
import type { ErrorKind, Label } from './kind.ts'
import { milvusErrors } from './milvus.ts'
import { operationErrors } from './operation.ts'
import { recordErrors } from './record.ts'
import { registryErrors } from './registry.ts'

/** The closed list: an error of redkite is one of these, or a bug. docs/errors.md is generated from it. */
export const errors = {
  ...configErrors,
  ...kafkaErrors,
  ...milvusErrors,
  ...recordErrors,
  ...formatErrors,
  ...registryErrors,
  ...httpErrors,
  ...operationErrors,
  INTERNAL: {
    label: 'fatal',
    exit: exit.internal,
    say: (what: string) => `a bug in redkite: ${what}; please report it with the version that redkite --version prints`,
  },
} as const satisfies Record<string, ErrorKind>

export type Errors = typeof errors
export type Code = keyof Errors

export class RedkiteError<C extends Code = Code> extends Error {
  override readonly name = 'RedkiteError'

  constructor(
    readonly code: C,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }

  get label(): Label {
    return errors[this.code].label
  }

  get exit(): number {
    return errors[this.code].exit
  }
}

/** What was thrown, as an error of the table: whatever is none of them is a bug, and keeps its trace. */
export function asFailure(thrown: unknown): RedkiteError {
  if (thrown instanceof RedkiteError) return thrown
  return failure('INTERNAL', thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
}

/** Makes the error of a code; its details are those its message names. */
export function failure<C extends Code>(code: C, ...details: Parameters<Errors[C]['say']>): RedkiteError<C> {
  const say = errors[code].say as (...details: unknown[]) => string
  return new RedkiteError(code, say(...details))
}
