/** A record that goes through transforms and comes out as it went in becomes the row, or the error, that it would have become without. */
import { expect, test } from 'bun:test'
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { RowDecoder } from '../../src/decode/decoder.ts'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { reason } from '../../src/decode/json/reason.ts'
import { Chain } from '../../src/mapping/chain.ts'
import { DebeziumDecoder } from '../../src/mapping/debezium-decoder.ts'
import { MappedDecoder } from '../../src/mapping/mapped-decoder.ts'
import { PathDecoder } from '../../src/mapping/path-decoder.ts'
import type { CollectionSchema } from '../../src/milvus/schema.ts'
import { columnValues } from '../columns/protobuf.ts'
import { DocumentWriter, Random } from '../decode/json/documents.ts'
import { fuzzSchema } from '../decode/json/expected.ts'
import { withoutStackTraces } from '../decode/no-stack-traces.ts'
import { arenaWith } from './one-record.ts'

const documents = Number(process.env.REDKITE_FUZZ_DOCUMENTS ?? 4_000)
const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)
const place = { topic: 'articles', partition: 0 }

withoutStackTraces()

/** Lone surrogates in names are U+FFFD, as UTF-8 has them. */
const asJson = (text: unknown) =>
  Object.entries(JSON.parse(text as string)).map(([name, value]) => [name.toWellFormed(), value])

interface Way {
  readonly decoder: (schema: CollectionSchema, rows: RowDecoder) => RowDecoder
  /** The record as this way wants it. */
  readonly wrap?: (document: Uint8Array) => Uint8Array
}

const encoder = new TextEncoder()
const around = (before: string, document: Uint8Array, after: string) =>
  new Uint8Array([...encoder.encode(before), ...document, ...encoder.encode(after)])

const ways: Record<string, Way> = {
  'a chain without transforms': {
    decoder: (_, rows) => new MappedDecoder({ chain: new Chain([]), envelope: false, keyText: undefined, rows }),
  },
  'a mapping without paths': { decoder: (_, rows) => new PathDecoder(new Map(), new Set(), false, rows) },
  'a change event': {
    decoder: (_, rows) => new DebeziumDecoder(rows, undefined),
    wrap: (document) => around('{"before":{"id":1}, "after" : ', document, ',"source":{"op":"x"},"op":"u"}'),
  },
  'a change event with a schema': {
    decoder: (_, rows) => new DebeziumDecoder(rows, undefined),
    wrap: (document) => around('{"schema":{"op":"d"},"payload":{"op":"c","after":', document, '}} '),
  },
}

for (const [name, { decoder, wrap }] of Object.entries(ways)) {
  test(`${documents} documents of seed ${seed} are the same by ${name}`, () => {
    const random = new Random(seed)
    const writer = new DocumentWriter(random)
    const outcomes = { rows: 0, refused: 0 }
    for (const dynamicField of [false, true]) {
      const schema = fuzzSchema(dynamicField)
      const plain = compileJsonPlan(schema, { envelope: false })
      const wanted = new ColumnBatch(schema)
      const through = decoder(schema, compileJsonPlan(schema, { envelope: false }))
      const got = new ColumnBatch(schema)
      for (let n = 0; n < documents / 2; n++) {
        const document = writer.record()
        // Without an object there is no event: an error of its own.
        if (wrap !== undefined && document[0] !== 123) continue
        const alone = arenaWith({ value: document })
        const wantedResult = plain.decode(alone.bytes, 0, document.length, wanted)
        const arena = arenaWith({ value: wrap === undefined ? document : wrap(document) })
        const behind = arena.bytes[arena.valueEnd[0]!]
        let gotResult = through.turnTo?.(arena, 0, place) ?? 0
        if (gotResult === 0) gotResult = through.decode(arena.bytes, 0, arena.valueEnd[0]!, got)
        const say = () => `seed ${seed}, document ${n}: ${new TextDecoder().decode(document)}`
        if (arena.bytes[arena.valueEnd[0]!] !== behind) throw new Error(`the byte behind was not put back; ${say()}`)
        const sound = wantedResult === 0 || wantedResult === reason.record
        if (sound || wrap === undefined) {
          if (gotResult !== wantedResult) throw new Error(`gave ${gotResult}, not ${wantedResult}; ${say()}`)
        } else if (gotResult >= 0) throw new Error(`gave ${gotResult} for what is no JSON; ${say()}`)
        if (wantedResult === 0) outcomes.rows++
        else {
          outcomes.refused++
          if (sound && through.failure().message !== plain.failure().message) {
            throw new Error(`says ${through.failure().message}, not ${plain.failure().message}; ${say()}`)
          }
        }
      }
      expect(got.rows).toBe(wanted.rows)
      for (const [index, column] of got.columns.entries()) {
        const values = columnValues(column)
        const others = columnValues(wanted.columns[index]!)
        // Names may be escaped another way there.
        if (column === got.dynamic) expect(values.map(asJson)).toEqual(others.map(asJson))
        else expect(values).toEqual(others)
      }
    }
    expect(outcomes.rows).toBeGreaterThan(documents / 8)
    expect(outcomes.refused).toBeGreaterThan(documents / 20)
  }, 600_000)
}
