import { type Place, placeId } from './place.ts'

/** A partition and the offset at which it ended when the run began. */
export interface EndOffset extends Place {
  readonly offset: number
}

/**
 * The goal of `--until-caught-up`: every partition's end as seen at the start. Records produced later do not move it, so a run on a busy topic
 * ends too.
 */
export class CaughtUp {
  readonly #goals = new Map<string, EndOffset>()
  readonly #reached = new Set<string>()

  constructor(ends: readonly EndOffset[]) {
    for (const end of ends) this.#goals.set(placeId(end), end)
  }

  /** Everything below `offset` in this partition is in Milvus (or settled otherwise). True when that reaches the partition's goal. */
  settled(topic: string, partition: number, offset: number): boolean {
    const at = placeId({ topic, partition })
    const goal = this.#goals.get(at)
    if (goal === undefined || offset < goal.offset || this.#reached.has(at)) return false
    this.#reached.add(at)
    return true
  }

  /** There is nothing that it could wait for. */
  get isEmpty(): boolean {
    return this.#goals.size === 0
  }

  get done(): boolean {
    return this.#reached.size === this.#goals.size
  }

  /** Partitions that are still open: those another member of the group may be working on among them. */
  open(): { topic: string; partition: number; goal: number }[] {
    return [...this.#goals]
      .filter(([at]) => !this.#reached.has(at))
      .map(([, { topic, partition, offset }]) => ({ topic, partition, goal: offset }))
  }
}
