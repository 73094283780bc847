/**
 * Random mappings and records: by a plan with the mapping compiled in, and transform by transform over JSON text. Both come to the same. More of them with
 * REDKITE_FUZZ_DOCUMENTS, the same ones again with REDKITE_FUZZ_SEED.
 */
import { expect, test } from 'bun:test'
import { ColumnBatch } from '../../src/columns/batch.ts'
import { compileDecoder } from '../../src/decode/compile.ts'
import type { RowDecoder } from '../../src/decode/decoder.ts'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { reason } from '../../src/decode/json/reason.ts'
import { Chain } from '../../src/mapping/chain.ts'
import { ChoosingDecoder } from '../../src/mapping/choosing-decoder.ts'
import { mapsKeys } from '../../src/mapping/compile-mapping.ts'
import { CompiledDecoder } from '../../src/mapping/compiled-decoder.ts'
import { MappedDecoder } from '../../src/mapping/mapped-decoder.ts'
import { PathDecoder } from '../../src/mapping/path-decoder.ts'
import { RecordKeyText } from '../../src/mapping/record-key-text.ts'
import type { CollectionSchema } from '../../src/milvus/schema.ts'
import { columnValues } from '../columns/protobuf.ts'
import { sink } from '../config/files.ts'
import { DocumentWriter, Random } from '../decode/json/documents.ts'
import { fuzzSchema } from '../decode/json/expected.ts'
import { withoutStackTraces } from '../decode/no-stack-traces.ts'
import { arenaWith, type OneRecord } from './one-record.ts'

const documents = Number(process.env.REDKITE_FUZZ_DOCUMENTS ?? 4_000)
const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)
const documentsOfMapping = 20
const place = { topic: 'shop."orders"', partition: 7 }

withoutStackTraces()

class Mappings {
  constructor(private readonly random: Random) {}

  /** Lines of a sink's file. */
  lines(names: readonly string[]): string {
    const { random } = this
    const steps = Array.from({ length: random.below(4) }, () => this.step(names))
    const mapping = random.once(3) ? '' : this.mapping(names)
    const transforms = steps.map((step, i) =>
      Object.entries(step)
        .map(([setting, value]) => `transforms.t${i}.${setting}=${value}\n`)
        .join(''),
    )
    return `transforms=${steps.map((_, i) => `t${i}`).join(',')}\n${predicates}${transforms.join('')}${mapping}`
  }

  private step(names: readonly string[]): Record<string, string> {
    const { random } = this
    const step = random.once(3) ? this.aside(names) : random.once(2) ? this.insert(names) : this.replace(names)
    const filters = step.type === 'Filter'
    if (!filters && !random.once(5)) return step
    const negate = !filters && random.once(2) ? { negate: 'true' } : {}
    return {
      ...step,
      ...negate,
      predicate: random.pick(filters ? ['header', 'tombstone'] : ['header', 'topic', 'tombstone']),
    }
  }

  /** Changes the value's fields little or not at all. */
  private aside(names: readonly string[]): Record<string, string> {
    const { random } = this
    return random.pick([
      { type: 'Filter' },
      {
        type: 'HeaderFrom$Value',
        fields: random.pick(names),
        headers: 'trace',
        operation: random.pick(['copy', 'move']),
      },
      { type: 'InsertHeader', header: 'trace', 'value.literal': 'x' },
      { type: 'DropHeaders', headers: 'trace' },
      { type: 'RegexRouter', regex: 'shop(.*)', replacement: 'made$1' },
      { type: 'TimestampRouter', 'timestamp.format': 'yyyy' },
      { type: 'ValueToKey', fields: random.pick(names) },
      { type: 'ExtractField$Key', field: 'id' },
    ])
  }

  private insert(names: readonly string[]): Record<string, string> {
    const { random } = this
    const settings: Record<string, string> = { type: 'InsertField$Value' }
    const name = () => (random.once(4) ? random.pick(['unknown', 'color', 'kind']) : random.pick(names))
    for (const source of ['topic', 'partition', 'offset', 'timestamp', 'static']) {
      if (random.once(3)) settings[`${source}.field`] = name()
    }
    if (settings['static.field'] !== undefined)
      settings['static.value'] = random.pick(['a b"c', '12', '[1,2,3,4]', 'true'])
    return settings
  }

