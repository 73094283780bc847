/** systemd's journal takes the level of a line from a number before it (sd-daemon(3)), so that `journalctl -p warning` finds what matters. */
import { fstatSync } from 'node:fs'
import type { Level } from '../ops/log.ts'

/** Those of syslog. */
const numbers: Readonly<Record<Level, number>> = { error: 3, warn: 4, info: 6 }
const stderrFd = 2

/** Whether stderr goes there: JOURNAL_STREAM alone is inherited by programs whose stderr goes elsewhere. */
export function isJournal({ JOURNAL_STREAM: stream }: Readonly<Record<string, string | undefined>>): boolean {
  if (!stream) return false
  try {
    const { dev, ino } = fstatSync(stderrFd, { bigint: true })
    return stream === `${dev}:${ino}`
  } catch {
    return false
  }
}

export function withLevel(level: Level, text: string): string {
  return text.replaceAll(/^(?=.)/gm, `<${numbers[level]}>`)
}
