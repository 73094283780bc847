/**
 * `bun bench/decode/mapping.ts [name [passes]]`: what mapping costs over the plain JSON plan, in turns in one process, best pass of each. What a plan can do by itself costs next to
 * nothing; other transforms walk the text once more. With a name only mappings whose name has it; on a busy machine
 * more passes than 40 help.
 */
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { SinkSettings } from '../../src/config/sink.ts'
import { compileTopicRouting } from '../../src/decode/compile.ts'
import type { RowDecoder } from '../../src/decode/decoder.ts'
import { scannable } from '../../src/decode/json/simd/float-scanner.ts'
import { Arena } from '../../src/kafka/arena.ts'
import { compileJson, type MappingSettings } from '../../src/mapping/compile-mapping.ts'
import type { TopicRouting } from '../../src/mapping/topic-routing.ts'
import { plainFields, plainMembers, type Way, ways } from './mapping-ways.ts'
import { type Workload, workloads } from './workloads.ts'

const passes = Number(process.argv[3] ?? 40)
const place = { topic: 'articles', partition: 0 }

const plain: MappingSettings = {
  transforms: [],
  fieldMapping: new Map(),
  valueEnvelope: 'none',
  keyMode: 'record_value',
  keyConverter: { kind: 'json', schemasEnable: false, replaceNullWithDefault: true },
  valueConverter: { kind: 'json', schemasEnable: false, replaceNullWithDefault: true },
  collection: 'articles',
}

const headers = [{ name: 'trace', value: Buffer.from('b7ad6b71') }]

function arenaOf({ bytes, starts, records }: Workload, wrap: Way['wrap']): Arena {
  const decoder = new TextDecoder()
  const rows = Array.from({ length: records }, (_, i) => {
    const object = decoder.decode(bytes.subarray(starts[i]!, starts[i + 1]! - 2))
    return new TextEncoder().encode(wrap(`${object},${plainMembers}}`))
  })
  const size = rows.reduce((sum, row) => sum + row.length, 64)
  const arena = new Arena(size, records, scannable(size))
  let at = 0
  for (const [index, row] of rows.entries()) {
    arena.bytes.set(row, at)
    arena.valueStart[index] = at
    at += row.length
    arena.valueEnd[index] = at
    arena.keyStart[index] = -1
    arena.offset[index] = 123_456 + index
    arena.timestampMs[index] = 1_709_212_455_123 + index
    arena.headers[index] = headers
  }
  arena.rows = records
  return arena
}

function pass(decoder: RowDecoder, routing: TopicRouting | undefined, arena: Arena, batch: ColumnBatch): number {
  batch.truncate(0)
  const start = performance.now()
  for (let row = 0; row < arena.rows; row++) {
    if (routing !== undefined && routing.of(place, arena, row) === place.topic) throw new Error('not routed')
    const turned = decoder.turnTo?.(arena, row, place) ?? 0
    if (turned < 0 || decoder.decode(arena.bytes, arena.valueStart[row]!, arena.valueEnd[row]!, batch) !== 0) {
      throw decoder.failure()
    }
  }
  return performance.now() - start
}

const wanted = ways.filter(({ name }, i) => i === 0 || name.includes(process.argv[2] ?? ''))
for (const name of ['768-d, 8 digits', '8-d, 8 digits']) {
  const workload = workloads(name)[0]!
  const { records } = workload
  const contenders = wanted.map(({ name, fields = [], settings, wrap }) => {
    const schema = { ...workload.schema, fields: [...workload.schema.fields, ...plainFields, ...fields] }
    const all = { ...plain, ...settings }
    const routing = compileTopicRouting(all as SinkSettings)
    return {
      name,
      arena: arenaOf(workload, wrap),
      batch: new ColumnBatch(schema, { rowsHint: records }),
      decoder: compileJson(schema, all),
      // Of one that is the same for a whole topic nothing is asked for a record.
      routing: routing?.ofAll(place.topic) === undefined ? routing : undefined,
      bestMs: Infinity,
    }
  })
  for (let i = 0; i < passes; i++) {
    for (const each of contenders) {
      each.bestMs = Math.min(each.bestMs, pass(each.decoder, each.routing, each.arena, each.batch))
    }
  }
  console.log(name)
  for (const { name, bestMs } of contenders) {
    const perSecond = Math.round((records / bestMs) * 1000).toLocaleString('en-US')
    const ratio = (bestMs / contenders[0]!.bestMs).toFixed(2)
    console.log(`  ${name.padEnd(29)}${perSecond.padStart(9)} records/s${ratio.padStart(8)} of the time`)
  }
}
