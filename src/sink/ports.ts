/**
 * What a sink needs of the world, as interfaces: the real ones are kafka/consumer.ts and milvus/connection.ts; a simulation brings its own.
 */
import type { Position } from '../delivery/batch.ts'
import type { Arena } from '../kafka/arena.ts'
import type { WriteRequest } from '../milvus/request.ts'

export interface SourceAssignment {
  readonly index: number
  readonly topic: string
  readonly partition: number
  readonly owned: boolean
}

/** Where records come from. */
export interface Source {
  readonly assignments: readonly SourceAssignment[]
  take(arena: Arena): number
  commit(positions: readonly Position[]): Promise<void>
  /** Reads no more of these assignments until `resume`; what was not taken yet comes then. */
  pause(assignments: readonly number[]): void
  resume(assignments: readonly number[]): void
  close(deadlineMs: number): Promise<void>
}

/** Where rows go. Rejects with a RedkiteError whose label decides what happens next. */
export interface Target {
  send(request: WriteRequest): Promise<unknown>
  close(): void | Promise<void>
}

export interface Clock {
  /** Monotonic. */
  now(): number
  setTimer(delayMs: number, run: () => void): Timer
  /** Runs it after what waits in the event loop has had its turn. */
  defer(run: () => void): void
}

export interface Timer {
  cancel(): void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return { cancel: () => clearTimeout(timer) }
  },
  defer: (run) => void setImmediate(run),
}
