import { expect, test } from 'bun:test'
import { compileAvroPlan } from '../../../src/decode/avro/plan.ts'
import { readAvroSchema } from '../../../src/decode/avro/schema.ts'
import { compileAvroText } from '../../../src/decode/avro/text.ts'
import { everyType } from '../fields/collection.ts'
import { finish, mutate, SameRows, sameJson } from '../fields/same-rows.ts'
import { Random } from '../json/documents.ts'
import { withoutStackTraces } from '../no-stack-traces.ts'
import { AvroWriter } from './documents.ts'
import { avscJson, json, referenceType } from './reference.ts'

/**
 * Random schemas and records, sound and broken, through the plan and through avsc: both read the same rows. More of them with REDKITE_FUZZ_DOCUMENTS,
 * the same ones again with REDKITE_FUZZ_SEED.
 */
const documents = Number(process.env.REDKITE_FUZZ_DOCUMENTS ?? 20_000)
const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)
/** Few, so that one schema that fits no collection leaves most records sound. */
const recordsOfSchema = 25

withoutStackTraces()

test(`${documents} Avro records of seed ${seed} become the rows that avsc's reading of them makes`, () => {
  const random = new Random(seed)
  const writer = new AvroWriter(random)
  const collections = [false, true].map((dynamic) => new SameRows(everyType(dynamic)))
  let mutants = 0
  for (let n = 0; n < documents; ) {
    const which = random.below(2)
    const rows = collections[which]!
    const schema = everyType(which === 1)
    const text = JSON.stringify(writer.schema(schema))
    const plan = compileAvroPlan(readAvroSchema(text), schema)
    const asText = compileAvroText(readAvroSchema(text))
    const type = referenceType(text)
    for (let i = 0; i < recordsOfSchema; i++, n++) {
      const record = writer.record(JSON.parse(text))
      const number = n
      const say = () => `seed ${seed}, record ${number}: ${Buffer.from(record).toString('hex')} of ${text}`
      const expected = avscJson(type, record, schema)
      rows.compare(plan, record, random, expected, say)

      const written = asText.write(record, 0, record.length)
      const reference = json(type, type.fromBuffer(Buffer.from(record)))
      if (written !== 0) throw new Error(`${asText.failure().message}; ${say()}`)
      if (!sameJson(new TextDecoder().decode(asText.bytes.subarray(0, asText.length)), reference))
        throw new Error(`as JSON not ${reference}; ${say()}`)

      const mutant = mutate(record, random)
      const sayMutant = () => `mutant ${Buffer.from(mutant).toString('hex')} of ${say()}`
      if (rows.decodeAnything(plan, mutant, random, sayMutant) === 0) {
        // avsc also reads what the plan goes over, and may mind it.
        const expected = avscJson(type, mutant, schema)
        if (expected === undefined) continue
        mutants++
        rows.compare(plan, mutant, random, expected, sayMutant)
      }
    }
  }
  const { rows, refused } = finish(collections)
  expect(rows).toBeGreaterThan(documents / 8)
  expect(refused).toBeGreaterThan(documents / 50)
  expect(mutants).toBeGreaterThan(documents / 200)
}, 3_600_000)
