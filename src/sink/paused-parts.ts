/**
 * What somebody has paused of a sink: topics and partitions, by name. So it outlives rebalances, restarts and reloads, and holds for
 * partitions that are read elsewhere now and may come.
 */
import { placeId } from '../delivery/place.ts'

export interface Part {
  readonly topic: string
  /** Undefined: all of the topic. */
  readonly partition?: number | undefined
}

/** Whoever can be told what is paused. */
export interface Pausable {
  pause(part: Part): void
  resume(part: Part): void
}

export class PausedParts {
  readonly #topics = new Set<string>()
  /** Partitions that differ from their topic. */
  readonly #partitions = new Map<string, { readonly part: Part; readonly isPaused: boolean }>()

  pause(part: Part): void {
    this.#set(part, true)
  }

  /** Without a part: everything. */
  resume(part?: Part): void {
    if (part !== undefined) {
      this.#set(part, false)
    } else {
      this.#topics.clear()
      this.#partitions.clear()
    }
  }

  has(topic: string, partition: number): boolean {
    return this.#partitions.get(placeId({ topic, partition }))?.isPaused ?? this.#topics.has(topic)
  }

  /** Tells somebody who knows of none. */
  tell(other: Pausable): void {
    for (const topic of this.#topics) other.pause({ topic })
    for (const { part, isPaused } of this.#partitions.values()) other[isPaused ? 'pause' : 'resume'](part)
  }

  #set({ topic, partition }: Part, isPaused: boolean): void {
    if (partition !== undefined) {
      const at = placeId({ topic, partition })
      if (this.#topics.has(topic) === isPaused) this.#partitions.delete(at)
      else this.#partitions.set(at, { part: { topic, partition }, isPaused })
      return
    }
    for (const [at, { part }] of this.#partitions) if (part.topic === topic) this.#partitions.delete(at)
    if (isPaused) this.#topics.add(topic)
    else this.#topics.delete(topic)
  }
}
