/** A program with a task whose thread listens late, and whose order no task can follow: prints the code that the task answers with. */
import { RedkiteError } from '../../src/errors/errors.ts'
import { createLog } from '../../src/ops/log.ts'
import { startTask } from '../../src/worker/thread.ts'

if (Bun.isMainThread) {
  const order = { files: ['/nowhere.properties'], sets: [], env: {}, sink: 'sink', task: 0, untilCaughtUp: true }
  const log = createLog({ write: () => {}, now: () => new Date() })
  const error = await startTask(order, log).catch((error: unknown) => error)
  process.stdout.write(error instanceof RedkiteError ? error.code : String(error))
  process.exit()
} else {
  await Bun.sleep(200)
  ;(await import('../../src/worker/task.ts')).listen()
}
