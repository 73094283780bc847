/**
 * What every error of redkite says about itself. The label alone decides what happens next:
 *
 * - `record`: this record cannot be written as it is; its neighbours can.
 * - `retriable`: the same request may succeed later; nothing is wrong with the record.
 * - `fatal`: somebody has to change something first; the sink stops.
 */
export type Label = 'record' | 'retriable' | 'fatal'

/**
 * `exit` is the process's exit code when this error ends it; `say` gives the message: what was expected, what came, where, and what to
 * do. It never takes a row's values or a secret.
 */
export interface ErrorKind {
  readonly label: Label
  readonly exit: number
  // biome-ignore lint/suspicious/noExplicitAny: each kind names its own arguments; `failure()` types them per code
  readonly say: (...details: any[]) => string
}

export type ErrorTable = Record<string, ErrorKind>
