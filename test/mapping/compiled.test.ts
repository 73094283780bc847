/**
 * Random mappings and records: by a plan with the mapping compiled in, and transform by transform over JSON text. Both come to the same. More of them with
 * REDKITE_FUZZ_DOCUMENTS, the same ones again with REDKITE_FUZZ_SEED.
 */
import { expect, test } from 'bun:test'
import type { SinkSettings } from '../../src/config/sink.ts'
import { compileDecoder } from '../../src/decode/compile.ts'
import type { RowDecoder } from '../../src/decode/decoder.ts'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { Chain } from '../../src/mapping/chain.ts'
import { ChoosingDecoder } from '../../src/mapping/choosing-decoder.ts'
import { CompiledDecoder } from '../../src/mapping/compiled-decoder.ts'
import { MappedDecoder } from '../../src/mapping/mapped-decoder.ts'
import { PathDecoder } from '../../src/mapping/path-decoder.ts'
import { mapsKeys } from '../../src/mapping/record-key.ts'
import { RecordKeyText } from '../../src/mapping/record-key-text.ts'
import type { CollectionSchema } from '../../src/milvus/schema.ts'
import { Effect } from '../../src/sink/effect.ts'
import { sink } from '../config/files.ts'
import { DocumentWriter, Random } from '../decode/json/documents.ts'
import { fuzzSchema } from '../decode/json/expected.ts'
import { withoutStackTraces } from '../decode/no-stack-traces.ts'
import { chainLines, predicateLines } from './chain-lines.ts'
import { isObject, mostlyNullable, namesAdded } from './documents.ts'
import { Way } from './way.ts'

const documents = Number(process.env.REDKITE_FUZZ_DOCUMENTS ?? 4_000)
const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)
const documentsOfMapping = 20

withoutStackTraces()

class Mappings {
  constructor(private readonly random: Random) {}

  /** Lines of a sink's file. */
  lines(names: readonly string[]): string {
    const { random } = this
    const steps = Array.from({ length: random.below(4) }, () => this.step(names))
    const mapping = random.once(3) ? '' : this.mapping(names)
    const keys = random.once(3) ? `pk.mode=record_key\nkey.converter=${random.pick(keyConverters)}\n` : ''
    const nulls = random.once(2) ? 'behavior.on.null.values=delete\n' : ''
    return `${chainLines(steps)}${predicateLines}${mapping}${keys}${nulls}`
  }

