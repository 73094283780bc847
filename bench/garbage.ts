/**
 * `bun bench/garbage.ts`: what is allocated for a row, and how long the collector stops the program.
 *
 * Rows are decoded and encoded in a process of its own, which has JavaScriptCore say when it collects and how much was allocated since the last time: what
 * is not said is less than one such round. Then the binary runs at full speed into the null Milvus, with the same log.
 */
import { join } from 'node:path'
import { ColumnBatch } from '../src/columns/batch.ts'
import { compileJsonPlan } from '../src/decode/json/plan.ts'
import { scannable } from '../src/decode/json/simd/float-scanner.ts'
import { WriteTarget } from '../src/milvus/request.ts'
import { workloads } from './decode/workloads.ts'
import { runLoud } from './run.ts'
import { print } from './table.ts'

const rowsMeasured = { '8-d, 8 digits': 20_000_000, 'quick start': 10_000_000, '768-d, 8 digits': 10_000_000 } as const
const requestBytes = 2 * 1024 * 1024
/** JavaScriptCore collects when so much was allocated, or more. */
const roundBytes = 8 * 1024 * 1024
/** Printed when the code has been compiled: what Bun allocates for itself until then does not count. */
const started = 'started'

const [name, rows] = process.argv.slice(2)
if (name === undefined) await measure()
else decodeAndEncode(name, Number(rows))

async function measure(): Promise<void> {
  const table = []
  for (const [workload, count] of Object.entries(rowsMeasured)) {
    const log = await collections([process.execPath, import.meta.path, workload, String(count)])
    const { bytes, times } = logOf(log.slice(log.indexOf(started)))
    const most = (bytes + roundBytes) / count
    table.push([
      workload,
      count.toLocaleString('en-US'),
      times,
      bytes.toLocaleString('en-US'),
      `${most.toFixed(2)} or less`,
    ])
  }
  print('decoding and encoding', ['records', 'rows', 'collections', 'bytes allocated by then', 'bytes a row'], table)

  const binary = join(import.meta.dir, '..', 'dist', 'redkite')
  const pauses = []
  for (const count of [100_000, 1_000_000]) {
    const log = await collections([binary, 'bench', '--null', '--dims', '768', '--rows', String(count)])
    const { times, pauseMaxMs } = logOf(log)
    const said = (label: string) => new RegExp(`${label} +(.*)`).exec(log)?.[1]
    pauses.push([
      count.toLocaleString('en-US'),
      said('rows/s') ?? '',
      said('peak RSS') ?? '',
      times,
      `${pauseMaxMs.toFixed(1)} ms`,
    ])
  }
  print(
    'the binary, 768-d into the null Milvus',
    ['rows', 'rows/s', 'peak RSS', 'collections', 'longest pause'],
    pauses,
  )
}

/** What the program says with the collector's log. */
async function collections(command: readonly string[]): Promise<string> {
  const { out, err } = await runLoud(command, { env: { BUN_JSC_logGC: '1' } })
  return err + out
}

function logOf(log: string) {
  const bytes = Array.from(log.matchAll(/bytes allocated this cycle: (\d+)/g), ([, count]) => Number(count))
  const pausesMs = Array.from(log.matchAll(/p=([\d.]+)ms \(max/g), ([, ms]) => Number(ms))
  return { bytes: bytes.reduce((a, b) => a + b, 0), times: pausesMs.length, pauseMaxMs: Math.max(0, ...pausesMs) }
}

function decodeAndEncode(workload: string, count: number): void {
  const { schema, bytes: made, starts, records } = workloads(workload)[0]!
  const bytes = scannable(made.length)
  bytes.set(made)
  const batch = new ColumnBatch(schema)
  const plan = compileJsonPlan(schema, { envelope: false })
  const target = new WriteTarget(schema.collection)
  const out = new Uint8Array(requestBytes * 2)
  const pass = () => {
    for (let i = 0; i < records; i++) {
      if (plan.decode(bytes, starts[i]!, starts[i + 1]! - 1, batch) !== 0) throw plan.failure()
      if (batch.bytes < requestBytes) continue
      target.write('upsert', batch.columns, 0, batch.rows).encode(out, 0)
      batch.truncate(0)
    }
    return records
  }
  for (let done = 0; done < count / 10; ) done += pass()
  Bun.gc(true)
  process.stderr.write(`${started}\n`)
  for (let done = 0; done < count; ) done += pass()
}
