/**
 * `bun bench/decode/mapping.ts [name [passes]]`: what mapping costs over the plain JSON plan: each mapping in a process of its own, in turns with plain records, best pass of each. In one
 * process the code that they share would be compiled for all of them, and a sink has one. With a name only mappings whose name has it; on a busy
 * machine more passes than 40 help.
 */
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { SinkSettings } from '../../src/config/sink.ts'
import { compileDecoder, compileTopicRouting } from '../../src/decode/compile.ts'
import type { Arena } from '../../src/kafka/arena.ts'
import type { MappingSettings } from '../../src/mapping/compile-mapping.ts'
import { run } from '../run.ts'
import { arenaOf, passMs, place, printPass } from './decoder-pass.ts'
import { plainFields, plainMembers, type Way, ways } from './mapping-ways.ts'
import { type Workload, workloads } from './workloads.ts'

const argument = process.argv[2]
const passes = Number(process.argv[3] ?? 40)
/** Before the name of the mapping that this process is for. */
const alone = '--alone='

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

function filledArena({ bytes, starts, records }: Workload, wrap: Way['wrap']): Arena {
  const decoder = new TextDecoder()
  const values = Array.from({ length: records }, (_, i) => {
    const object = decoder.decode(bytes.subarray(starts[i]!, starts[i + 1]! - 2))
    return new TextEncoder().encode(wrap(`${object},${plainMembers}}`))
  })
  const arena = arenaOf(values)
  for (let row = 0; row < records; row++) {
    arena.offset[row] = 123_456 + row
    arena.timestampMs[row] = 1_709_212_455_123 + row
    arena.headers[row] = headers
  }
  return arena
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
        arena: filledArena(workload, wrap),
        batch: new ColumnBatch(schema, { rowsHint: records }),
        decoder: compileDecoder(schema, all),
        // Of one that is the same for a whole topic nothing is asked for a record.
        routing: routing?.ofAll(place.topic) === undefined ? routing : undefined,
        bestMs: Infinity,
      }
    })
    for (let i = 0; i < passes; i++) {
      for (const each of contenders) {
        each.bestMs = Math.min(each.bestMs, passMs(each.decoder, each.arena, each.batch, each.routing))
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
      printPass(name, records, bestMs[1], bestMs[0])
    }
  }
}

if (argument?.startsWith(alone) !== true) await measureAll()
else console.log(JSON.stringify(measure(ways.find(({ name }) => name === argument.slice(alone.length))!)))
