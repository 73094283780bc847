/** How the demo looks: headings, pairs, a shell's prompt; colours on a terminal, unless NO_COLOR says otherwise. */
import { createColors } from 'picocolors'

// By itself picocolors would colour what a CI reads too.
const pc = createColors(process.stdout.isTTY === true && !process.env.NO_COLOR)

export const line = (text = ''): void => void process.stdout.write(`${text}\n`)

export const heading = (text: string): void => line(`\n${pc.bold(text)}`)

export const pair = (name: string, value: string): void => line(`  ${pc.dim(name.padEnd(14))}${value}`)

export const file = (name: string, text: string): void => {
  heading(name)
  for (const each of text.trimEnd().split('\n')) {
    const at = each.indexOf('=') + 1
    line(`  ${pc.dim(each.slice(0, at))}${each.slice(at)}`)
  }
}

export const command = (text: string): void => line(`\n${pc.green('$')} ${pc.bold(text)}`)

export const count = (value: number): string => Math.round(value).toLocaleString('en-US')

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** The shortest decimal that is this 32-bit float. */
export function float(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)))
    if (Math.fround(Number(text)) === Math.fround(value)) return text
  }
  return String(value)
}
