/** Sinks as a test wants them seen: a running sink without Kafka or Milvus, which remembers what it was told. */
import { nothingIgnored } from '../../src/decode/ignored-names.ts'
import { Counts } from '../../src/sink/counts.ts'
import type { TaskDetail } from '../../src/sink/detail.ts'
import type { Part } from '../../src/sink/paused-parts.ts'
import type { RunningSink, SinkStanding } from '../../src/sink/running.ts'
import { noTallies } from '../../src/sink/tallies.ts'

export function task(more: Partial<Omit<TaskDetail, 'counts'>> & { counts?: Partial<Counts> } = {}): TaskDetail {
  const { counts = {}, ...rest } = more
  return {
    ...{ state: 'running', hasJoined: true, tallies: noTallies(), oldestAgeMs: undefined, heldBytes: 0, inFlight: 0 },
    ...{ inFlightMax: 4, batchBytes: 2 * 1024 * 1024 },
    counts: Object.assign(new Counts(), counts),
    partitions: [],
    ...rest,
  }
}

export class FakeSink implements RunningSink {
  readonly told: string[] = []

  constructor(
    readonly name: string,
    public tasks: readonly TaskDetail[] = [task()],
    public more: Partial<SinkStanding> = {},
  ) {}

  standing(): SinkStanding {
    const { counts } = this.tasks[0]!
    return { counts, lag: 0, goal: undefined, isCaughtUp: false, ignored: nothingIgnored, ...this.more }
  }

  async detail(): Promise<readonly TaskDetail[]> {
    return this.tasks
  }

  async run(): Promise<void> {}
  async abandon(): Promise<void> {}

  stop(): void {
    this.told.push('stop')
  }

  pause(part?: Part): void {
    this.told.push(`pause${placeOf(part)}`)
    if (part === undefined) this.#become('paused')
  }

  resume(part?: Part): void {
    this.told.push(`resume${placeOf(part)}`)
    if (part === undefined) this.#become('running')
  }

  restart(task?: number): void {
    this.told.push(task === undefined ? 'restart' : `restart ${task}`)
  }

  #become(state: TaskDetail['state']): void {
    this.tasks = this.tasks.map((task) => ({ ...task, state }))
  }
}

function placeOf(part: Part | undefined): string {
  if (part === undefined) return ''
  return part.partition === undefined ? ` ${part.topic}` : ` ${part.topic}:${part.partition}`
}
