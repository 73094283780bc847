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
 * Where dead letters go. Resolves when the topic has acknowledged the letter; while the topic cannot be reached it waits, as long as that
 * takes: a record is never passed over because its dead letter could not be written.
 */
export interface DeadLetters {
  send(letter: DeadLetter): Promise<void>
  close(): Promise<void>
}
