import { count } from '../ops/figures.ts'

/** `1 record`, `2,000 records`. */
export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`
}
