/** `redkite run`: what it takes, and the verb when none is named. */
import { type Command, InvalidArgumentError } from 'commander'
import { collect, takesFiles } from './arguments.ts'
import type { HttpFlags } from './http.ts'
import type { Io } from './io.ts'
import { addUnattendedOptions, type UnattendedFlags, unattended } from './run-options.ts'

interface RunFlags extends UnattendedFlags {
  readonly set?: readonly string[]
  readonly untilCaughtUp?: boolean
  readonly shutdownTimeout?: number
  readonly http?: string
  readonly httpTokenFile?: string
  readonly httpName?: readonly string[]
}

export function addRunVerb(program: Command, io: Io, result: { code: number }): void {
  const runVerb = takesFiles(program.command('run', { isDefault: true }))
    .summary('run sinks until stopped; the verb when none is named')
    .helpOption('-h, --help', 'show this')
    .description('Runs sinks until stopped, each from the topics of its file into its collection.')
    .option('--until-caught-up', 'end with 0 when what is there now is in Milvus')
    .option('--shutdown-timeout <seconds>', 'how long to finish what is in flight at the end', seconds)
    .option('--http <[host:]port>', "a page, /metrics, /readyz and Connect's REST")
    .option('--http-token-file <file>', 'what pausing and restarting over HTTP takes')
    .option('--http-name <name>', 'a name that others call this machine by', collect)
  addUnattendedOptions(runVerb).action(async (worker: string, sinks: string[], options: RunFlags) => {
    const { run } = await import('./run.ts')
    result.code = await run(
      {
        files: [worker, ...sinks],
        sets: [...(options.set ?? []), ...shutdownSetting(options.shutdownTimeout)],
        untilCaughtUp: options.untilCaughtUp === true,
        ...unattended(options),
        http: httpFlags(options),
      },
      io,
    )
  })
}

const shutdownSecondsMax = 3_600

function seconds(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= shutdownSecondsMax)) {
    throw new InvalidArgumentError(`It takes seconds from 0 to ${shutdownSecondsMax}.`)
  }
  return value
}

function httpFlags({ http, httpTokenFile: tokenFile, httpName: names = [] }: RunFlags): HttpFlags | undefined {
  return http === undefined ? undefined : { http, tokenFile, names }
}

function shutdownSetting(timeout: number | undefined): string[] {
  return timeout === undefined ? [] : [`shutdown.timeout.ms=${Math.round(timeout * 1_000)}`]
}
