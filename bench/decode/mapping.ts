/**
 * `bun bench/decode/mapping.ts`: what mapping costs over the plain JSON plan, in turns in one process, best pass of each. What a plan can do by itself costs next to
 * nothing; other transforms walk the text once more.
 */
import { ColumnBatch } from '../../src/columns/batch.ts'
import { type Entry, Findings } from '../../src/config/entry.ts'
import { readTransforms } from '../../src/config/transforms.ts'
import type { RowDecoder } from '../../src/decode/decoder.ts'
import { scannable } from '../../src/decode/json/simd/float-scanner.ts'
import { Arena } from '../../src/kafka/arena.ts'
import { compileJson, type MappingSettings } from '../../src/mapping/compile-mapping.ts'
import { DataType, type Field, plainField } from '../../src/milvus/schema.ts'
import { type Workload, workloads } from './workloads.ts'

const passes = 40
const place = { topic: 'articles', partition: 0 }
const transforms = 'org.apache.kafka.connect.transforms.'

const plain: MappingSettings = {
  transforms: [],
  fieldMapping: new Map(),
  valueEnvelope: 'none',
  keyMode: 'record_value',
  keyConverter: undefined,
  valueConverter: { kind: 'json', schemasEnable: false, replaceNullWithDefault: true },
  collection: 'articles',
}

const inserted: readonly Field[] = [
  plainField('from', DataType.VarChar, { maxLengthBytes: 100 }),
  plainField('at', DataType.Int64),
  plainField('kind', DataType.VarChar, { maxLengthBytes: 100 }),
]
const insertedNames = {
  'topic.field': 'from',
  'offset.field': 'at',
  'static.field': 'kind',
  'static.value': 'article',
}

interface Way {
  readonly name: string
  /** Fields of the collection beside those of the plain records. */
  readonly fields?: readonly Field[]
  readonly settings: Partial<MappingSettings>
  readonly wrap: (row: string) => string
}

const ways: readonly Way[] = [
  { name: 'as it stands', settings: {}, wrap: (row) => row },
  {
    name: 'another name',
    settings: { fieldMapping: new Map([['id', ['pk']]]) },
    wrap: (row) => row.replace('"id"', '"pk"'),
  },
  {
    name: 'InsertField of three',
    fields: inserted,
    settings: chain({ type: `${transforms}InsertField$Value`, ...insertedNames }),
    wrap: (row) => row,
  },
  {
    name: 'the three as they stand',
    fields: inserted,
    settings: {},
    wrap: (row) => `${row.slice(0, -1)},"from":"articles","at":123456,"kind":"article"}`,
  },
  {
    name: 'a transform over text',
    settings: chain({ type: `${transforms}Flatten$Value` }),
    wrap: (row) => row,
  },
  {
    name: 'a path for each field',
    settings: { fieldMapping: new Map(['id', 'v'].map((field) => [field, ['doc', field]])) },
    wrap: (row) => `{"doc":${row}}`,
  },
  {
    name: 'change event',
    settings: { valueEnvelope: 'debezium' },
    wrap: (row) => `{"before":null,"after":${row},"source":{"connector":"postgresql","ts_ms":1},"op":"c","ts_ms":1}`,
  },
]

function chain(settings: Record<string, string>): Partial<MappingSettings> {
  const entries = new Map<string, Entry>([['transforms', { value: 't', at: 'bench', from: 'flag' }]])
  for (const [key, value] of Object.entries(settings)) {
    entries.set(`transforms.t.${key}`, { value, at: 'bench', from: 'flag' })
  }
  return { transforms: readTransforms(entries, 'bench', new Findings()) }
}

function arenaOf({ bytes, starts, records }: Workload, wrap: Way['wrap']): Arena {
  const decoder = new TextDecoder()
  const rows = Array.from({ length: records }, (_, i) =>
    new TextEncoder().encode(wrap(decoder.decode(bytes.subarray(starts[i]!, starts[i + 1]! - 1)))),
  )
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
  }
  arena.rows = records
  return arena
}

function pass(decoder: RowDecoder, arena: Arena, batch: ColumnBatch): number {
  batch.truncate(0)
  const start = performance.now()
  for (let row = 0; row < arena.rows; row++) {
    const turned = decoder.turnTo?.(arena, row, place) ?? 0
    if (turned < 0 || decoder.decode(arena.bytes, arena.valueStart[row]!, arena.valueEnd[row]!, batch) !== 0) {
      throw decoder.failure()
    }
  }
  return performance.now() - start
}

for (const name of ['768-d, 8 digits', '8-d, 8 digits']) {
  const workload = workloads(name)[0]!
  const { records } = workload
  const contenders = ways.map(({ name, fields = [], settings, wrap }) => {
    const schema = { ...workload.schema, fields: [...workload.schema.fields, ...fields] }
    return {
      name,
      arena: arenaOf(workload, wrap),
      batch: new ColumnBatch(schema, { rowsHint: records }),
      decoder: compileJson(schema, { ...plain, ...settings }),
      bestMs: Infinity,
    }
  })
  for (let i = 0; i < passes; i++) {
    for (const each of contenders) each.bestMs = Math.min(each.bestMs, pass(each.decoder, each.arena, each.batch))
  }
  console.log(name)
  for (const { name, bestMs } of contenders) {
    const perSecond = Math.round((records / bestMs) * 1000).toLocaleString('en-US')
    const ratio = (bestMs / contenders[0]!.bestMs).toFixed(2)
    console.log(`  ${name.padEnd(24)}${perSecond.padStart(12)} records/s${ratio.padStart(8)} of the time`)
  }
}
