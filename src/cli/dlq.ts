/** `redkite dlq list` and `redkite dlq replay`: look at the dead letters of sinks, and send them again. */
import { readSetup } from '../config/setup.ts'
import { exit } from '../errors/exit.ts'
import { count, plural } from '../ops/figures.ts'
import { type LetterList, type LetterReason, listLetters } from '../sink/dlq/list.ts'
import { bold } from './colours.ts'
import { folded } from './fold.ts'
import type { Io, Screen } from './io.ts'
import { warn } from './report.ts'
import { type RunOptions, run } from './run.ts'

export interface DlqFlags {
  readonly files: readonly string[]
  readonly sets: readonly string[]
}

/** With `json`, one object a line for each sink; its fields are in docs/dead-letters.md. */
export async function dlqList({ files, sets, json }: DlqFlags & { readonly json: boolean }, io: Io): Promise<number> {
  const setup = readSetup(files, { sets, env: io.env })
  warn(io, setup.warnings)
  for (const settings of setup.sinks) {
    const list = await listLetters(settings)
    io.out(json ? `${JSON.stringify(list)}\n` : toText(list, io.outScreen))
  }
  return exit.ok
}

/** Runs the sinks with their dead letters as the source, up to the end that the topics have now. */
export function dlqReplay(options: DlqFlags & Partial<RunOptions>, io: Io): Promise<number> {
  return run({ ...options, untilCaughtUp: true, isReplay: true }, io)
}

function toText({ topic, letters, waiting, reasons }: LetterList, { colours, columns }: Screen): string {
  const head = `${topic}: ${plural(letters, 'dead letter')}${letters > 0 ? `, ${count(waiting)} not replayed` : ''}`
  return folded([colours ? bold(head) : head, ...reasons.flatMap(reasonLines), ''].join('\n'), columns)
}

function reasonLines({ reason, letters, waiting, attemptsMax, removed, message, first, last }: LetterReason): string[] {
  const parts = [
    plural(letters, 'letter'),
    `${count(waiting)} not replayed`,
    ...(attemptsMax > 1 ? [`up to ${attemptsMax} attempts`] : []),
    ...(removed > 0 ? [`${count(removed)} whose record was gone from Kafka`] : []),
  ]
  const sighting = ({ place, time }: LetterReason['first']) => [place, ...(time === undefined ? [] : [time])].join(' ')
  return [
    `  ${reason}: ${parts.join(', ')}`,
    ...(message === undefined ? [] : [`    ${message}`]),
    `    first ${sighting(first)}`,
    ...(letters > 1 ? [`    last  ${sighting(last)}`] : []),
  ]
}
