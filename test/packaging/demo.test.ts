import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diesWithParent } from '../servers/child.ts'
import { serversRoot } from '../servers/place.ts'
import { serverTimeoutMs } from '../servers/shared.ts'

setDefaultTimeout(serverTimeoutMs)

const program = join(import.meta.dir, '..', '..', 'packaging', 'demo', 'demo.ts')
/** Every process that the demo starts inherits it. */
const mark = 'REDKITE_DEMO_TEST'
let runs = 0

interface Demo {
  readonly pid: number
  /** Until this was printed. */
  printed(text: string): Promise<void>
  readonly ended: Promise<{ exitCode: number; output: string; left: Left }>
}

interface Left {
  /** Processes of the run that still live, by their command lines. */
  readonly processes: string[]
  readonly files: string[]
}

/** Runs the demo in a process group of its own, as a shell does. */
function demo(...args: string[]): Demo {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-demo-test-'))
  const value = `${process.pid}-${++runs}`
  const child = Bun.spawn([...diesWithParent, process.execPath, program, ...args], {
    env: { ...process.env, TMPDIR: folder, [mark]: value },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  const read = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) output += decoder.decode(chunk, { stream: true })
  }
  const reading = Promise.all([read(child.stdout), read(child.stderr)])
  return {
    pid: child.pid,
    async printed(text) {
      while (!output.includes(text)) {
        if (child.exitCode !== null) throw new Error(`ended before it printed "${text}"\n${output}`)
        await Bun.sleep(5)
      }
    },
    ended: (async () => {
      const exitCode = await child.exited
      const processes = marked(value)
      await reading
      const data = readdirSync(join(serversRoot, 'data')).filter((name) => name.startsWith(`${child.pid}-`))
      const left = { processes, files: [...readdirSync(folder), ...data] }
      rmSync(folder, { recursive: true })
      return { exitCode, output, left }
    })(),
  }
}

function marked(value: string): string[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0')
      if (!environment.includes(`${mark}=${value}`)) return []
      return [readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')]
    } catch {
      // It ended while it was looked at.
      return []
    }
  })
}

const nothing: Left = { processes: [], files: [] }

describe('the demo', () => {
  test.each([[[]], [['--lite']]])(
    'shows the record as read back, its neighbours and the counts (%p)',
    async (flags) => {
      const { exitCode, output, left } = await demo('--records', '500', ...flags).ended
      expect(output).toContain('upsert by "id"')
      expect(output).toContain('501 rows written from 501 records')
      const [, shown] = output.split('Read back from Milvus: id 0\n') as [string, string]
      expect(shown).toContain('[0.041732933, 0.013779674, -0.027564144, -0.013061441,')
      expect(shown).toContain('0.009748648, 0.00082446384, -0.00071647146, 0.048612226]')
      const [, neighbours] = shown.split('The articles nearest to its vector\n') as [string, string]
      const lines = neighbours.split('\n').slice(0, 6)
      expect(lines[0]).toMatch(/0\.000000 +The Reported Mortality Rate of Coronavirus Is Not Important/)
      expect(lines.filter((line) => line.includes('Coronavirus'))).toHaveLength(6)
      expect(neighbours).toMatch(/Kafka +501 records\n +Milvus +501 rows\n +redkite .* rows\/s/)
      expect(output).not.toContain('\x1b')
      expect({ exitCode, left }).toEqual({ exitCode: 0, left: nothing })
    },
  )

  /** What is printed, how long after it the interrupt comes, and flags; Milvus Lite is up sooner. */
  const moments: [string, string, number, string[]][] = [
    ['as Milvus starts', 'Kafka   ', 0, []],
    ['while Milvus starts', 'Kafka   ', 1_000, []],
    ['while redkite runs', 'assigned topic_0', 0, []],
    ['while it produces', 'FLOAT_VECTOR', 0, ['--lite']],
    ['while redkite starts', '$ redkite', 50, ['--lite']],
  ]
  test.each(moments)('leaves nothing when it is interrupted %s', async (_, text, delayMs, flags) => {
    const run = demo(...flags)
    await run.printed(text)
    await Bun.sleep(delayMs)
    process.kill(-run.pid, 'SIGINT')
    const { exitCode, left } = await run.ended
    expect({ exitCode, left }).toEqual({ exitCode: 130, left: nothing })
  })

  test('leaves nothing when it alone is told to end', async () => {
    const run = demo('--lite')
    await run.printed('assigned topic_0')
    process.kill(run.pid, 'SIGTERM')
    const { exitCode, left } = await run.ended
    expect({ exitCode, left }).toEqual({ exitCode: 143, left: nothing })
  })

  test('refuses a count that the embedded Kafka cannot hold', async () => {
    const { exitCode, output } = await demo('--records', '50001').ended
    expect(exitCode).toBe(64)
    expect(output).toContain('--records takes a whole number from 0 to 50000')
  })
})
