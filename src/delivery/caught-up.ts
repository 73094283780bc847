/** A partition and the offset at which it ended when the run began. */
export interface EndOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/**
 * The goal of `--until-caught-up`: every partition's end as seen at the start. Records produced later do not move it, so a run on a busy topic
 * ends too.
 */
export class CaughtUp {
  readonly #goals = new Map<string, number>()
  readonly #reached = new Set<string>()

  constructor(ends: readonly EndOffset[]) {
    for (const { topic, partition, offset } of ends) this.#goals.set(place(topic, partition), offset)
  }

  /** Everything below `offset` in this partition is in Milvus (or settled otherwise). True when that reaches the partition's goal. */
  settled(topic: string, partition: number, offset: number): boolean {
    const at = place(topic, partition)
    const goal = this.#goals.get(at)
    if (goal === undefined || offset < goal || this.#reached.has(at)) return false
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
    const open: { topic: string; partition: number; goal: number }[] = []
    for (const [key, goal] of this.#goals) {
      if (this.#reached.has(key)) continue
      const at = key.lastIndexOf('/')
      open.push({ topic: key.slice(0, at), partition: Number(key.slice(at + 1)), goal })
    }
    return open
  }
}

/** Topic names cannot hold a slash. */
function place(topic: string, partition: number): string {
  return `${topic}/${partition}`
}
