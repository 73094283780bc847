/** `redkite console`: the operator's session, with a redkite that runs, or with its two files alone. */
import { readSetup } from '../config/setup.ts'
import { ControlClient, controlFolder, controlSockets } from '../console/control-socket.ts'
import { Operator } from '../console/operator.ts'
import { type Performer, runSession } from '../console/session.ts'
import { failure } from '../errors/errors.ts'
import { exit } from '../errors/exit.ts'
import { folded } from './fold.ts'
import type { Io } from './io.ts'
import { warn } from './report.ts'

export interface ConsoleFlags {
  readonly files: readonly string[]
  readonly sets: readonly string[]
  readonly control: string | undefined
}

/** Exit code 64 where a command of a pipe could not be done. */
export async function openConsole({ files, sets, control }: ConsoleFlags, io: Io): Promise<number> {
  const { performer, greeting, close } =
    files.length > 0 ? standingAlone(files, sets, io) : attachedTo(await openClient(control, io.env))
  // A prompt belongs to whoever looks on; what a pipe asked for goes to stdout all the same.
  const allDone = await runSession({
    ...{ performer, greeting, input: process.stdin, output: process.stdout },
    fold: (text) => folded(text, io.outScreen.columns),
  })
  close()
  return allDone || process.stdin.isTTY ? exit.ok : exit.usage
}

interface Attached {
  readonly performer: Performer
  readonly greeting: string
  readonly close: () => void
}

function standingAlone(files: readonly string[], sets: readonly string[], io: Io): Attached {
  const { sinks, warnings } = readSetup(files, { sets, env: io.env })
  warn(io, warnings)
  const greeting =
    'Without a running redkite: lag, peek, search, seek, dlq. help lists the commands, Tab completes, Ctrl-D ends.'
  return { performer: new Operator({ settings: () => sinks }), greeting, close() {} }
}

interface Found {
  readonly path: string
  readonly client: ControlClient
}

function attachedTo({ path, client }: Found): Attached {
  const greeting = `The redkite at ${path}. help lists the commands, Tab completes, Ctrl-D ends.`
  return { performer: client, greeting, close: () => client.close() }
}

/** The one that somebody named, or the only one that answers: a redkite that was killed leaves its socket behind. */
async function openClient(named: string | undefined, env: Io['env']): Promise<Found> {
  if (named !== undefined) return { path: named, client: await ControlClient.open(named) }
  const tried = await Promise.all(
    controlSockets(env).map((path) =>
      ControlClient.open(path).then(
        (client) => [{ path, client }],
        () => [],
      ),
    ),
  )
  const [first, ...others] = tried.flat()
  const folder = controlFolder(env)
  if (first === undefined) {
    const why =
      folder === undefined
        ? 'neither RUNTIME_DIRECTORY nor XDG_RUNTIME_DIR says where the control socket of a redkite would be'
        : `no redkite answers at a control socket in ${folder}`
    throw failure('CONSOLE_NOT_FOUND', why)
  }
  if (others.length === 0) return first
  for (const { client } of [first, ...others]) client.close()
  throw failure('CONSOLE_NOT_FOUND', `there are several: ${[first, ...others].map(({ path }) => path).join(', ')}`)
}
