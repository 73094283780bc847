/** How an error ends a run: one message with the cause and the cure on stderr, and the exit code. */
import { CommanderError } from 'commander'
import pc from 'picocolors'
import { errors, RedkiteError } from '../errors/errors.ts'
import { exit } from '../errors/exit.ts'
import type { Io } from './io.ts'

/** A stack trace only for a bug. `sink` is its name where there are several. */
export function report(error: unknown, io: Pick<Io, 'err' | 'colours'>, sink?: string): number {
  // Commander has said what was wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage
  const known = error instanceof RedkiteError
  const message = known ? `${error.message} [${error.code}]` : errors.INTERNAL.say(traceOf(error))
  const where = sink === undefined ? '' : `[${sink}] `
  io.err(`${io.colours ? pc.red('redkite:') : 'redkite:'} ${where}${message}\n`)
  if (!known) return exit.internal
  if (error.label === 'record') {
    io.err(
      '  What comes before that record is written and committed; the next run begins with it. Set errors.tolerance=all to pass over such records.\n',
    )
  }
  return error.exit
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