  private replace(names: readonly string[]): Record<string, string> {
    const { random } = this
    const name = random.pick(names)
    const other = random.pick(['unknown', 'color', 'title2'])
    const settings: Record<string, string> = { type: 'ReplaceField$Value' }
    // Of two fields that get one name, and come more than once at that, the order decides otherwise in a plan.
    if (random.once(2)) Object.assign(settings, { renames: `${other}:${name}`, exclude: name })
    else settings.exclude = random.once(2) ? name : `${name},${other}`
    if (random.once(4))
      settings.include = ['id', 'v', ...names.filter(() => !random.once(8)), other, 'doc', 'in'].join(',')
    return settings
  }

  private mapping(names: readonly string[]): string {
    const { random } = this
    const pairs = names.flatMap((name) => {
      if (random.once(2)) return []
      if (random.once(8)) return [`${name}:${random.pick(['color', 'title2'])}`]
      const inside = random.once(6) ? random.pick(['unknown', 'color']) : name
      return [`${name}:${random.pick(['doc', 'doc', 'in.deep', 'in.deep', 'doc.extra', 'doc.in'])}.${inside}`]
    })
    return pairs.length === 0 ? '' : `field.mapping=${pairs.join(',')}\n`
  }
}

const predicates = [
  'predicates=header,topic,tombstone',
  'predicates.header.type=HasHeaderKey',
  'predicates.header.name=trace',
  'predicates.topic.type=TopicNameMatches',
  'predicates.topic.pattern=shop.*',
  'predicates.tombstone.type=RecordIsTombstone',
  '',
].join('\n')

/** So that most records make a row, whatever is left out of them. */
function mostlyNullable(schema: CollectionSchema): CollectionSchema {
  const fields = schema.fields.map((field) => (field.primaryKey ? field : { ...field, nullable: true }))
  return { ...schema, fields, primaryKey: fields[0]! }
}

/** Everything over text, by parts that know nothing of plans with mappings in them. */
function overText(schema: CollectionSchema, settings: ReturnType<typeof sink>): RowDecoder {
  const plan = compileJsonPlan(schema, { envelope: false })
  const { transforms, fieldMapping } = settings
  const fields = new Set(schema.fields.map(({ name }) => name))
  const rows = fieldMapping.size === 0 ? plan : new PathDecoder(fieldMapping, fields, false, plan)
  const keyText = mapsKeys(transforms) ? new RecordKeyText(settings.keyConverter) : undefined
  return new MappedDecoder({ chain: new Chain(transforms), envelope: false, keyText, rows })
}

/** With an object or two inside, under the names that paths begin with. */
function nested(random: Random, writer: DocumentWriter): Uint8Array {
  const part = () => {
    let bytes = writer.record()
    while (!random.once(12) && !isObject(bytes)) bytes = writer.record()
    return Buffer.from(bytes).toString('latin1')
  }
  const doc = part()
  const deep = part()
  const outer = part()
  const member = random.pick(['"deep": ', '"other":{},"deep":', '"deep":null,"deep":'])
  const inside = [
    random.once(30) ? '' : `"doc":${random.once(30) ? random.pick(['null', '7', '"x"', '[1]']) : doc}`,
    random.once(30) ? '' : `"in" : {${member}${deep} } `,
    random.once(60) ? '"doc":{"id":5}' : '',
  ].filter((part) => part !== '')
  const brace = outer.indexOf('{') + 1
  return Buffer.from(`${outer.slice(0, brace)}${random.shuffled(inside).join(',')},${outer.slice(brace)}`, 'latin1')
}

function isObject(bytes: Uint8Array): boolean {
  try {
    return bytes[0] === 123 && JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) !== null
  } catch {
    return false
  }
}

const sorted = (text: unknown) =>
  Object.entries(JSON.parse(text as string))
    .map(([name, value]) => [name.toWellFormed(), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))

interface Outcome {
  readonly result: number
  readonly says: string
}

