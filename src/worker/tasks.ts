/** `tasks.max=N`: one sink, N threads. Kafka's consumer group shares the partitions out among them; nothing here coordinates. */

import { addIgnored } from '../decode/ignored-names.ts'
import type { Log } from '../ops/log.ts'
import type { TaskDetail } from '../sink/detail.ts'
import type { Part } from '../sink/paused-parts.ts'
import { addCounts, type RunningSink, type SinkStanding } from '../sink/running.ts'
import type { TaskOrder } from './messages.ts'
import { startTask } from './thread.ts'

/** All have answered, or none goes on. */
export async function startTasks(count: number, order: Omit<TaskOrder, 'task'>, log: Log): Promise<RunningSink> {
  const starts = Array.from({ length: count }, (_, task) =>
    startTask({ ...order, task }, log.named(`${order.sink}-${task}`)),
  )
  const results = await Promise.allSettled(starts)
  const tasks = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed === undefined) return new Tasks(tasks)
  await Promise.all(tasks.map((task) => task.abandon()))
  throw failed.reason
}

class Tasks implements RunningSink {
  constructor(readonly tasks: readonly RunningSink[]) {}

  get name(): string {
    return this.tasks[0]!.name
  }

  standing(): SinkStanding {
    const standings = this.tasks.map((task) => task.standing())
    const counts = addCounts(standings.map((one) => one.counts))
    const goals = standings.flatMap(({ goal }) => goal ?? [])
    const lags = standings.flatMap(({ lag }) => lag ?? [])
    const sum = lags.length < standings.length ? undefined : lags.reduce((left, right) => left + right, 0)
    // Each task's goal is that of the whole group, so what all have read together tells how far it is.
    const goal = goals.length === 0 ? undefined : Math.max(...goals)
    return {
      counts,
      lag: goal === undefined ? sum : Math.max(0, goal - counts.records),
      goal,
      isCaughtUp: standings.some((one) => one.isCaughtUp),
      ignored: addIgnored(standings.map(({ ignored }) => ignored)),
    }
  }

  /** Rejects with the error of the task that failed first, when all have ended: one task's end ends all. */
  async run(): Promise<void> {
    const errors: unknown[] = []
    await Promise.all(
      this.tasks.map((task) =>
        task.run().catch((error: unknown) => {
          errors.push(error)
          this.stop()
        }),
      ),
    )
    if (errors.length > 0) throw errors[0]
  }

  stop(): void {
    for (const task of this.tasks) task.stop()
  }

  async detail(): Promise<readonly TaskDetail[]> {
    return (await Promise.all(this.tasks.map((task) => task.detail()))).flat()
  }

  /** A part to all of them: whose it is may change. */
  pause(part?: Part): void {
    for (const task of this.tasks) task.pause(part)
  }

  resume(part?: Part): void {
    for (const task of this.tasks) task.resume(part)
  }

  restart(number?: number): void {
    for (const task of number === undefined ? this.tasks : this.tasks.slice(number, number + 1)) task.restart()
  }

  async abandon(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.abandon()))
  }
}
