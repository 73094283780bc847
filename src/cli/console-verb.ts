import type { Command } from 'commander'
import { collect } from './arguments.ts'
import type { Io } from './io.ts'

export function addConsoleVerb(program: Command, io: Io, result: { code: number }): void {
  program
    .command('console')
    .summary('look at a running redkite, and steer it')
    .helpOption('-h, --help', 'show this')
    .description('Opens a session with the redkite that runs on this machine, or with the two files alone.')
    .argument('[files...]', 'worker.properties and sinks, to work without a running one')
    .option('--control <path>', 'control socket of the running redkite')
    .option('--set <key=value>', 'over environment and files; may be repeated', collect)
    .addHelpText(
      'after',
      `
Examples:
  redkite console
  redkite console worker.properties orders.properties
  echo status | redkite console --control /run/redkite-orders/orders.sock`,
    )
    .action(async (files: string[], { control, set: sets = [] }: { control?: string; set?: string[] }) => {
      const { openConsole } = await import('./console.ts')
      result.code = await openConsole({ files, sets, control }, io)
    })
}
