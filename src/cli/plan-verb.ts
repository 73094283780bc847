/** `redkite plan`: what it takes. */
import type { Command } from 'commander'
import { takesFiles, whole } from './arguments.ts'
import type { Io } from './io.ts'

interface PlanOptions {
  readonly set?: readonly string[]
  readonly records: number
  readonly all?: boolean
  readonly json?: boolean
}

export function addPlanVerb(program: Command, io: Io, result: { code: number }): void {
  takesFiles(program.command('plan'))
    .summary('a dry run: what would become of the records')
    .helpOption('-h, --help', 'show this')
    .description(
      'Reads the records that a run would read next, converts them, and says which field goes where, how many rows come of them, and what cannot be written. Writes nothing, commits nothing, joins no group.',
    )
    .option('--records <records>', 'records to read', whole(1), 10_000)
    .option('--all', 'read all records that wait')
    .option('--json', 'one JSON object a line for each sink; its fields are in docs/check.md')
    .action(async (worker: string, sinks: string[], options: PlanOptions) => {
      const { plan } = await import('./plan.ts')
      const { set: sets = [], records, all = false, json = false } = options
      result.code = await plan({ files: [worker, ...sinks], sets, records: all ? undefined : records, json }, io)
    })
}
