/** `redkite dlq list` and `redkite dlq replay`: look at the dead letters of sinks, and send them again. */
import pc from 'picocolors'
import { readSetup } from '../config/setup.ts'
import { exit } from '../errors/exit.ts'
import { count } from '../ops/figures.ts'
import { type LetterList, type LetterReason, listLetters } from '../sink/dlq/list.ts'
import type { Io } from './io.ts'
import { run } from './run.ts'

export interface DlqFlags {
  readonly files: readonly string[]
  readonly sets: readonly string[]
}

/** With `json`, one object a line for each sink; its fields are in docs/dead-letters.md. */
export async function dlqList({ files, sets, json }: DlqFlags & { readonly json: boolean }, io: Io): Promise<number> {
  const setup = readSetup(files, { sets, env: io.env })
  for (const settings of setup.sinks) {
    const list = await listLetters(settings)
    io.out(json ? `${JSON.stringify(list)}\n` : `${toLines(list, io.colours).join('\n')}\n`)
  }
  return exit.ok
}

/** Runs the sinks with their dead letters as the source, up to the end that the topics have now. */
export function dlqReplay({ files, sets }: DlqFlags, io: Io): Promise<number> {
  return run({ files, sets, untilCaughtUp: true, isReplay: true }, io)
}

function toLines({ topic, letters, waiting, reasons }: LetterList, colours: boolean): string[] {
  const head = `${topic}: ${plural(letters, 'dead letter')}${letters > 0 ? `, ${count(waiting)} not replayed` : ''}`
  return [colours ? pc.bold(head) : head, ...reasons.flatMap(reasonLines)]
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

function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`
}
