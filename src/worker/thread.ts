/** The main thread's end of a task: the same sink as any other, whose work is done in a thread of its own. */

import { nothingIgnored } from '../decode/ignored-names.ts'
import type { Log } from '../ops/log.ts'
import { Counts } from '../sink/counts.ts'
import type { TaskDetail } from '../sink/detail.ts'
import type { Part } from '../sink/paused-parts.ts'
import type { RunningSink, SinkStanding } from '../sink/running.ts'
import { type FromTask, restored, type TaskOrder, type ToTask } from './messages.ts'

/** Resolves when the task's Kafka and Milvus have answered. */
export async function startTask(order: TaskOrder, log: Log): Promise<RunningSink> {
  const task = new TaskThread(order, log)
  await task.open(order)
  return task
}

/** A thread answers between two arenas; one that is stuck must not hold up who asks. */
const answerTimeoutMs = 2_000

class TaskThread implements RunningSink {
  readonly name: string
  readonly #worker: Worker
  readonly #log: Log
  #standing: SinkStanding = {
    counts: new Counts(),
    lag: undefined,
    goal: undefined,
    isCaughtUp: false,
    ignored: nothingIgnored,
  }
  #detail: readonly TaskDetail[] = []
  /** An answer that is under way. */
  #asked: PromiseWithResolvers<void> | undefined
  #ended = false
  /** What the task was last told to do; at first, to listen. */
  #done = Promise.withResolvers<void>()

  constructor(order: TaskOrder, log: Log) {
    this.name = order.sink
    this.#log = log
    // The program's own entry, which sees that it runs in a thread: the binary holds it once.
    this.#worker = new Worker(Bun.main)
    this.#worker.onmessage = ({ data }: MessageEvent<FromTask>) => this.#hear(data)
    this.#worker.onerror = ({ message }) => this.#done.reject(new Error(`a task's thread failed: ${message}`))
    this.#worker.addEventListener('close', () => this.#done.reject(new Error("a task's thread ended by itself")))
  }

  standing(): SinkStanding {
    return this.#standing
  }

  async open(order: TaskOrder): Promise<void> {
    try {
      await this.#done.promise
      await this.#ask({ say: 'open', order })
    } catch (error) {
      this.#say({ say: 'bye' })
      throw error
    }
  }

  async run(): Promise<void> {
    try {
      await this.#ask({ say: 'run' })
    } finally {
      this.#ended = true
      this.#asked?.resolve()
      this.#say({ say: 'bye' })
    }
  }

  stop(): void {
    this.#say({ say: 'stop' })
  }

  pause(part?: Part): void {
    this.#say({ say: 'pause', part })
  }

  resume(part?: Part): void {
    this.#say({ say: 'resume', part })
  }

  restart(): void {
    this.#say({ say: 'restart' })
  }

  async detail(): Promise<readonly TaskDetail[]> {
    if (this.#asked === undefined && !this.#ended) {
      this.#asked = Promise.withResolvers()
      this.#say({ say: 'detail' })
    }
    if (!this.#ended) await Promise.race([this.#asked?.promise, Bun.sleep(answerTimeoutMs)])
    return this.#detail
  }

  async abandon(): Promise<void> {
    await this.#ask({ say: 'abandon' })
    this.#say({ say: 'bye' })
  }

  #ask(message: ToTask): Promise<void> {
    this.#done = Promise.withResolvers<void>()
    this.#say(message)
    return this.#done.promise
  }

  #say(message: ToTask): void {
    this.#worker.postMessage(message)
  }

  #hear(message: FromTask): void {
    if (message.say === 'log') {
      this.#log[message.level](message.message, message.fields)
      return
    }
    if (message.say === 'detail') {
      this.#detail = message.detail
      this.#asked?.resolve()
      this.#asked = undefined
      return
    }
    if ('standing' in message && message.standing !== undefined) this.#standing = message.standing
    if (message.say === 'failed') this.#done.reject(restored(message.error))
    else if (message.say !== 'standing') this.#done.resolve()
  }
}
