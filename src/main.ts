/**
 * The entry of the binary, and of the threads it starts, so that the program is in it once. `--version` is answered here, before the rest
 * of the program is loaded; so is `bench-part`, what the bench starts beside its sink, as it is no verb for people.
 */
import { versionLine } from './version.ts'

if (!Bun.isMainThread) (await import('./worker/task.ts')).listen()
else if (process.argv[2] === '--version' || process.argv[2] === '-V') console.log(versionLine())
else if (process.argv[2] === 'bench-part') {
  await (await import('./bench/part.ts')).servePart(process.argv[3] === 'kafka' ? 'kafka' : 'milvus')
  process.exit()
} else {
  const [{ main }, { processIo }, { report }, { failure }] = await Promise.all([
    import('./cli/program.ts'),
    import('./cli/io.ts'),
    import('./cli/report.ts'),
    import('./errors/errors.ts'),
  ])
  const io = processIo()
  const bug = (error: unknown) => process.exit(report(error, io))
  process.on('uncaughtException', bug)
  process.on('unhandledRejection', bug)
  // A pipe that librdkafka writes to does not keep Bun's event loop alive while nothing else is waited for; the verb's promise must.
  setInterval(() => {}, 1_000_000)
  const code = await main(process.argv.slice(2), io)
  // Whatever still has a timer must not hold up a cron job; what was printed must be out.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))))
  const lost = io.outFailure()
  const lostCode = lost === undefined ? 0 : report(failure('OUTPUT_FAILED', lost), io)
  process.exit(code === 0 ? lostCode : code)
}
