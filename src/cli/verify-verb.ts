/** `redkite verify`: what it takes. */
import type { Command } from 'commander'
import { takesFiles, whole } from './arguments.ts'
import type { Io } from './io.ts'

interface VerifyOptions {
  readonly set?: readonly string[]
  readonly sample?: number
  readonly rows: number
  readonly json?: boolean
}

export function addVerifyVerb(program: Command, io: Io, result: { code: number }): void {
  takesFiles(program.command('verify'))
    .summary('prove that collections hold what their topics say')
    .helpOption('-h, --help', 'show this')
    .description(
      'Reads the topics of each sink up to their end, and its collection, and compares every row. Writes nothing and commits nothing. Exit code 40 where rows differ.',
    )
    .option('--sample <keys>', 'compare so many keys chosen at random, instead of all', whole(1))
    .option('--rows <rows>', 'rows of each kind to name', whole(0), 20)
    .option('--json', 'one JSON object a line for each sink; its fields are in docs/verify.md')
    .action(async (worker: string, sinks: string[], options: VerifyOptions) => {
      const { verify } = await import('./verify.ts')
      const { set: sets = [], sample, rows: rowsMax, json = false } = options
      result.code = await verify({ files: [worker, ...sinks], sets, sample, rowsMax, json }, io)
    })
}
