import { ColumnBatch } from '../../src/columns/batch.ts'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { buildSimdjson, measureSimdjson } from './simdjson.ts'
import { type Workload, workloads } from './workloads.ts'

/** Decode alone, on one core, from bytes in memory: redkite's scanner, JSON.parse with `Float32Array.set`, and simdjson, in turns so that all see the same machine. */
export interface DecodeRow {
  readonly workload: string
  readonly recordBytes: number
  /** Per contender, from its best pass. */
  readonly recordsPerSecond: Readonly<Record<Contender, number>>
  readonly megabytesPerSecond: Readonly<Record<Contender, number>>
}

export type Contender = 'redkite' | 'JSON.parse' | 'simdjson'

/** Turns of each contender, and passes over the records in a turn. */
const turns = 3
const passes = 8

export async function measureDecode(cache: string): Promise<{ readonly rows: DecodeRow[]; readonly simdjson: string }> {
  const program = await buildSimdjson(cache)
  const rows: DecodeRow[] = []
  let version = ''
  for (const workload of workloads()) {
    const best = { redkite: Infinity, 'JSON.parse': Infinity, simdjson: Infinity }
    const ours = redkite(workload)
    const native = jsonParse(workload)
    for (let turn = 0; turn < turns; turn++) {
      best.redkite = Math.min(best.redkite, bestPass(ours))
      best['JSON.parse'] = Math.min(best['JSON.parse'], bestPass(native))
      const simdjson = await measureSimdjson(program, cache, workload, passes)
      best.simdjson = Math.min(best.simdjson, simdjson.ms)
      version = simdjson.version
    }
    rows.push(rowOf(workload, best))
  }
  return { rows, simdjson: version }
}

function redkite(workload: Workload): () => void {
  const batch = new ColumnBatch(workload.schema, { rowsHint: workload.records })
  const plan = compileJsonPlan(workload.schema, { envelope: false })
  const { bytes, starts, records } = workload
  return () => {
    batch.truncate(0)
    for (let i = 0; i < records; i++)
      if (plan.decode(bytes, starts[i]!, starts[i + 1]! - 1, batch) !== 0) throw plan.failure()
  }
}

/** What a careful program would do without a scanner of its own: from bytes too, since records come as bytes. */
function jsonParse(workload: Workload): () => void {
  const { bytes, starts, records, dim, vector } = workload
  const floats = new Float32Array(records * dim)
  const others: unknown[] = new Array(records)
  const decoder = new TextDecoder()
  return () => {
    for (let i = 0; i < records; i++) {
      const row = JSON.parse(decoder.decode(bytes.subarray(starts[i]!, starts[i + 1]! - 1)))
      floats.set(row[vector], i * dim)
      others[i] = row.id
    }
  }
}

function bestPass(pass: () => void): number {
  let best = Infinity
  for (let i = 0; i < passes; i++) {
    const start = performance.now()
    pass()
    best = Math.min(best, performance.now() - start)
  }
  return best
}

function rowOf(workload: Workload, ms: Readonly<Record<Contender, number>>): DecodeRow {
  const bytes = workload.starts[workload.records]!
  const per = (amount: number) => ({
    redkite: amount / ms.redkite,
    'JSON.parse': amount / ms['JSON.parse'],
    simdjson: amount / ms.simdjson,
  })
  return {
    workload: workload.name,
    recordBytes: Math.round(bytes / workload.records),
    recordsPerSecond: per(workload.records * 1e3),
    megabytesPerSecond: per(bytes / 1e3),
  }
}
