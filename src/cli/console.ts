/** `redkite console`: the operator's session, with a redkite that runs, or with its two files alone. */
import { readSetup } from '../config/setup.ts'
import { ControlClient, controlFolder, controlSockets } from '../console/control-socket.ts'
import { Operator } from '../console/operator.ts'
import { type Performer, runSession } from '../console/session.ts'
import { failure } from '../errors/errors.ts'
import { exit } from '../errors/exit.ts'
import type { Io } from './io.ts'

export interface ConsoleFlags {
  readonly files: readonly string[]
  readonly sets: readonly string[]
  readonly control: string | undefined
}

/** Exit code 64 where a command of a pipe could not be done. */
export async function openConsole({ files, sets, control }: ConsoleFlags, io: Io): Promise<number> {
  const { performer, greeting, close } =
    files.length > 0 ? standingAlone(files, sets, io) : await attached(control ?? onlySocket(io))
  // A prompt belongs to whoever looks on; what a pipe asked for goes to stdout all the same.
  const allDone = await runSession({ performer, greeting, input: process.stdin, output: process.stdout })
  close()
  return allDone || process.stdin.isTTY ? exit.ok : exit.usage
}

interface Attached {
  readonly performer: Performer
  readonly greeting: string
  readonly close: () => void
}

function standingAlone(files: readonly string[], sets: readonly string[], { env }: Io): Attached {
  const { sinks } = readSetup(files, { sets, env })
  const greeting =
    'Without a running redkite: lag, peek, search, seek, dlq. help lists the commands, Tab completes, Ctrl-D ends.'
  return { performer: new Operator({ settings: () => sinks }), greeting, close() {} }
}

async function attached(path: string): Promise<Attached> {
  const client = await ControlClient.open(path)
  const greeting = `The redkite at ${path}. help lists the commands, Tab completes, Ctrl-D ends.`
  return { performer: client, greeting, close: () => client.close() }
}

function onlySocket({ env }: Io): string {
  const [first, ...others] = controlSockets(env)
  if (first === undefined) {
    throw failure('CONSOLE_NOT_FOUND', `no redkite has a control socket in ${controlFolder(env) ?? 'XDG_RUNTIME_DIR'}`)
  }
  if (others.length > 0) throw failure('CONSOLE_NOT_FOUND', `there are several: ${[first, ...others].join(', ')}`)
  return first
}
