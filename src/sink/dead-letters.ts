import type { RedkiteError } from '../errors/errors.ts'
import type { SourceAssignment } from './ports.ts'

/** A record that cannot be written, on its way to the dead-letter topic. */
export interface DeadLetter {
  readonly assignment: SourceAssignment
  readonly offset: number
  readonly error: RedkiteError
  /** Whether redkite could not convert it, or Milvus refused it. */
  readonly stage: 'convert' | 'write'
}

/**
 * Where dead letters go. `send` resolves when the topic has acknowledged the letter; while the topic cannot be reached it waits, as long as
 * that takes: a record is never passed over because its dead letter could not be written. It rejects only with what somebody has to mend, and
 * the sink ends with that.
 */
export interface DeadLetters {
  send(letter: DeadLetter): Promise<void>
  /** Gives up what is not acknowledged; such a `send` may stay open for ever. */
  close(): Promise<void>
}
