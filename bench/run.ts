export interface RunOptions {
  readonly cwd?: string
  /** Beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
}

/** The end of what a program said before it failed. */
const complaintMax = 2_000

/** Runs a program to its end, and gives what it printed. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const { out } = await runLoud(command, options)
  return out
}

/** The same with what it said on stderr. */
export async function runLoud(command: readonly string[], { cwd, env }: RunOptions = {}) {
  const child = Bun.spawn([...command], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  if (code !== 0) throw new Error(`${command.slice(0, 3).join(' ')} ended with ${code}: ${err.slice(-complaintMax)}`)
  return { out, err }
}
