/**
 * The entry of the binary, and of the threads it starts, so that the program is in it once. `--version` is answered here, before the rest
 * of the program is loaded; so is `bench-part`, what the bench starts beside its sink, as it is no verb for people.
 */
import type { Io } from './cli/io.ts'
import { versionLine } from './version.ts'

const [, , first] = process.argv

if (!Bun.isMainThread) (await import('./worker/task.ts')).listen()
else if (first === 'bench-part') {
  await (await import('./bench/part.ts')).servePart(process.argv[3] === 'kafka' ? 'kafka' : 'milvus')
  process.exit()
} else {
  const io = (await import('./cli/io.ts')).processIo()
  const code = first === '--version' || first === '-V' ? printVersion(io) : await runVerb(io)
  // Whatever still has a timer must not hold up a cron job; what was printed must be out.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))))
  const lost = io.outFailure()
  process.exit(lost === undefined ? code : await sayLost(lost, code, io))
}

function printVersion(io: Io): number {
  io.out(`${versionLine()}\n`)
  return 0
}

async function runVerb(io: Io): Promise<number> {
  const [{ main }, { report }] = await Promise.all([import('./cli/program.ts'), import('./cli/report.ts')])
  const bug = (error: unknown) => process.exit(report(error, io))
  process.on('uncaughtException', bug)
  process.on('unhandledRejection', bug)
  // A pipe that librdkafka writes to does not keep Bun's event loop alive while nothing else is waited for; the verb's promise must.
  setInterval(() => {}, 1_000_000)
  return await main(process.argv.slice(2), io)
}

/** What went wrong before has the exit code. */
async function sayLost(why: string, code: number, io: Io): Promise<number> {
  const [{ report }, { failure }] = await Promise.all([import('./cli/report.ts'), import('./errors/errors.ts')])
  const lostCode = report(failure('OUTPUT_FAILED', why), io)
  return code === 0 ? lostCode : code
}
