import { describe, expect, test } from 'bun:test'
import { ColumnBatch } from '../../../src/columns/batch.ts'
import { compileJsonPlan } from '../../../src/decode/json/plan.ts'
import { DataType } from '../../../src/milvus/schema.ts'
import { columnValues } from '../../columns/protobuf.ts'
import { collection, field, key } from '../../columns/schema.ts'
import { structArray } from '../../columns/struct-schema.ts'
import { Random } from './documents.ts'

/** What JSON becomes in an ARRAY of STRUCT, and what is said of JSON that it refuses. docs/types.md has the rules. */

const chunks = structArray('chunks', 3, [
  ['text', DataType.VarChar, { maxLengthBytes: 4 }],
  ['page', DataType.Int16],
  ['v', DataType.FloatVector, { dim: 2 }],
])
const schema = collection([key(), chunks, field('after', DataType.Bool)])

/** The structs as the column then holds them, or the error's code and message. */
function read(json: string, one = schema): unknown {
  const batch = new ColumnBatch(one)
  const plan = compileJsonPlan(one, { envelope: false })
  const bytes = new TextEncoder().encode(`{"id":1,${json === '' ? '' : `"chunks":${json},`}"after":true}`)
  if (plan.decode(bytes, 0, bytes.length, batch) < 0) {
    expect(batch.rows).toBe(0)
    const { code, message } = plan.failure()
    return `${code} ${message}`
  }
  expect(columnValues(batch.columns[2]!)).toEqual([true])
  return columnValues(batch.columns[1]!)[0]
}

describe('an ARRAY of STRUCT', () => {
  const a = { text: 'a', page: 1, v: [1, 2] }
  const b = { text: 'b', page: 2, v: [3, 4] }
  test.each<[string, unknown]>([
    ['[]', []],
    [' [ ] ', []],
    ['[{"text":"a","page":1,"v":[1,2]}]', [a]],
    ['[{"text":"a","page":1,"v":[1,2]},{"v":[3,4],"page":2,"text":"b"}]', [a, b]],
    [' [ { "text" : "a" , "page" : 1.0 , "v" : "[1, 2]" } , { "v":[3,4],"page":"2","text":"b" } ] ', [a, b]],
    ['[{"t\\u0065xt":"a","page":1,"v":[1,2]}]', [a]],
    ['[{"text":1.50,"page":1,"v":[1,2]}]', [{ ...a, text: '1.50' }]],
  ])('takes %s', (json, wire) => {
    expect(read(json)).toEqual(wire)
  })

  test.each([
    ['that fits', '[{"text":"b","text":"x","page":7,"v":[9,9],"page":2,"v":[3,4],"text":"b"}]'],
    ['after one that did not', '[{"text":"too long","page":0.5,"v":[1],"page":2,"v":[3,4],"text":"b"}]'],
    ['after an object', '[{"text":{"text":[[]]},"page":[],"v":{},"page":2,"v":[3,4],"text":"b"}]'],
  ])('of a member that comes twice holds the last value, %s', (_, json) => {
    expect(read(json)).toEqual([b])
    expect(read(`[${json.slice(1, -1)},${json.slice(1, -1)}]`)).toEqual([b, b])
  })

  test('that is nullable is null where the record has null or nothing; another one refuses both', () => {
    const nullable = collection([
      key(),
      structArray('chunks', 3, [['page', DataType.Int16]], true),
      field('after', DataType.Bool),
    ])
    expect(read('null', nullable)).toBeNull()
    expect(read('', nullable)).toBeNull()
    expect(read('[]', nullable)).toEqual([])
    expect(read('null')).toStartWith('FIELD_NULL field "chunks" (ARRAY of STRUCT)')
    expect(read('')).toStartWith('FIELD_MISSING field "chunks" (ARRAY of STRUCT)')
  })
})

const sound = '{"text":"a","page":1,"v":[1,2]}'

