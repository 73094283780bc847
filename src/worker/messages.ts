/** What the main thread and a task's thread say to each other. Nothing else is shared: each task has its own Kafka and Milvus connections. */
import { type Code, errors, RedkiteError } from '../errors/errors.ts'
import type { Fields, Level } from '../ops/log.ts'
import type { TaskDetail } from '../sink/detail.ts'
import type { Part } from '../sink/paused-parts.ts'
import type { SinkStanding } from '../sink/running.ts'

/** One of the tasks of a sink, as its thread needs to know it. Settings hold secrets and functions, so the thread reads the files itself. */
export interface TaskOrder {
  readonly files: readonly string[]
  readonly sets: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly sink: string
  readonly task: number
  readonly untilCaughtUp: boolean
}

export type ToTask =
  | { readonly say: 'open'; readonly order: TaskOrder }
  | { readonly say: 'run' | 'stop' | 'restart' | 'detail' | 'abandon' }
  | { readonly say: 'pause' | 'resume'; readonly part: Part | undefined }
  /** Everything was heard: the thread may end. */
  | { readonly say: 'bye' }

export type FromTask =
  /** The first: what is said to a thread before it listens is lost. */
  | { readonly say: 'listening' }
  | { readonly say: 'opened' | 'standing' | 'ended'; readonly standing: SinkStanding }
  | { readonly say: 'detail'; readonly detail: readonly TaskDetail[] }
  | { readonly say: 'log'; readonly level: Level; readonly message: string; readonly fields: Fields | undefined }
  | { readonly say: 'failed'; readonly error: PostedError; readonly standing: SinkStanding | undefined }
  | { readonly say: 'abandoned' }

export interface PostedError {
  /** undefined: a bug. */
  readonly code: string | undefined
  readonly message: string
  readonly stack: string | undefined
}

/** An error loses its class between threads. */
export function postable(error: unknown): PostedError {
  if (error instanceof RedkiteError) return { code: error.code, message: error.message, stack: error.stack }
  if (error instanceof Error) return { code: undefined, message: error.message, stack: error.stack }
  return { code: undefined, message: String(error), stack: undefined }
}

export function restored({ code, message, stack }: PostedError): Error {
  const error = code !== undefined && code in errors ? new RedkiteError(code as Code, message) : new Error(message)
  if (stack !== undefined) error.stack = stack
  return error
}
