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
  /** Takes what has no lane of its own into a batch: rejected records, and ends of partitions that brought no record. */
  readonly anyLane: Lane
  /** Whether records of one partition may take different lanes, so that each has to be asked for. */
  readonly isPerRecord: boolean
  route(arena: Arena, row: number): Lane | NoLane
  readonly rejection: RedkiteError | undefined
  /** Whether it, or a decoder of its lanes, looks at headers or timestamps. */
  readonly wantsDetails: boolean
  /** Resolves when the record that waits may be routed again; rejects with what somebody has to mend. */
  waiting(): Promise<void>
}

/** Every record takes the same lane. */
export class OneLane implements Router {
  readonly isPerRecord = false
  readonly rejection = undefined

  constructor(
    readonly anyLane: Lane,
    readonly wantsDetails: boolean,
  ) {}

  route(): Lane {
    return this.anyLane
  }

  async waiting(): Promise<void> {}
}
