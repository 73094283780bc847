/**
 * Random chains that change the shape of records: by a plan that knows where the row lies, and transform by transform over JSON text. Both come to the same. More of
 * them with REDKITE_FUZZ_DOCUMENTS, the same ones again with REDKITE_FUZZ_SEED.
 */
import { expect, test } from 'bun:test'
import { compileDecoder } from '../../src/decode/compile.ts'
import { ChoosingDecoder } from '../../src/mapping/choosing-decoder.ts'
import { compileMapped } from '../../src/mapping/compile-mapping.ts'
import { CompiledDecoder } from '../../src/mapping/compiled-decoder.ts'
import { Effect } from '../../src/sink/effect.ts'
import { sink } from '../config/files.ts'
import { DocumentWriter, Random } from '../decode/json/documents.ts'
import { fuzzSchema } from '../decode/json/expected.ts'
import { withoutStackTraces } from '../decode/no-stack-traces.ts'
import { isObject, mostlyNullable, namesAdded } from './documents.ts'
import { ShapedChains } from './shapes.ts'
import { Way } from './way.ts'

const documents = Number(process.env.REDKITE_FUZZ_DOCUMENTS ?? 4_000)
const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)
const documentsOfChain = 20

withoutStackTraces()

test(`${documents} documents of seed ${seed} are the same by a plan that knows their shape as over text`, () => {
  const random = new Random(seed)
  const writer = new DocumentWriter(random)
  const part = () => Buffer.from(writer.record()).toString('latin1')
  const whole = () => {
    let text = part()
    while (!random.once(12) && !isObject(Buffer.from(text, 'latin1'))) text = part()
    return text
  }
  const chains = new ShapedChains(random, whole)
  const totals = { compiled: 0, overText: 0, rows: 0, refused: 0, deleted: 0, passed: 0, counted: 0 }
  for (let n = 0; n < documents; n += documentsOfChain) {
    const schema = mostlyNullable(fuzzSchema(random.once(3)))
    const names = schema.fields.map(({ name }) => name)
    const chain = chains.next(random.once(3) ? names : names.filter((name) => name !== 'id' && name !== 'v'))
    const settings = sink({ sink: chain.lines })
    const decoder = compileDecoder(schema, settings)
    // Its parts know of no plan with transforms in it.
    const reference = compileMapped(schema, settings)
    const got = new Way(decoder, schema, settings)
    const wanted = new Way(reference, schema, settings)
    totals[decoder instanceof CompiledDecoder || decoder instanceof ChoosingDecoder ? 'compiled' : 'overText']++
    // A key that nobody asks for is not read, and so not refused.
    const asksForKeys = settings.keyMode === 'record_key'
    for (let i = 0; i < documentsOfChain; i++) {
      const value = random.once(30) ? null : Buffer.from(chain.wrap(random.once(8) ? part() : whole()), 'latin1')
      const record = {
        value,
        key: random.pick(['{"id":7}', '{"id":7}', '7', null, '{"id":"x"}', asksForKeys ? 'x' : '8']),
        headers: random.once(2) ? [] : [{ name: random.pick(['trace', 'other']), value: null }],
        timestampMs: 1_700_000_000_000 + random.below(1e6),
      }
      const before = [decoder.ignoredNames(), reference.ignoredNames()]
      const gave = got.take(record)
      const should = wanted.take(record)
      const say = () => `seed ${seed}, document ${n + i}: ${value?.toString()} ${record.key}\nwith ${chain.lines}`
      // Where names are all there is, nobody asks what a value is that is no object.
      const saysSame = decoder instanceof CompiledDecoder || gave.effect === Effect.Put
      const isSame = saysSame ? Bun.deepEquals(gave, should) : gave.effect === should.effect
      if (!isSame) throw new Error(`${JSON.stringify([gave, should])}; ${say()}`)
      totals[kinds[gave.effect]!]++
      if (gave.effect !== Effect.Put) continue
      // A primary key that comes from elsewhere is counted under the name that it has in the record.
      if (asksForKeys) continue
      // Beyond so many names which of them are told apart depends on those of records that were refused.
      if ([decoder, reference].some((each) => each.ignoredNames().byName.size > 50)) continue
      totals.counted++
      const [own, theirs] = [decoder, reference].map((each, which) => namesAdded(before[which]!, each.ignoredNames()))
      // Of an object that comes twice a plan counts the fields of both, and of what turns out to be no event those of the row too.
      const same = /=Flatten|ExtractNew/.test(chain.lines) ? own!.isSupersetOf(theirs!) : Bun.deepEquals(own, theirs)
      if (!same) throw new Error(`counts ${JSON.stringify([[...own!], [...theirs!]])}; ${say()}`)
    }
  }
  expect(totals.compiled).toBeGreaterThan(documents / documentsOfChain / 3)
  expect(totals.rows).toBeGreaterThan(documents / 10)
  expect(totals.counted).toBeGreaterThan(documents / 10)
  expect(totals.refused).toBeGreaterThan(documents / 10)
  expect(totals.passed).toBeGreaterThan(documents / 100)
  expect(totals.deleted).toBeGreaterThan(documents / 400)
}, 600_000)

const kinds = {
  [Effect.Put]: 'rows',
  [Effect.Delete]: 'deleted',
  [Effect.Tombstone]: 'passed',
  [Effect.Dropped]: 'passed',
  [Effect.Rejected]: 'refused',
} as Record<number, 'rows' | 'deleted' | 'passed' | 'refused'>
