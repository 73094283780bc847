/** kcat, the producer of many a script and example: C, on a librdkafka of its own that is years older than redkite's. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { diesWithParent } from './child.ts'
import { serversRoot } from './place.ts'

const program = join(serversRoot, 'kcat', 'kcat')

/** install.sh has it from Debian 12 alone. */
export const kcatIsHere = existsSync(program)

/** `kcat -P` with these arguments; it sends a record for each line, and ends when Kafka has them all. */
export async function kcat(bootstrap: string, args: readonly string[], lines: readonly string[]): Promise<void> {
  const child = Bun.spawn([...diesWithParent, program, '-P', '-b', bootstrap, ...args], {
    stdin: Buffer.from(lines.map((line) => `${line}\n`).join('')),
    stdout: 'ignore',
    stderr: 'pipe',
  })
  const [said, exitCode] = await Promise.all([child.stderr.text(), child.exited])
  if (exitCode !== 0) throw new Error(`kcat ended with ${exitCode}\n${said}`)
}
