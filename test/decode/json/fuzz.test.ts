import { expect, test } from 'bun:test'
import { ColumnBatch } from '../../../src/columns/batch.ts'
import { compileJsonPlan } from '../../../src/decode/json/plan.ts'
import { reason } from '../../../src/decode/json/reason.ts'
import { columnValues } from '../../columns/protobuf.ts'
import { withoutStackTraces } from '../no-stack-traces.ts'
import { DocumentWriter, Random, typeNames } from './documents.ts'
import { convertRecord, fuzzSchema, isRow, sameRow, typesSchema } from './expected.ts'
import { type Json, plain, readJson } from './reference.ts'

/**
 * Random documents, sound and broken, through the scanner and through JSON.parse: both take the same ones, and give the same rows. More of them with
 * REDKITE_FUZZ_DOCUMENTS, the same ones again with REDKITE_FUZZ_SEED.
 */
const documents = Number(process.env.REDKITE_FUZZ_DOCUMENTS ?? 45_000)
const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)
const rowsMax = 500

withoutStackTraces()

test(`${documents} documents of seed ${seed} decode as JSON.parse and the conversion rules have it`, () => {
  const random = new Random(seed)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const totals = { rows: 0, notJson: 0, notUtf8: 0, refused: 0 }
  const kinds = [
    { schema: fuzzSchema(false), writer: new DocumentWriter(random) },
    { schema: fuzzSchema(true), writer: new DocumentWriter(random) },
    { schema: typesSchema(), writer: new DocumentWriter(random, typeNames) },
  ]
  for (const { schema, writer } of kinds) {
    const plan = compileJsonPlan(schema, { envelope: false })
    const batch = new ColumnBatch(schema, { rowsHint: 1 })
    let rows: unknown[][] = []
    for (let n = 0; n < documents / kinds.length; n++) {
      const record = writer.record()
      const { arena, start, end } = random.place(record)
      const got = plan.decode(arena, start, end, batch)
      const say = () => `seed ${seed}, document ${n}: ${new TextDecoder().decode(record)}`
      if (arena[end] !== random.behind) throw new Error(`the byte behind was not put back; ${say()}`)

      let text: string | undefined
      try {
        text = decoder.decode(record)
      } catch {
        text = undefined
      }
      const parsed = text === undefined ? undefined : parse(text, say)
      const expected = parsed === undefined ? undefined : convertRecord(parsed, schema)
      if (text === undefined) {
        totals.notUtf8++
        if (got !== reason.notUtf8 && got !== reason.notJson)
          throw new Error(`gave ${got} for text that is not UTF-8; ${say()}`)
      } else if (parsed === undefined) {
        totals.notJson++
        if (got !== reason.notJson) throw new Error(`gave ${got} where JSON.parse refuses; ${say()}`)
      } else if (isRow(expected)) {
        totals.rows++
        if (got !== 0) throw new Error(`gave ${got}, ${plan.failure().message}; ${say()}`)
        rows.push(expected)
      } else {
        totals.refused++
        const code =
          got === reason.nullValue ? 'RECORD_NULL' : got === reason.record ? plan.failure().code : String(got)
        if (code !== expected) throw new Error(`gave ${code}, wanted ${String(expected)}; ${say()}`)
      }
      if (batch.rows !== rows.length) throw new Error(`${batch.rows} rows, not ${rows.length}; ${say()}`)
      if (rows.length === rowsMax || n + 1 >= documents / kinds.length) {
        const columns = batch.columns.map((column) => columnValues(column))
        rows.forEach((row, r) => {
          const is = columns.map((values) => values[r])
          if (!sameRow(is, row)) throw new Error(`seed ${seed}: row is ${show(is)}, should be ${show(row)}`)
        })
        batch.truncate(0)
        rows = []
      }
    }
  }
  expect(totals.rows).toBeGreaterThan(documents / 8)
  expect(totals.refused).toBeGreaterThan(documents / 50)
  expect(totals.notJson).toBeGreaterThan(documents / 50)
  expect(totals.notUtf8).toBeGreaterThan(documents / 1000)
}, 3_600_000)

/** The document's tree, or undefined; fails if JSON.parse thinks otherwise. */
function parse(text: string, say: () => string): Json | undefined {
  const tree = readJson(text)
  let native: unknown
  try {
    native = JSON.parse(text)
  } catch {
    native = undefined
  }
  if ((tree === undefined) !== (native === undefined)) throw new Error(`the reference reader is wrong; ${say()}`)
  if (tree !== undefined && !Bun.deepEquals(plain(tree), native))
    throw new Error(`the reference reader reads wrong; ${say()}`)
  return tree
}

function show(row: readonly unknown[]): string {
  return JSON.stringify(row)
}
