import { diesWithParent } from '../servers/child.ts'
import { binary } from './redkite.ts'

/** What `redkite console` says to lines that are piped into it. */
export async function askConsole(
  args: readonly string[],
  lines: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const child = Bun.spawn([...diesWithParent, binary, 'console', ...args], {
    stdin: Buffer.from(lines.map((line) => `${line}\n`).join('')),
    stdout: 'pipe',
    stderr: 'pipe',
    env,
  })
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  return { exitCode, stdout, stderr }
}
