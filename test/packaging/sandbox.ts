/**
 * Runs the built binary where next to nothing exists: in a mount namespace of its own, which goes away with the command.
 *
 * `unshare` is in util-linux; whoever is not root gets a user namespace with it.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const binary = fileURLToPath(new URL('../../dist/redkite', import.meta.url))

/** The libraries of glibc that Bun needs, as the dynamic linker calls them. */
export const libc = ['libc.so.6', 'libm.so.6', 'libpthread.so.0', 'libdl.so.2'] as const

export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** The script may hide the folder where the checkout is, /tmp for one: the binary is seen in /srv too. */
const keepBinary = 'mount --bind "$(dirname "$1")" /srv; set -- /srv/redkite\n'

/** Runs a script of sh that may mount; `$1` is the binary. */
export function inNamespace(script: string, ...flags: readonly string[]): Outcome {
  if (!existsSync(binary)) throw new Error('dist/redkite is missing: make build')
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user']
  const command = ['unshare', ...asRoot, '--mount', ...flags, 'sh', '-euc', keepBinary + script, 'sh', binary]
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { env: { PATH: process.env.PATH ?? '' } })
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() }
}
