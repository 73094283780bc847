/** What a command of the console says: lines for a person, with no colours, so that they can go over a socket. */
import { failure } from '../errors/errors.ts'

export interface Answer {
  readonly lines: readonly string[]
  readonly isError: boolean
}

export function wrong(what: string): never {
  throw failure('CONSOLE_COMMAND', what)
}

/** Columns as wide as what is in them, without those that have nothing; numbers are for the caller to pad. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  return rows.map((row) =>
    row
      .flatMap((cell, at) => (widths[at] === 0 ? [] : [cell.padEnd(widths[at]!)]))
      .join('  ')
      .trimEnd(),
  )
}

const wholeMax = 1_000

/** How many rows or records are asked for. */
export function whole(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  return /^\d+$/.test(text) && value > 0 && value <= wholeMax
    ? value
    : wrong(`it takes a number from 1 to ${wholeMax}, not "${text}"`)
}
