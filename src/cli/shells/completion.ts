import type { Command } from 'commander'
import { sinkKeys, workerKeys } from '../../config/keys.ts'
import type { Shell } from '../completion-verb.ts'
import { bashCompletion } from './bash.ts'
import { fishCompletion } from './fish.ts'
import { shapeOf } from './verbs.ts'
import { zshCompletion } from './zsh.ts'

/** What the shell reads. */
export function completion(shell: Shell, program: Command): string {
  const keys = [...new Set([...Object.keys(workerKeys), ...Object.keys(sinkKeys)])].sort()
  const write = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }[shell]
  return write(shapeOf(program), keys)
}
