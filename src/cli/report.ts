/** How an error ends a run: one message with the cause and the cure on stderr, and the exit code. */
import { CommanderError } from 'commander'
import { SettingsError } from '../config/entry.ts'
import { asFailure } from '../errors/errors.ts'
import { exit } from '../errors/exit.ts'
import type { Level } from '../ops/log.ts'
import { red, yellow } from './colours.ts'
import { folded } from './fold.ts'
import type { Io } from './io.ts'
import { withLevel } from './journal.ts'

type Err = Pick<Io, 'err' | 'errScreen' | 'isJournal'>

/** A stack trace only for a bug. `sink` is its name where there are several. */
export function report(error: unknown, io: Err, sink?: string): number {
  // Commander has said what was wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage
  const failed = asFailure(error)
  const where = sink === undefined ? '' : `[${sink}] `
  const name = io.errScreen.colours ? red('redkite:') : 'redkite:'
  say(io, 'error', `${name} ${where}${failed.message} [${failed.code}]`)
  if (failed.label === 'record') {
    say(
      io,
      'error',
      '  What comes before that record is written and committed; the next run begins with it. Set errors.tolerance=all to pass over such records.',
    )
  }
  return failed.exit
}

/** What is suspicious about the settings, for a verb that has no log. */
export function warn(io: Err, warnings: readonly string[]): void {
  const label = io.errScreen.colours ? yellow('warning:') : 'warning:'
  for (const warning of warnings) say(io, 'warn', `${label} ${warning}`)
}

/** What was suspicious about settings that are wrong: often the reason. */
export function warningsOf(error: unknown): readonly string[] {
  return error instanceof SettingsError ? error.warnings : []
}

function say({ err, errScreen, isJournal }: Err, level: Level, text: string): void {
  const fitting = `${folded(text, errScreen.columns)}\n`
  err(isJournal ? withLevel(level, fitting) : fitting)
}
