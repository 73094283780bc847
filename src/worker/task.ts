/**
 * The program of a task's thread: one member of the sink's group with a Milvus connection of its own. It does what the main thread says,
 * and tells how it stands, what it logs and how it ends.
 *
 * It ends by itself, after its consumer has left the group: a thread that is terminated from outside leaks its Kafka handle, which goes
 * on heartbeating and holds its partitions.
 */
import { taskConfig } from '../config/kafka/consumer.ts'
import { readSetup, type SinkSettings } from '../config/setup.ts'
import { failure } from '../errors/errors.ts'
import type { Log } from '../ops/log.ts'
import type { RunningSink } from '../sink/running.ts'
import { superviseSink } from '../sink/supervise.ts'
import { type FromTask, postable, type TaskOrder, type ToTask } from './messages.ts'

declare const self: Worker

/** Often enough for a progress line, rare enough to cost nothing. */
const standingIntervalMs = 200

const log: Log = {
  info: (message, fields) => post({ say: 'log', level: 'info', message, fields }),
  warn: (message, fields) => post({ say: 'log', level: 'warn', message, fields }),
  error: (message, fields) => post({ say: 'log', level: 'error', message, fields }),
  named: () => log,
}

let sink: RunningSink | undefined

export function listen(): void {
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  self.onmessage = ({ data }: MessageEvent<ToTask>) => {
    switch (data.say) {
      case 'open':
        void open(data.order).catch(fail)
        break
      case 'run':
        void run(sink!).catch(fail)
        break
      case 'stop':
      case 'restart':
        sink?.[data.say]()
        break
      case 'pause':
      case 'resume':
        sink?.[data.say](data.part)
        break
      case 'detail':
        void tellDetail(sink).catch(fail)
        break
      case 'abandon':
        void sink!.abandon().then(() => post({ say: 'abandoned' }), fail)
        break
      case 'bye':
        process.exit()
    }
  }
  post({ say: 'listening' })
}

async function open(order: TaskOrder): Promise<void> {
  const { files, sets, env, task, untilCaughtUp } = order
  const read = () => {
    const { worker, sinks } = readSetup(files, { sets, env })
    const settings = sinks.find(({ name }) => name === order.sink)
    if (settings === undefined) throw failure('INTERNAL', `no file has the sink ${order.sink} any more`)
    return { worker, settings: forTask(settings, task) }
  }
  sink = await superviseSink({ ...read(), untilCaughtUp, log, readAgain: () => read().settings })
  post({ say: 'opened', standing: sink.standing() })
}

async function run(running: RunningSink): Promise<void> {
  const timer = setInterval(() => post({ say: 'standing', standing: running.standing() }), standingIntervalMs)
  try {
    await running.run()
  } finally {
    clearInterval(timer)
  }
  post({ say: 'ended', standing: running.standing() })
}

async function tellDetail(running: RunningSink | undefined): Promise<void> {
  post({ say: 'detail', detail: (await running?.detail()) ?? [] })
}

function forTask(settings: SinkSettings, task: number): SinkSettings {
  return { ...settings, consumer: taskConfig(settings.consumer, task) }
}

function fail(error: unknown): void {
  post({ say: 'failed', error: postable(error), standing: sink?.standing() })
}

function post(message: FromTask): void {
  self.postMessage(message)
}
