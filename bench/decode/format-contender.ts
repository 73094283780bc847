import { ColumnBatch } from '../../src/columns/batch.ts'
import type { Int64Column } from '../../src/columns/int64.ts'
import { scannable } from '../../src/decode/json/simd/float-scanner.ts'
import { bestPassMs } from './best-pass.ts'
import { type FormatWorkload, formatWorkload } from './formats.ts'

/**
 * One way to read one format in a process of its own: `bun format-contender.ts redkite|encode|copy|library FORMAT PASSES` prints the best pass in
 * milliseconds. `encode` decodes and then writes the columns as a request has them; `copy` is one memcpy of each record, the least that any can take.
 */
const [contender, name, passes] = process.argv.slice(2)
const workload = formatWorkload(name!)
const contenders: Record<string, (workload: FormatWorkload) => () => void> = {
  redkite: (each) => redkite(each, false),
  encode: (each) => redkite(each, true),
  copy,
  library,
}
console.log(bestPassMs(Number(passes), contenders[contender!]!(workload)))

function redkite({ schema, plan, bytes: made, starts, keyElsewhere }: FormatWorkload, encodes: boolean): () => void {
  // As a sink's arena is.
  const bytes = scannable(made.length)
  bytes.set(made)
  const records = starts.length - 1
  const batch = new ColumnBatch(schema, { rowsHint: records })
  const key = batch.key as Int64Column
  const out = new Uint8Array(records * 4096)
  return () => {
    batch.truncate(0)
    for (let i = 0; i < records; i++) {
      if (keyElsewhere) key.put(0, i)
      if (plan.decode(bytes, starts[i]!, starts[i + 1]!, batch) !== 0) throw plan.failure()
    }
    if (!encodes) return
    let at = 0
    for (const column of batch.columns) at = column.encode(out, at, 0, records)
  }
}

function copy({ bytes, starts }: FormatWorkload): () => void {
  const records = starts.length - 1
  const out = new Uint8Array(bytes.length)
  return () => {
    for (let i = 0; i < records; i++) out.set(bytes.subarray(starts[i]!, starts[i + 1]!), starts[i]!)
  }
}

/** What a program does that reads records with the library and keeps the vectors. */
function library({ bytes, starts, library: read, schema }: FormatWorkload): () => void {
  const records = starts.length - 1
  const dim = schema.fields.find((field) => field.dim !== undefined)!.dim!
  const floats = new Float32Array(records * dim)
  return () => {
    for (let i = 0; i < records; i++) floats.set(read(bytes.subarray(starts[i]!, starts[i + 1]!)), i * dim)
  }
}
