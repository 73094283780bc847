/** Options of `redkite run` for those who run it unattended: cron, systemd, containers. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Level, type LogFormat, levels, logFormats } from '../ops/log.ts'
import type { RunOptions } from './run.ts'

export interface UnattendedFlags {
  readonly maxRuntime?: number
  readonly summary?: 'json'
  readonly lockFile?: string
  readonly control?: string
  readonly quiet?: boolean
  readonly logLevel?: Level
  readonly logFormat?: LogFormat
}

export function addUnattendedOptions(command: Command): Command {
  return command
    .option('--max-runtime <time>', 'end after 90s, 10m or 2h, with exit code 124', milliseconds)
    .addOption(new Option('--summary <format>', 'json: one line on stdout at the end').choices(['json']))
    .option('--lock-file <path>', 'in place of the lock by name; none: no lock')
    .option('--control <path>', 'socket for redkite console; none: no socket')
    .option('-q, --quiet', 'warnings and errors only')
    .addOption(new Option('--log-level <level>', 'info, warn or error').choices(levels))
    .addOption(new Option('--log-format <format>', 'text or json').choices(logFormats))
}

export function unattended(flags: UnattendedFlags): Partial<RunOptions> {
  const { maxRuntime: maxRuntimeMs, summary, lockFile, control, quiet = false, logLevel, logFormat } = flags
  return {
    ...{ maxRuntimeMs, summary, lockFile, control, quiet },
    ...(logLevel === undefined ? {} : { logLevel }),
    ...(logFormat === undefined ? {} : { logFormat }),
  }
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
/** What a timer of JavaScript can wait for. */
const runtimeMsMax = 2 ** 31 - 1

/** `90`, `90s`, `10m`, `1h30m`: a number alone is seconds. */
export function milliseconds(text: string): number {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|[smhd]|$)/g)]
  const sum = parts.reduce((ms, [, number, unit]) => ms + Number(number) * unitMs[unit || 's']!, 0)
  const isWhole = parts.map(([part]) => part).join('') === text.trim()
  if (parts.length === 0 || !isWhole || sum <= 0 || sum > runtimeMsMax) {
    throw new InvalidArgumentError('It takes a time from 1ms to 24d, as 90s, 10m or 1h30m.')
  }
  return sum
}