test.each([
  ['{}', 'FIELD_WRONG_KIND field "chunks" (ARRAY of STRUCT) takes an array of objects, the record has an object'],
  ['"[]"', 'FIELD_WRONG_KIND field "chunks" (ARRAY of STRUCT) takes an array of objects, the record has a string'],
  [`[${sound},7]`, 'FIELD_WRONG_KIND field "chunks[1]" (STRUCT) takes an object, the record has a number'],
  [`[${sound},null]`, 'FIELD_NULL field "chunks[1]" (STRUCT)'],
  [`[${sound},[]]`, 'FIELD_WRONG_KIND field "chunks[1]" (STRUCT) takes an object, the record has an array'],
  ['[{}]', 'STRUCT_MEMBER_MISSING field "chunks[0].text" (VARCHAR) is not in the record'],
  [`[${sound},{"text":"a","page":1}]`, 'STRUCT_MEMBER_MISSING field "chunks[1].v" (FLOAT_VECTOR)'],
  [
    `[${sound},{"text":"a","colour":{"a":[1]},"page":1,"v":[1,2]}]`,
    'STRUCT_MEMBER_UNKNOWN field "chunks[1].colour" is no member of the structs in the collection, which are of text, page, v;',
  ],
  [
    `[{"text":"a","page":1,"v":[1,2],"${'k'.repeat(500)}":1}]`,
    `STRUCT_MEMBER_UNKNOWN field "chunks[0].${'k'.repeat(64)}"`,
  ],
  [`[${sound},{"text":"a","page":null,"v":[1,2]}]`, 'FIELD_NULL field "chunks[1].page" (INT16)'],
  [`[${sound},{"text":"a","page":1,"v":null}]`, 'FIELD_NULL field "chunks[1].v" (FLOAT_VECTOR)'],
  ['[{"text":"a","page":"x","v":[1,2]}]', 'FIELD_WRONG_KIND field "chunks[0].page" (INT16) takes a whole number'],
  ['[{"text":"a","page":1.5,"v":[1,2]}]', 'FIELD_NOT_WHOLE field "chunks[0].page" (INT16)'],
  ['[{"text":"a","page":32768,"v":[1,2]}]', 'FIELD_OUT_OF_RANGE field "chunks[0].page"'],
  ['[{"text":"abcde","page":1,"v":[1,2]}]', 'VARCHAR_TOO_LONG field "chunks[0].text" takes at most 4 bytes'],
  ['[{"text":[],"page":1,"v":[1,2]}]', 'FIELD_WRONG_KIND field "chunks[0].text" (VARCHAR)'],
  [
    `[${sound},{"text":"a","page":1,"v":[1]}]`,
    'VECTOR_DIM_MISMATCH field "chunks[1].v" takes 2 numbers, the record has 1',
  ],
  [`[${sound},{"text":"a","page":1,"v":[1,null]}]`, 'VECTOR_NOT_NUMBERS field "chunks[1].v"'],
  [`[${sound},{"text":"a","page":1,"v":[1,1e39]}]`, 'VECTOR_OUT_OF_RANGE field "chunks[1].v"'],
  [
    `[${sound},${sound},${sound},${sound}]`,
    'ARRAY_TOO_LONG field "chunks" takes at most 3 elements (its max_capacity), the record has 4',
  ],
  [`[${sound},]`, 'RECORD_NOT_JSON'],
  [`[${sound} ${sound}]`, 'RECORD_NOT_JSON'],
  ['[{"text":"a",}]', 'RECORD_NOT_JSON'],
  ['[{"text" "a"}]', 'RECORD_NOT_JSON'],
  ['[{text:1}]', 'RECORD_NOT_JSON'],
  [`[${sound}`, 'RECORD_NOT_JSON'],
])('refused is %s, and the error says so', (json, said) => {
  expect(read(json)).toStartWith(said)
})

test('a collection is refused whose structs have a member that nobody can write, unless they may be null', () => {
  const odd = (nullable: boolean) =>
    collection([
      key(),
      structArray(
        'chunks',
        3,
        [
          ['page', DataType.Int16],
          ['doc', DataType.Json],
        ],
        nullable,
      ),
    ])
  const compiling = () => compileJsonPlan(odd(false), { envelope: false })
  expect(compiling).toThrow('collection "articles" has a field "chunks.doc" of type JSON')
  expect(new ColumnBatch(odd(true)).columns.map((column) => column.field.name)).toEqual(['id'])
})

const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)

test(`random structs of seed ${seed} are those that JSON.parse reads, also after refused ones, and when rows leave the batch`, () => {
  const random = new Random(seed)
  const batch = new ColumnBatch(schema, { rowsHint: 1 })
  const plan = compileJsonPlan(schema, { envelope: false })
  const wanted: unknown[] = []
  for (let n = 0; n < 3_000; n++) {
    const json = randomStructs(random)
    const structs = JSON.parse(json) as Record<string, unknown>[]
    const fits = structs.length <= 3 && structs.every(isSound)
    const record = new TextEncoder().encode(`{"id":${n},"chunks":${json},"after":true}`)
    const { arena, start, end } = random.place(record)
    const got = plan.decode(arena, start, end, batch)
    if (fits !== (got === 0)) throw new Error(`seed ${seed}: gave ${got} for ${json}`)
    if (fits) wanted.push(structs.map(({ text, page, v }) => ({ text, page, v })))
  }
  expect(columnValues(batch.columns[1]!)).toEqual(wanted)
  const kept = Uint8Array.from(wanted, () => random.below(2))
  batch.compact(kept)
  expect(columnValues(batch.columns[1]!)).toEqual(wanted.filter((_, row) => kept[row] === 1))
  const left = Math.floor(batch.rows / 2)
  batch.truncate(left)
  expect(columnValues(batch.columns[1]!, 1, left)).toEqual(wanted.filter((_, row) => kept[row] === 1).slice(1, left))
  expect(wanted.length).toBeGreaterThan(500)
  expect(wanted.length).toBeLessThan(2_500)
})

/** Mostly sound; members come in any order, twice, not at all, and with what is not for them. */
function randomStructs(random: Random): string {
  const structs = Array.from({ length: random.below(random.once(20) ? 6 : 4) }, () => {
    const names = random.shuffled(['text', 'page', 'v'])
    if (random.once(5)) names.push(random.pick(names))
    if (random.once(20)) names.pop()
    if (random.once(30)) names.push('other')
    return `{${names.map((name) => `${JSON.stringify(name)}: ${randomValue(random, name)}`).join(random.once(2) ? ',' : ' , ')}}`
  })
  return `[${structs.join(',')}]`
}

function randomValue(random: Random, name: string): string {
  if (random.once(30)) return random.pick(['null', '{"v":[[]]}', '[]', '"longer"'])
  if (name === 'text') return JSON.stringify('äb"c'.slice(0, random.below(3)))
  if (name === 'page') return String(random.below(1_000))
  return `[${random.below(100) / 4}, ${-random.below(9)}]`
}

function isSound({ text, page, v, ...others }: Record<string, unknown>): boolean {
  return (
    typeof text === 'string' &&
    Buffer.byteLength(text) <= 4 &&
    Number.isInteger(page) &&
    (page as number) < 2 ** 15 &&
    Array.isArray(v) &&
    v.length === 2 &&
    Object.keys(others).length === 0
  )
}
