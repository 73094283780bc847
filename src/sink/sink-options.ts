/** What a sink is made of, and how it is to go about its work. */
import type { CaughtUp } from '../delivery/caught-up.ts'
import type { LoadLimits } from '../delivery/load.ts'
import type { Log } from '../ops/log.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { PausedParts } from './paused-parts.ts'
import type { Clock } from './ports.ts'
import type { Router } from './router.ts'
import type { RetryLimits } from './sender.ts'

export interface SinkOptions {
  /** Its lanes are where the records go. */
  readonly router: Router
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly batchRowsMax: number
  readonly load: LoadLimits
  readonly lingerMs: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly retryLimits: RetryLimits
  readonly commitIntervalMs: number
  readonly shutdownTimeoutMs: number
  /** What a record that cannot be written does. */
  readonly onReject: 'stop' | 'skip' | DeadLetters
  /** A log line for each such record, not only for the first of a kind in a while. */
  readonly logEachReject?: boolean
  /** The goal of `--until-caught-up`; without one the sink runs until it is stopped. */
  readonly caughtUp: CaughtUp | undefined
  /** What somebody has paused of it, before it began or since: see `Sink.partsChanged`. */
  readonly pausedParts?: PausedParts | undefined
  /** Called for each stretch of a partition's records whose fate is sealed: written, deleted, superseded or disposed of. For measuring. */
  readonly onSettled?: ((stretch: SettledStretch) => void) | undefined
  /** Makes the memory that records lie in while they are decoded, when it is to be a special one. */
  readonly memory?: ((bytes: number) => Uint8Array) | undefined
  /** Gives back what the lanes were written through, when all is done. */
  readonly closeTarget: () => void | Promise<void>
}

/** Offsets `from` to before `to`, in one batch. */
export interface SettledStretch {
  readonly topic: string
  readonly partition: number
  readonly from: number
  readonly to: number
}
