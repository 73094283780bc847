import { ColumnBatch } from '../../src/columns/batch.ts'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { scannable } from '../../src/decode/json/simd/float-scanner.ts'
import { bestPassMs } from './best-pass.ts'
import { type Workload, workloads } from './workloads.ts'

/**
 * One contender over one workload in a process of its own, as a sink is one: what the compiler learned from other records, and another contender's garbage,
 * would count otherwise. `bun contender.ts redkite|JSON.parse WORKLOAD PASSES` prints the best pass in milliseconds.
 */
const [contender, name, passes] = process.argv.slice(2)
const workload = workloads(name)[0]!
const pass = contender === 'redkite' ? redkite(workload) : jsonParse(workload)
console.log(bestPassMs(Number(passes), pass))

function redkite({ schema, bytes: made, starts, records }: Workload): () => void {
  // As a sink's arena is.
  const bytes = scannable(made.length)
  bytes.set(made)
  const batch = new ColumnBatch(schema, { rowsHint: records })
  const plan = compileJsonPlan(schema, { envelope: false })
  return () => {
    batch.truncate(0)
    for (let i = 0; i < records; i++)
      if (plan.decode(bytes, starts[i]!, starts[i + 1]! - 1, batch) !== 0) throw plan.failure()
  }
}

/** What a careful program would do without a scanner of its own: from bytes too, since records come as bytes. */
function jsonParse({ bytes, starts, records, dim, vector }: Workload): () => void {
  const floats = new Float32Array(records * dim)
  const ids: unknown[] = new Array(records)
  const decoder = new TextDecoder()
  return () => {
    for (let i = 0; i < records; i++) {
      const row = JSON.parse(decoder.decode(bytes.subarray(starts[i]!, starts[i + 1]! - 1)))
      floats.set(row[vector], i * dim)
      ids[i] = row.id
    }
  }
}