  private step(names: readonly string[]): Record<string, string> {
    const { random } = this
    const step = random.pick([this.aside, this.insert, this.replace, this.change]).call(this, names)
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
      { type: 'ValueToKey', fields: random.pick(['id', 'id', random.pick(names), `id,${random.pick(names)}`]) },
      { type: 'Cast$Key', spec: 'string' },
      { type: 'InsertField$Key', 'static.field': 'id', 'static.value': '70', 'timestamp.field': 'at' },
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

  private change(names: readonly string[]): Record<string, string> {
    const { random } = this
    const name = () => random.pick(random.once(3) ? ['when', 'color', 'unknown'] : names)
    const some = () => [...new Set([name(), name()])]
    return random.pick([
      () => ({
        type: 'Cast$Value',
        spec: random.once(40)
          ? 'string'
          : some()
              .map((each) => `${each}:${random.pick(castTypes)}`)
              .join(','),
      }),
      () => ({
        type: 'MaskField$Value',
        fields: some().join(','),
        ...(random.once(2) ? { replacement: random.pick(['7', '1.5', 'none', '2024-02-29']) } : {}),
      }),
      () => ({
        type: 'TimestampConverter$Value',
        field: random.once(3) ? name() : 'when',
        'target.type': random.pick(['string', 'unix', 'Date', 'Time', 'Timestamp']),
        format: random.pick(['yyyy-MM-dd', 'yyyy', 'HH:mm:ss.SSS']),
        'unix.precision': random.pick(['seconds', 'milliseconds', 'nanoseconds']),
      }),
    ])()
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

const castTypes = ['int8', 'int32', 'int64', 'float32', 'float64', 'boolean', 'string']
const keyConverters = [
  'org.apache.kafka.connect.json.JsonConverter\nkey.converter.schemas.enable=false',
  'org.apache.kafka.connect.storage.StringConverter',
]
const whens = [
  '"2024-02-29"',
  '"2024"',
  '1709212455123',
  '1709212455',
  'null',
  '"x"',
  '-1',
  '"12:00:01.5"',
  '0.5',
  '[]',
]

/** Everything over text, by parts that know nothing of plans with mappings in them. */
function overText(schema: CollectionSchema, settings: SinkSettings): RowDecoder {
  const plan = compileJsonPlan(schema, { envelope: false, keyElsewhere: settings.keyMode !== 'record_value' })
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
    random.once(5) ? '' : `"when": ${random.pick(whens)}`,
    random.once(20) ? `"when": ${random.pick(whens)}` : '',
  ].filter((part) => part !== '')
  const brace = outer.indexOf('{') + 1
  return Buffer.from(`${outer.slice(0, brace)}${random.shuffled(inside).join(',')},${outer.slice(brace)}`, 'latin1')
}

test(`${documents} documents of seed ${seed} are the same by a plan with the mapping in it as over text`, () => {
  const random = new Random(seed)
  const writer = new DocumentWriter(random)
  const mappings = new Mappings(random)
  const totals = { compiled: 0, overText: 0, rows: 0, changed: 0, refused: 0, deleted: 0, counted: 0 }
  for (let n = 0; n < documents; n += documentsOfMapping) {
    const schema = mostlyNullable(fuzzSchema(random.once(3)))
    const names = schema.fields.map(({ name }) => name)
    const lines = mappings.lines(random.once(4) ? names : names.filter((name) => name !== 'id' && name !== 'v'))
    const settings = sink({ sink: lines })
    const decoder = compileDecoder(schema, settings)
    const reference = overText(schema, settings)
    const got = new Way(decoder, schema, settings)
    const wanted = new Way(reference, schema, settings)
    const isCompiled = decoder instanceof CompiledDecoder || decoder instanceof ChoosingDecoder
    const asksForKeys = settings.keyMode === 'record_key'
    // One that comes from elsewhere is counted under the name that it has in the record, over text under the collection's.
    const renamesKey = settings.fieldMapping.has('id') || /renames=\w+:id\b/.test(lines)
    const changes = isCompiled && /=(Cast|MaskField|TimestampConverter)\$Value/.test(lines)
    totals[isCompiled ? 'compiled' : 'overText']++
    for (let i = 0; i < documentsOfMapping; i++) {
      const value = random.once(30) ? null : random.once(4) ? writer.record().slice() : nested(random, writer)
      const record = {
        value,
        key: random.pick(['{"id":7}', '{}', '7', null, asksForKeys ? 'x' : '8']),
        headers: random.once(2) ? [] : [{ name: random.pick(['trace', 'other']), value: null }],
        timestampMs: random.once(20) ? Number.NaN : 1_700_000_000_000 + random.below(1e6),
      }
      const before = [decoder.ignoredNames(), reference.ignoredNames()]
      const gave = got.take(record)
      const should = wanted.take(record)
      const say = () =>
        `seed ${seed}, document ${n + i}: ${new TextDecoder().decode(value ?? undefined)} ${JSON.stringify(record.headers)}\nwith ${lines}`
      // Where names are all there is, nobody asks what a value is that is no object.
      const saysSame = decoder instanceof CompiledDecoder || gave.effect === Effect.Put
      const same = saysSame ? Bun.deepEquals(gave, should) : gave.effect === should.effect
      if (!same) throw new Error(`${JSON.stringify([gave, should])}; ${say()}`)
      if (gave.effect !== Effect.Put) {
        totals[gave.effect === Effect.Delete ? 'deleted' : 'refused']++
        continue
      }
      totals.rows++
      if (changes) totals.changed++
      // Beyond so many names which of them are told apart depends on those of records that were refused.
      if ([decoder, reference].some((each) => each.ignoredNames().byName.size > 50)) continue
      if (asksForKeys && renamesKey) continue
      totals.counted++
      const [own, theirs] = [decoder, reference].map((each, which) => namesAdded(before[which]!, each.ignoredNames()))
      if (!Bun.deepEquals(own, theirs)) throw new Error(`counts ${JSON.stringify([[...own!], [...theirs!]])}; ${say()}`)
    }
  }
  expect(totals.compiled).toBeGreaterThan(documents / documentsOfMapping / 3)
  expect(totals.rows).toBeGreaterThan(documents / 10)
  expect(totals.changed).toBeGreaterThan(documents / 40)
  expect(totals.deleted).toBeGreaterThan(documents / 400)
  expect(totals.counted).toBeGreaterThan(documents / 10)
  expect(totals.refused).toBeGreaterThan(documents / 10)
}, 600_000)
