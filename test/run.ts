/**
 * Runs all tests in two `bun test` processes side by side, as tests wait for servers half of the time. Each has every second file, and
 * servers of its own that its files share from the first to the last: `bun test --parallel` would stop them after every file.
 *
 * What a process prints appears a file at a time; what it says at its end, the failed tests among it, stands below all files. The last
 * lines are a summary of both in Bun's own form, and the exit code is 1 when a process failed or ended without one.
 *
 * Usage: bun test/run.ts [OPTION of bun test]…
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { diesWithParent } from './servers/child.ts'

const shards = ['1/2', '2/2']
const fileHeading = /^\S+\.test\.ts:$/
const summaryBegin = /^\d+ tests? failed:$|^ *\d+ pass$/
const results = ['pass', 'skip', 'todo', 'fail']
const resultCount = new RegExp(`^ *(\\d+) (${results.join('|')})$`)
const fileCount = /^Ran \d+ tests? across (\d+) files?/

interface Ended {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly summary: readonly string[]
}

async function runShard(shard: string): Promise<Ended> {
  // What tests print on stdout has its place among what Bun says on stderr.
  const bun = ['bash', '-c', 'exec "$@" 2>&1', 'bash', process.execPath, 'test', `--shard=${shard}`]
  const [program, ...args] = [...diesWithParent, ...bun, ...process.argv.slice(2)]
  const tests = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(tests, 'close')
  const summary = await printFiles(tests.stdout!)
  await closed
  return { exitCode: tests.exitCode, signal: tests.signalCode, summary }
}

/** Prints each file's lines when the next file begins; returns what came after the last file. */
async function printFiles(output: NonNullable<ChildProcess['stdout']>): Promise<string[]> {
  let lines: string[] = []
  let inSummary = false
  for await (const line of createInterface({ input: output })) {
    if (!inSummary && (fileHeading.test(line) || summaryBegin.test(line))) {
      print(lines)
      lines = []
      inSummary = summaryBegin.test(line)
    }
    lines.push(line)
  }
  if (inSummary) {
    return lines
  }
  print(lines)
  return []
}

function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
}

/** Of all processes' summaries; a count that is nothing everywhere is left out, as Bun does. */
function addUp(all: readonly Ended[]): string[] {
  const counts = new Map(results.map((result) => [result, 0]))
  let files = 0
  for (const line of all.flatMap((ended) => ended.summary)) {
    const [, count, result] = resultCount.exec(line) ?? []
    if (result) {
      counts.set(result, counts.get(result)! + Number(count))
    }
    files += Number(fileCount.exec(line)?.[1] ?? 0)
  }
  const tests = [...counts.values()].reduce((sum, count) => sum + count)
  const shown = [...counts].filter(([result, count]) => count > 0 || result === 'pass' || result === 'fail')
  return [
    ...shown.map(([result, count]) => ` ${count} ${result}`),
    `Ran ${tests} tests across ${files} files. [${(performance.now() / 1000).toFixed(0)}s]`,
  ]
}

// Ctrl-C reaches the processes too: each stops its servers, then this one ends with them.
process.on('SIGINT', () => {})

const all = await Promise.all(shards.map(runShard))
for (const [i, { exitCode, signal, summary }] of all.entries()) {
  print(['', `--- process ${shards[i]}`, ...summary])
  if (summary.length === 0) {
    print([`it ended with ${signal ? `signal ${signal}` : `exit code ${exitCode}`} before its summary`])
  }
}
print(['', '--- both', ...addUp(all)])
process.exit(all.every(({ exitCode, summary }) => exitCode === 0 && summary.length > 0) ? 0 : 1)
