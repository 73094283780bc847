import { expect, test } from 'bun:test'
import { compileRawPlan } from '../../../src/decode/raw/plan.ts'
import { Arena } from '../../../src/kafka/arena.ts'
import type { Header } from '../../../src/kafka/header.ts'
import { type CollectionSchema, DataType } from '../../../src/milvus/schema.ts'
import { everyType } from '../fields/collection.ts'
import { finish, SameRows } from '../fields/same-rows.ts'
import { sparseJson } from '../fields/sparse-bytes.ts'
import { Random } from '../json/documents.ts'
import { withoutStackTraces } from '../no-stack-traces.ts'

/**
 * Random vectors as values and random headers, sound and broken, become the rows that a JSON record of the same values becomes. More of them with
 * REDKITE_FUZZ_DOCUMENTS, the same ones again with REDKITE_FUZZ_SEED.
 */
const documents = Number(process.env.REDKITE_FUZZ_DOCUMENTS ?? 10_000)
const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)
const vectors = ['v', 'half', 'brain', 'bytes', 'bits', 'sparse']
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

withoutStackTraces()

test(`${documents} values and headers of seed ${seed} become the rows that JSON makes of them`, () => {
  const random = new Random(seed)
  const collections = [false, true].map((dynamic) => {
    const schema = everyType(dynamic)
    const plans = vectors.map((vectorField) => ({ vectorField, plan: compileRawPlan(schema, { vectorField }) }))
    return { schema, plans, rows: new SameRows(schema) }
  })
  const arena = new Arena(64, 1)
  for (let n = 0; n < documents; n++) {
    const { schema, plans, rows } = random.pick(collections)
    const { vectorField, plan } = random.pick(plans)
    const value = bytesFor(typeOf(schema, vectorField)!, random)
    const headers = Array.from({ length: random.below(7) }, () => header(schema, random))
    const say = () => {
      const shown = headers.map((one) => `${one.name}=${one.value && Buffer.from(one.value).toString('hex')}`)
      return `seed ${seed}, record ${n}: ${vectorField}=${Buffer.from(value).toString('hex')}, ${shown.join(', ')}`
    }
    arena.headers[0] = headers
    plan.turnTo(arena, 0)
    rows.compare(plan, value, random, asJson(schema, [...headers, { name: vectorField, value }]), say)
  }
  const { rows, refused } = finish(collections.map((each) => each.rows))
  expect(rows).toBeGreaterThan(documents / 8)
  expect(refused).toBeGreaterThan(documents / 8)
}, 3_600_000)

function typeOf({ fields }: CollectionSchema, name: string): number | undefined {
  return fields.find((field) => field.name === name && !field.autoId)?.type
}

function header(schema: CollectionSchema, random: Random): Header {
  const name = random.once(6) ? random.pick(['id', 'trace', '', '$meta', 'V']) : random.pick(schema.fields).name
  if (random.once(12)) return { name, value: null }
  const type = typeOf(schema, name)
  if (type === undefined || random.once(40)) return { name, value: noise(random) }
  return { name, value: type >= DataType.BinaryVector ? bytesFor(type, random) : encoder.encode(textFor(type, random)) }
}

function noise(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.below(20) }, () => random.below(256))
}

function textFor(type: number, random: Random): string {
  if (random.once(15))
    return random.pick(['', ' 1', '1 ', '[1', '"', 'nan', '0x1', '{"a":', '[1,2,3,4,5,6,7]', '\u0000', 'tru'])
  switch (type) {
    case DataType.Bool:
      return random.pick(['true', 'false'])
    case DataType.Float:
    case DataType.Double:
      return random.pick(['1.5', '-0', '1e3', '3', '0.1', '-2.5e-7'])
    case DataType.VarChar:
      return random.pick(['', 'a "b" \\', 'ключ\n', '漢字 🦅', '12', 'x'.repeat(40), 'x'.repeat(41), '\u0007'])
    case DataType.Json:
      return random.pick(['{"a":[1,2.50,null]}', '7', '"x"', '[]', 'true', '{}', '1e400'])
    case DataType.Array:
      return random.pick(['[]', '[1,2]', '["a","b"]', '[1.5]', '[null]', '[1, 2 ,3]'])
    case DataType.Timestamptz:
      return random.pick(['2024-05-06T07:08:09Z', '2024-05-06T07:08:09.25+02:00', '2024-13-01T00:00:00Z'])
    default:
      return random.pick(['7', '-7', '1.0', '1.5', '127', '128', '-32768', '9223372036854775807', '1e2'])
  }
}

/** Mostly as many bytes as the collection's vectors have. */
function bytesFor(type: number, random: Random): Uint8Array {
  if (random.once(12)) return noise(random)
  switch (type) {
    case DataType.FloatVector:
      return floats(
        Array.from({ length: 4 }, () => random.pick([0, 1, -2.5, 0.125, 0.1, random.once(9) ? Number.NaN : -0])),
      )
    case DataType.Float16Vector:
    case DataType.BFloat16Vector:
      return Uint8Array.from({ length: 8 }, () => random.below(random.once(9) ? 256 : 120))
    case DataType.SparseFloatVector: {
      const pairs = Array.from(
        { length: random.below(3) },
        () => [random.below(9), random.pick([0.5, 2, 1e9])] as const,
      )
      return Uint8Array.from(pairs.flatMap(([index, value]) => [index, 0, 0, 0, ...floats([value])]))
    }
    default:
      return Uint8Array.from({ length: 4 }, () => random.below(256))
  }
}

function floats(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer)
}

/** The record as JSON; undefined where a header that counts is none that could be written so. */
function asJson(schema: CollectionSchema, headers: readonly Header[]): string | undefined {
  const last = new Map(headers.map(({ name, value }) => [name, value]))
  const members: string[] = []
  for (const [name, value] of last) {
    const type = typeOf(schema, name)
    if (type === undefined) continue
    const json =
      value === null ? 'null' : type >= DataType.BinaryVector ? vectorJson(type, value) : textJson(type, value)
    if (json === undefined) return undefined
    members.push(`${JSON.stringify(name)}:${json}`)
  }
  return `{${members.join(',')}}`
}

function vectorJson(type: number, bytes: Uint8Array): string | undefined {
  if (type === DataType.SparseFloatVector) return sparseJson(bytes)
  if (type !== DataType.FloatVector) return JSON.stringify(Buffer.from(bytes).toString('base64'))
  if (bytes.length % 4 !== 0) return undefined
  const values = [...new Float32Array(Uint8Array.from(bytes).buffer)]
  return values.every(Number.isFinite) ? `[${values.map((one) => (Object.is(one, -0) ? '-0.0' : one))}]` : undefined
}

function textJson(type: number, bytes: Uint8Array): string | undefined {
  try {
    const text = decoder.decode(bytes)
    if (type !== DataType.Json && type !== DataType.Array) return JSON.stringify(text)
    JSON.parse(text)
    return text === text.trim() ? text : undefined
  } catch {
    return undefined
  }
}
