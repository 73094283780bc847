import { join } from 'node:path'
import { run } from '../run.ts'
import { buildSimdjson, measureSimdjson } from './simdjson.ts'
import { type Workload, workloads } from './workloads.ts'

/**
 * Decode alone, on one core, from bytes in memory: redkite's scanner, JSON.parse with `Float32Array.set`, and simdjson, in turns so that all see the same
 * machine.
 */
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
const passes = 25

export interface MeasuredDecode {
  readonly rows: readonly DecodeRow[]
  /** The version of it. */
  readonly simdjson: string
}

/** Where simdjson is built. */
const cache = join(import.meta.dir, '..', '..', '.cache', 'bench')

export async function measureDecode(): Promise<MeasuredDecode> {
  const program = await buildSimdjson(cache)
  const rows: DecodeRow[] = []
  let version = ''
  for (const workload of workloads()) {
    const best = { redkite: Infinity, 'JSON.parse': Infinity, simdjson: Infinity }
    for (let turn = 0; turn < turns; turn++) {
      const simdjson = await measureSimdjson(program, cache, workload, passes)
      version = simdjson.version
      best.simdjson = Math.min(best.simdjson, simdjson.ms)
      best.redkite = Math.min(best.redkite, await measureHere('redkite', workload))
      best['JSON.parse'] = Math.min(best['JSON.parse'], await measureHere('JSON.parse', workload))
    }
    rows.push(rowOf(workload, best))
  }
  return { rows, simdjson: version }
}

async function measureHere(contender: Contender, workload: Workload): Promise<number> {
  const program = join(import.meta.dir, 'contender.ts')
  return Number(await run([process.execPath, program, contender, workload.name, String(passes)]))
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
