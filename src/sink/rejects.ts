import type { SetAside } from '../delivery/delivery.ts'
import { asFailure, RedkiteError } from '../errors/errors.ts'
import type { Log } from '../ops/log.ts'
import type { RateLimited } from '../ops/rate-limited.ts'
import type { Counts } from './counts.ts'
import type { DeadLetter, DeadLetters } from './dead-letters.ts'
import type { Clock, SourceAssignment } from './ports.ts'
import { type Tallies, tallyReject } from './tallies.ts'

export interface RejectsOptions {
  /** What a record that cannot be written does. */
  readonly onReject: 'stop' | 'skip' | DeadLetters
  /** A log line for each, not only for the first of a kind in a while. */
  readonly logEachReject?: boolean
  readonly log: Log
  readonly troubles: RateLimited
  readonly counts: Counts
  readonly tallies: Tallies
  readonly clock: Clock
  readonly placeOf: (assignment: number) => SourceAssignment
}

export interface RejectsListener {
  /** The record counts as done. */
  disposed(record: SetAside): void
  /** The sink is to end with this, and send nothing more. */
  failed(error: RedkiteError): void
}

/** Records that can be neither written nor deleted, and where the user wants them: nowhere, passed over, or in the dead-letter topic. */
export class Rejects {
  constructor(
    readonly options: RejectsOptions,
    readonly listener: RejectsListener,
  ) {}

  dispose(record: SetAside, cause: RedkiteError, stage: DeadLetter['stage']): void {
    const { onReject, counts, placeOf } = this.options
    const error = this.locate(cause, record)
    if (onReject === 'stop') {
      this.listener.failed(error)
    } else if (onReject === 'skip') {
      counts.skipped++
      this.#say(error.code, `passed over, as errors.tolerance=all asks: ${error.message}`)
      this.#done(record, error.code)
    } else {
      this.#say(error.code, `to the dead letters: ${error.message}`)
      const { offset } = record
      onReject.send({ assignment: placeOf(record.assignment), offset, error: cause, stage }).then(
        () => {
          counts.deadLettered++
          this.#done(record, error.code)
        },
        (thrown: unknown) => {
          this.listener.failed(asFailure(thrown))
        },
      )
    }
  }

  /** The error with the place of its record. */
  locate(error: RedkiteError, { assignment, offset }: SetAside): RedkiteError {
    const { topic, partition } = this.options.placeOf(assignment)
    return new RedkiteError(error.code, `topic "${topic}", partition ${partition}, offset ${offset}: ${error.message}`)
  }

  #done(record: SetAside, code: string): void {
    const { tallies, clock, placeOf } = this.options
    const { topic, partition } = placeOf(record.assignment)
    tallyReject(tallies, { atMs: clock.now(), code, topic, partition, offset: record.offset })
    this.listener.disposed(record)
  }

  #say(code: string, message: string): void {
    const { log, logEachReject, troubles } = this.options
    if (logEachReject) log.warn(message)
    else troubles.say(code, () => log.warn(message))
  }
}
