/** `redkite completion bash|zsh|fish`: prints what the shell has to read to complete verbs, options and settings. */
import { Argument, type Command } from 'commander'
import type { Io } from './io.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

export function addCompletionVerb(program: Command, io: Io, result: { code: number }): void {
  program
    .command('completion')
    .summary('what a shell reads to complete the command line')
    .helpOption('-h, --help', 'show this')
    .description('Prints what a shell reads to complete verbs, options and settings.')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(shells))
    .addHelpText(
      'after',
      `
Examples:
  redkite completion bash > /etc/bash_completion.d/redkite
  redkite completion zsh  > "\${fpath[1]}/_redkite"
  redkite completion fish > ~/.config/fish/completions/redkite.fish`,
    )
    .action(async (shell: Shell) => {
      const { completion } = await import('./shells/completion.ts')
      io.out(completion(shell, program))
      result.code = 0
    })
}
