/**
 * `bun bench/decode/mapping.ts [name [passes]]`: what mapping costs over the plain JSON plan: each mapping in a process of its own, in turns with plain records, best pass of each. In one
 * process the code that they share would be compiled for all of them, and a sink has one. With a name only mappings whose name has it; on a busy
 * machine more passes than 40 help.
 */
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { SinkSettings } from '../../src/config/sink.ts'
import { compileDecoder, compileTopicRouting } from '../../src/decode/compile.ts'
import type { RowDecoder } from '../../src/decode/decoder.ts'
import { scannable } from '../../src/decode/json/simd/float-scanner.ts'
import { Arena } from '../../src/kafka/arena.ts'
import type { MappingSettings } from '../../src/mapping/compile-mapping.ts'
import type { TopicRouting } from '../../src/mapping/topic-routing.ts'
import { run } from '../run.ts'
import { plainFields, plainMembers, type Way, ways } from './mapping-ways.ts'
import { type Workload, workloads } from './workloads.ts'

const argument = process.argv[2]
const passes = Number(process.argv[3] ?? 40)
/** Before the name of the mapping that this process is for. */
const alone = '--alone='
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

interface Measured {
  readonly workload: string
  readonly bestMs: readonly [plain: number, mapped: number]
  readonly records: number
}

/** One mapping beside plain records, which is a mapping too. */
function measure(way: Way): readonly Measured[] {
  return ['768-d, 8 digits', '8-d, 8 digits'].map((name) => {
    const workload = workloads(name)[0]!
    const { records } = workload
    const contenders = [ways[0]!, way].map(({ fields = [], settings, wrap }) => {
      const schema = { ...workload.schema, fields: [...workload.schema.fields, ...plainFields, ...fields] }
      const all = { ...plain, ...settings } as SinkSettings
      const routing = compileTopicRouting(all)
      return {
        arena: arenaOf(workload, wrap),
        batch: new ColumnBatch(schema, { rowsHint: records }),
        decoder: compileDecoder(schema, all),
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
    return { workload: name, bestMs: [contenders[0]!.bestMs, contenders[1]!.bestMs], records }
  })
}

async function measureAll(): Promise<void> {
  const wanted = ways.filter(({ name }) => name.includes(argument ?? ''))
  const measured: { readonly name: string; readonly all: readonly Measured[] }[] = []
  for (const { name } of wanted) {
    const out = await run([process.execPath, import.meta.path, `${alone}${name}`, String(passes)])
    measured.push({ name, all: JSON.parse(out) })
  }
  for (const [i, { workload }] of (measured[0]?.all ?? []).entries()) {
    console.log(workload)
    for (const { name, all } of measured) {
      const { bestMs, records } = all[i]!
      const perSecond = Math.round((records / bestMs[1]) * 1000).toLocaleString('en-US')
      const ratio = (bestMs[1] / bestMs[0]).toFixed(2)
      console.log(`  ${name.padEnd(29)}${perSecond.padStart(9)} records/s${ratio.padStart(8)} of the time`)
    }
  }
}

if (argument?.startsWith(alone) !== true) await measureAll()
else console.log(JSON.stringify(measure(ways.find(({ name }) => name === argument.slice(alone.length))!)))
