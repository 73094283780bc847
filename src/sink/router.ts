import type { RedkiteError } from '../errors/errors.ts'
import type { Arena } from '../kafka/arena.ts'
import type { Lane } from './lane.ts'

/** Where a record goes when it is not a lane. */
export enum NoLane {
  /** Its lane is being opened: see `waiting`. */
  Waits = 0,
  /** It names no place to go: see `rejection`. */
  Rejected = 1,
}

/** Says which lane a record takes. */
export interface Router {
  /** All lanes so far; a lane never goes. At least one, so that a record without a lane has a batch to be rejected from. */
  readonly lanes: readonly Lane[]
  /** Whether records of one partition may take different lanes, so that each has to be asked for. */
  readonly isPerRecord: boolean
  route(arena: Arena, row: number): Lane | NoLane
  readonly rejection: RedkiteError | undefined
  /** Resolves when the record that waits may be routed again; rejects with what somebody has to mend. */
  waiting(): Promise<void>
}

/** Every record takes the same lane. */
export class OneLane implements Router {
  readonly lanes: readonly [Lane]
  readonly isPerRecord = false
  readonly rejection = undefined

  constructor(lane: Lane) {
    this.lanes = [lane]
  }

  route(): Lane {
    return this.lanes[0]
  }

  async waiting(): Promise<void> {}
}
