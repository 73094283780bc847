/** `redkite dlq list|replay`: what they take. */
import type { Command } from 'commander'
import { takesFiles } from './arguments.ts'
import type { Io } from './io.ts'
import { addUnattendedOptions, type UnattendedFlags, unattended } from './run-options.ts'

interface DlqOptions {
  readonly set?: readonly string[]
  readonly json?: boolean
}

export function addDlqVerb(program: Command, io: Io, result: { code: number }): void {
  const dlq = program
    .command('dlq')
    .summary('look at dead letters, send them again')
    .helpOption('-h, --help', 'show this')
    .helpCommand(false)
    .description('Looks at the dead letters of sinks, or sends them again.')
  takesFiles(dlq.command('list'))
    .summary('what is in the dead-letter topics, by reason')
    .helpOption('-h, --help', 'show this')
    .description('Reads the dead-letter topic of each sink to its end and says what is in it. Changes nothing.')
    .option('--json', 'one JSON object a line for each sink; its fields are in docs/dead-letters.md')
    .action(async (worker: string, sinks: string[], options: DlqOptions) => {
      const { dlqList } = await import('./dlq.ts')
      result.code = await dlqList(
        { files: [worker, ...sinks], sets: options.set ?? [], json: options.json === true },
        io,
      )
    })
  const replay = takesFiles(dlq.command('replay'))
    .summary('send dead letters again')
    .helpOption('-h, --help', 'show this')
    .description(
      'Sends the dead letters that were not sent again yet the way of all records. What fails again goes back to the topic. A letter sent again can overwrite a newer row of its key: see docs/dead-letters.md.',
    )
  addUnattendedOptions(replay).action(
    async (worker: string, sinks: string[], options: DlqOptions & UnattendedFlags) => {
      const { dlqReplay } = await import('./dlq.ts')
      result.code = await dlqReplay({ files: [worker, ...sinks], sets: options.set ?? [], ...unattended(options) }, io)
    },
  )
}
