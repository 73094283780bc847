/** `redkite check`: what it takes. */
import type { Command } from 'commander'
import { takesFiles, whole } from './arguments.ts'
import type { Io } from './io.ts'

interface CheckOptions {
  readonly set?: readonly string[]
  readonly records: number
  readonly json?: boolean
}

export function addCheckVerb(program: Command, io: Io, result: { code: number }): void {
  takesFiles(program.command('check'))
    .summary('try all that a run needs, write nothing')
    .helpOption('-h, --help', 'show this')
    .description(
      'Tries the files, Kafka, Milvus, and sample records: a line each, with what to do where it is not as it should be. Writes nothing and joins no group. Exit code 41 where a run would fail.',
    )
    .option('--records <records>', 'sample records to try', whole(0), 100)
    .option('--json', 'one JSON object a line; its fields are in docs/check.md')
    .action(async (worker: string, sinks: string[], options: CheckOptions) => {
      const { check } = await import('./check.ts')
      const { set: sets = [], records, json = false } = options
      result.code = await check({ files: [worker, ...sinks], sets, records, json }, io)
    })
}
