import { expect, test } from 'bun:test'
import { compileProtobufPlan } from '../../../src/decode/protobuf/plan.ts'
import { readProtobufText } from '../../../src/decode/protobuf/schema.ts'
import { compileProtobufText } from '../../../src/decode/protobuf/text.ts'
import { everyType } from '../fields/collection.ts'
import { finish, mutate, SameRows, sameJson } from '../fields/same-rows.ts'
import { Random } from '../json/documents.ts'
import { withoutStackTraces } from '../no-stack-traces.ts'
import { ProtobufWriter } from './documents.ts'
import { protobufjsJson } from './reference.ts'

/**
 * Random .proto files and messages, sound and broken, through the plan and through protobufjs: both read the same rows. More of them with
 * REDKITE_FUZZ_DOCUMENTS, the same ones again with REDKITE_FUZZ_SEED.
 */
const documents = Number(process.env.REDKITE_FUZZ_DOCUMENTS ?? 6_000)
const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)
/** Few, so that one schema that fits no collection leaves most records sound. */
const recordsOfSchema = 25

withoutStackTraces()

test(`${documents} messages of seed ${seed} become the rows that protobufjs' reading of them makes`, () => {
  const random = new Random(seed)
  const writer = new ProtobufWriter(random)
  const collections = [false, true].map((dynamic) => new SameRows(everyType(dynamic)))
  let mutants = 0
  for (let n = 0; n < documents; ) {
    const which = random.below(2)
    const rows = collections[which]!
    const schema = everyType(which === 1)
    const text = writer.schema(schema)
    const type = readProtobufText(text).message('Row')
    const plan = compileProtobufPlan(type, schema)
    const asText = compileProtobufText(type)
    for (let i = 0; i < recordsOfSchema; i++, n++) {
      const record = writer.record(type)
      const number = n
      const say = () => `seed ${seed}, record ${number}: ${Buffer.from(record).toString('hex')} of ${text}`
      rows.compare(plan, record, random, protobufjsJson(type, record, schema), say)

      const reference = protobufjsJson(type, record)
      if (asText.write(record, 0, record.length) !== 0) throw new Error(`${asText.failure().message}; ${say()}`)
      const written = new TextDecoder().decode(asText.bytes.subarray(0, asText.length))
      if (!sameJson(written, reference)) throw new Error(`${written} is not ${reference}; ${say()}`)

      const mutant = mutate(record, random)
      const sayMutant = () => `mutant ${Buffer.from(mutant).toString('hex')} of ${say()}`
      if (rows.decodeAnything(plan, mutant, random, sayMutant) !== 0) continue
      // protobufjs also reads what the plan goes over, and may mind it.
      const expected = protobufjsJson(type, mutant, schema)
      if (expected === undefined) continue
      mutants++
      rows.compare(plan, mutant, random, expected, sayMutant)
    }
  }
  const { rows, refused } = finish(collections)
  expect(rows).toBeGreaterThan(documents / 8)
  expect(refused).toBeGreaterThan(documents / 50)
  expect(mutants).toBeGreaterThan(documents / 200)
}, 3_600_000)