function outcome(decoder: RowDecoder, record: OneRecord, batch: ColumnBatch): Outcome {
  const arena = arenaWith(record)
  let result = decoder.turnTo?.(arena, 0, place) ?? 0
  if (result === 0 && record.value === null && decoder.takesTombstones !== true) result = reason.nullValue
  else if (result === 0) result = decoder.decode(arena.bytes, arena.valueStart[0]!, arena.valueEnd[0]!, batch)
  return {
    result,
    says: result < 0 && result !== reason.nullValue && result !== reason.dropped ? decoder.failure().message : '',
  }
}

function rowsOf(batch: ColumnBatch): unknown[][] {
  return batch.columns.map((column) =>
    column === batch.dynamic ? columnValues(column).map(sorted) : columnValues(column),
  )
}

test(`${documents} documents of seed ${seed} are the same by a plan with the mapping in it as over text`, () => {
  const random = new Random(seed)
  const writer = new DocumentWriter(random)
  const mappings = new Mappings(random)
  const totals = { compiled: 0, overText: 0, rows: 0, refused: 0, counted: 0 }
  for (let n = 0; n < documents; n += documentsOfMapping) {
    const schema = mostlyNullable(fuzzSchema(random.once(3)))
    const names = schema.fields.map(({ name }) => name)
    const lines = mappings.lines(random.once(4) ? names : names.filter((name) => name !== 'id' && name !== 'v'))
    const settings = sink({ sink: lines })
    const decoder = compileDecoder(schema, settings)
    const reference = overText(schema, settings)
    const got = new ColumnBatch(schema, { rowsHint: 2 })
    const wanted = new ColumnBatch(schema, { rowsHint: 2 })
    const isCompiled = decoder instanceof CompiledDecoder || decoder instanceof ChoosingDecoder
    totals[isCompiled ? 'compiled' : 'overText']++
    for (let i = 0; i < documentsOfMapping; i++) {
      const value = random.once(30) ? null : random.once(4) ? writer.record().slice() : nested(random, writer)
      const record = {
        value,
        key: random.pick(['{"id":7}', '{}', '7', null]),
        headers: random.once(2) ? [] : [{ name: random.pick(['trace', 'other']), value: null }],
        timestampMs: random.once(20) ? Number.NaN : 1_700_000_000_000 + random.below(1e6),
      }
      got.truncate(0)
      wanted.truncate(0)
      const before = [decoder.ignoredNames(), reference.ignoredNames()]
      const gave = outcome(decoder, record, got)
      const should = outcome(reference, record, wanted)
      const say = () =>
        `seed ${seed}, document ${n + i}: ${new TextDecoder().decode(value ?? undefined)} ${JSON.stringify(record.headers)}\nwith ${lines}`
      // Where names are all there is, nobody asks what a value is that is no object.
      const same = decoder instanceof CompiledDecoder ? Bun.deepEquals(gave, should) : gave.result === should.result
      if (!same) throw new Error(`${JSON.stringify([gave, should])}; ${say()}`)
      if (gave.result !== 0) {
        totals.refused++
        continue
      }
      totals.rows++
      if (!Bun.deepEquals(rowsOf(got), rowsOf(wanted))) throw new Error(`another row; ${say()}`)
      // Where a time would replace a field that has no place, the field that stays without one is not counted.
      if (Number.isNaN(record.timestampMs)) continue
      // Beyond so many names which of them are told apart depends on those of records that were refused.
      if ([decoder, reference].some((each) => each.ignoredNames().byName.size > 50)) continue
      totals.counted++
      const counted = [decoder, reference].map((each, which) => difference(before[which]!, each.ignoredNames()))
      if (!Bun.deepEquals(counted[0], counted[1])) throw new Error(`counts ${JSON.stringify(counted)}; ${say()}`)
    }
  }
  expect(totals.compiled).toBeGreaterThan(documents / documentsOfMapping / 3)
  expect(totals.rows).toBeGreaterThan(documents / 10)
  expect(totals.counted).toBeGreaterThan(documents / 10)
  expect(totals.refused).toBeGreaterThan(documents / 10)
}, 600_000)

type Ignored = ReturnType<RowDecoder['ignoredNames']>

function difference(before: Ignored, after: Ignored): readonly unknown[] {
  // A plan counts a name as often as it comes, transforms once a record.
  const came = [...after.byName].filter(([name, count]) => count > (before.byName.get(name) ?? 0))
  return [came.map(([name]) => name).sort(), after.others > before.others]
}
