import { describe, expect, test } from 'bun:test'
import { ColumnBatch } from '../../../src/columns/batch.ts'
import { compileAvroPlan } from '../../../src/decode/avro/plan.ts'
import { readAvroSchema } from '../../../src/decode/avro/schema.ts'
import { compileAvroText } from '../../../src/decode/avro/text.ts'
import { reason } from '../../../src/decode/json/reason.ts'
import type { PlanOptions } from '../../../src/decode/plan-options.ts'
import { type CollectionSchema, DataType } from '../../../src/milvus/schema.ts'
import { collection, field, key, varchar, vector } from '../../columns/schema.ts'
import { decoded } from '../fields/decoded.ts'

const plain = collection([key(), vector('v', 3)])

function record(...fields: [string, unknown][]) {
  return { type: 'record', name: 'Row', fields: fields.map(([name, type]) => ({ name, type })) }
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex.replaceAll(' ', ''))
}

function row(writer: object, hex: string, schema: CollectionSchema = plain, options: PlanOptions = {}) {
  const plan = compileAvroPlan(readAvroSchema(JSON.stringify(writer)), schema, options)
  return decoded(plan, schema, bytesOf(hex))
}

const floats = { type: 'array', items: 'float' }
const idAndFloats = record(['id', 'long'], ['v', floats])
/** 1, 2.5 and -3 as float32. */
const three = '0000803f 00002040 000040c0'

describe('vectors', () => {
  test('a block of floats is the vector', () => {
    expect(row(idAndFloats, `0e 06 ${three} 00`)).toEqual({ id: '7', v: [1, 2.5, -3] })
  })

  test('several blocks are one vector, with their sizes in front or not', () => {
    expect(row(idAndFloats, '0e 02 0000803f 03 10 00002040 000040c0 00')).toEqual({ id: '7', v: [1, 2.5, -3] })
  })

  test('bytes and fixed are the vector as it lies in memory', () => {
    expect(row(record(['id', 'long'], ['v', 'bytes']), `0e 18 ${three}`)).toEqual({ id: '7', v: [1, 2.5, -3] })
    const fixed = { type: 'fixed', name: 'V', size: 12 }
    expect(row(record(['v', fixed], ['id', 'int']), `${three} 0d`)).toEqual({ id: '-7', v: [1, 2.5, -3] })
  })

  test('another number of floats, and a NaN, are refused', () => {
    expect(row(idAndFloats, '0e 04 0000803f 00002040 00')).toBe('VECTOR_DIM_MISMATCH')
    expect(row(idAndFloats, `0e 08 ${three} 00002040 00`)).toBe('VECTOR_DIM_MISMATCH')
    expect(row(idAndFloats, '0e 06 0000803f 0000c07f 000040c0 00')).toBe('VECTOR_NOT_FINITE')
  })
})

describe('what fields become', () => {
  test('dates and times are ISO 8601 in a VARCHAR, and numbers everywhere else', () => {
    const stamp = { type: 'long', logicalType: 'timestamp-micros' }
    const schema = collection([
      key('id', DataType.VarChar, { maxLengthBytes: 40 }),
      field('n', DataType.Int64),
      varchar('day', 20),
      varchar('at', 20),
    ])
    const writer = record(
      ['id', stamp],
      ['n', stamp],
      ['day', { type: 'int', logicalType: 'date' }],
      ['at', { type: 'int', logicalType: 'time-millis' }],
    )
    const hex = 'a2dff890b79f8906 a2dff890b79f8906 8cb502 e89cf52a'
    expect(row(writer, hex, schema)).toEqual({
      id: '2024-02-29T04:30:45.250001Z',
      n: '1709181045250001',
      day: '2024-02-29',
      at: '12:30:00.5',
    })
  })

  test('a decimal is a number with all its digits', () => {
    const decimal = { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 2 }
    const schema = collection(
      [key(), field('price', DataType.Double), varchar('text', 40), field('whole', DataType.Int64)],
      true,
    )
    const writer = record(['id', 'long'], ['price', decimal], ['text', decimal], ['whole', decimal], ['more', decimal])
    expect(row(writer, '02 04fb1e 16 018ee90ff6c373e0ee4e3f 020100 04fb1e', schema)).toBe('FIELD_NOT_WHOLE')
    expect(row(writer, '02 04fb1e 12 2bdc545d6b4b872701 0427 10 00', schema)).toEqual({
      id: '1',
      price: -12.5,
      text: '8090864124713085928.97',
      whole: '100',
      $meta: '{"more":0.00}',
    })
  })

  test('records, maps and lists become JSON, and fields without a place go into the dynamic field', () => {
    const inner = { ...record(['a', 'int'], ['b', ['null', 'string']]), name: 'Inner' }
    const schema = collection([key(), field('j', DataType.Json)], true)
    const writer = record(
      ['id', 'long'],
      ['j', { type: 'map', values: inner }],
      ['list', { type: 'array', items: 'Inner' }],
    )
    expect(row(writer, '02 02 0278 02 00 00 02 04 02 0279 00', schema)).toEqual({
      id: '1',
      j: '{"x":{"a":1,"b":null}}',
      $meta: '{"list":[{"a":2,"b":"y"}]}',
    })
  })

  test('all 64 bits of a long arrive', () => {
    const schema = collection([key()])
    expect(row(record(['id', 'long']), 'ffffffffffffffffff01', schema)).toEqual({ id: '-9223372036854775808' })
    expect(row(record(['id', 'long']), 'feffffffffffffffff01', schema)).toEqual({ id: '9223372036854775807' })
  })

  test('a null is refused where the collection takes none, and so is a field that is not there', () => {
    expect(row(record(['id', ['null', 'long']], ['v', floats]), '00 00')).toBe('FIELD_NULL')
    expect(row(record(['id', 'long']), '02')).toBe('FIELD_MISSING')
  })

  test('bytes never pass for a number, though their base64 may look like one', () => {
    expect(row(record(['id', 'bytes'], ['v', floats]), '06 d76df8 00')).toBe('FIELD_WRONG_KIND')
  })
})

describe('options', () => {
  test('a renamed field goes to its new name, one renamed to nothing goes nowhere', () => {
    const writer = record(['key', 'long'], ['vec', floats], ['secret', 'string'])
    const plan = compileAvroPlan(readAvroSchema(JSON.stringify(writer)), plain, {
      fieldNames: new Map([
        ['key', 'id'],
        ['vec', 'v'],
        ['secret', ''],
      ]),
    })
    const bytes = Uint8Array.fromHex(`0e06${three}000278`.replaceAll(' ', ''))
    expect(decoded(plan, plain, bytes)).toEqual({ id: '7', v: [1, 2.5, -3] })
    expect(plan.ignoredNames()).toEqual({ byName: new Map(), others: 0 })
  })

  test('fields without a place are counted by name', () => {
    const writer = readAvroSchema(JSON.stringify(record(['id', 'long'], ['v', floats], ['note', 'string'])))
    const plan = compileAvroPlan(writer, plain)
    const bytes = Uint8Array.fromHex(`0e06${three}000278`.replaceAll(' ', ''))
    decoded(plan, plain, bytes)
    decoded(plan, plain, bytes)
    expect(plan.ignoredNames()).toEqual({ byName: new Map([['note', 2]]), others: 0 })
  })

  test('the row may lie within the record; what is not there is for others to read', () => {
    const change = {
      type: 'record',
      name: 'Change',
      fields: [
        { name: 'op', type: 'string' },
        { name: 'after', type: ['null', idAndFloats] },
        { name: 'at', type: 'long' },
      ],
    }
    expect(row(change, `0263 02 0e 06 ${three} 00 08`, plain, { path: ['after'] })).toEqual({
      id: '7',
      v: [1, 2.5, -3],
    })
    expect(row(change, '0264 00 08', plain, { path: ['after'] })).toBe('unseen')
    expect(row(change, '0264 00 08', plain, { path: ['before'] })).toBe('unseen')
  })

  test('a key from elsewhere stays; the one in the record is counted', () => {
    const plan = compileAvroPlan(readAvroSchema(JSON.stringify(idAndFloats)), plain, { keyElsewhere: true })
    const batch = new ColumnBatch(plain)
    const bytes = Uint8Array.fromHex(`0e06${three}00`.replaceAll(' ', ''))
    batch.key!.putFrom(keyOf(9), 0)
    expect(plan.decode(bytes, 0, bytes.length, batch)).toBe(0)
    expect(batch.key!.keyAt(0)).toBe(9n)
    expect(plan.ignoredNames().byName).toEqual(new Map([['id', 1]]))
  })
})

describe('writers’ schemas', () => {
  test('what can never fit is refused when it comes', () => {
    const writer = readAvroSchema(JSON.stringify(record(['id', ['null', 'boolean']], ['v', floats])))
    const plan = compileAvroPlan(writer, plain)
    decoded(plan, plain, Uint8Array.fromHex(`020106${three}00`.replaceAll(' ', '')))
    expect(plan.failure().message).toBe(
      'field "id" (INT64) takes a whole number, a number or a string, the record has a boolean',
    )
  })

  test('wrong defaults, names of other schemas, and names alone are read', () => {
    const odd = { type: 'record', name: 'R', fields: [{ name: 'id', type: 'long', default: 'x' }] }
    expect(row(odd, '02', collection([key()]))).toEqual({ id: '1' })
    const inner = JSON.stringify({ ...record(['id', 'long']), name: 'a.Inner' })
    const outer = readAvroSchema(JSON.stringify(record(['r', 'a.Inner'])), [inner])
    expect(
      decoded(compileAvroPlan(outer, collection([key()]), { path: ['r'] }), collection([key()]), Uint8Array.of(4)),
    ).toEqual({ id: '2' })
    const text = compileAvroText(readAvroSchema('"long"'))
    expect(text.write(Uint8Array.of(14), 0, 1)).toBe(0)
    expect(new TextDecoder().decode(text.bytes.subarray(0, text.length))).toBe('7')
  })

  test('what is no schema, and one without a row, are refused by name', () => {
    expect(() => readAvroSchema('{"type": "recrod"}')).toThrow("the writer's schema is no Avro schema")
    expect(() => readAvroSchema('{')).toThrow('no Avro schema')
    expect(() => readAvroSchema('['.repeat(9999))).toThrow('no Avro schema')
    expect(() => compileAvroPlan(readAvroSchema('"string"'), plain)).toThrow(
      'a value of type string where the row should be',
    )
  })
})

describe('records made to do harm', () => {
  const list = (items: unknown) => record(['id', 'long'], ['other', { type: 'array', items }])
  const any = collection([key()], true)
  const counted = collection([key()])

  test.each([
    ['a count of 2^62', list('int'), '02 feffffffffffffff7f'],
    ['a count with a size beyond the end', list('int'), '02 03 feffffff0f'],
    ['a negative count without an end', list('int'), '02 ffffffffffffffffff01'],
    ['a text longer than the record', record(['id', 'long'], ['other', 'string']), '02 feffffff0f'],
    ['a negative length', record(['id', 'long'], ['other', 'bytes']), '02 01'],
    ['eleven bytes of a number', record(['id', 'long']), 'ffffffffffffffffffff01'],
    ['a branch that there is not', record(['id', ['null', 'long']]), '04'],
    ['an end too early', idAndFloats, '0e 06 0000803f'],
    ['an end too late', record(['id', 'long']), '0e 00'],
    ['nothing at all', record(['id', 'long']), ''],
  ])('%s is no Avro', (_, writer, hex) => {
    for (const schema of [any, counted]) expect(row(writer, hex, schema)).toBe('RECORD_NOT_AVRO')
  })

  describe('a billion of nothing takes no time where it is gone over, and is refused before it is written as JSON', () => {
    const wrap = (type: string, more: object) => ({ type, name: 'Nothing', ...more })
    test.each<[string, unknown]>([
      ['null', 'null'],
      ['empty record', wrap('record', { fields: [] })],
      ['record of nulls', wrap('record', { fields: [{ name: 'a', type: 'null' }] })],
      ['fixed of no bytes', wrap('fixed', { size: 0 })],
    ])('%s', (_, nothing) => {
      const writer = list(nothing)
      const asText = compileAvroText(readAvroSchema(JSON.stringify(writer)))
      const blocks = ['feffffff0f', 'fdffffff0f 00', '808008 808008']
      for (const block of blocks) {
        expect(row(writer, `02 ${block} 00`, counted)).toEqual({ id: '1' })
        expect(row(writer, `02 ${block} 00`, any)).toBe('NESTED_TOO_MANY')
        const bytes = bytesOf(`02 ${block} 00`)
        expect([asText.write(bytes, 0, bytes.length), asText.failure().code]).toEqual([
          reason.record,
          'NESTED_TOO_MANY',
        ])
        // What was written of it until then: no room was taken for what it claims to hold.
        expect(asText.bytes.length).toBeLessThan(2 * 1024 * 1024)
      }
      // 2^40 of them is more than any block has.
      for (const schema of [any, counted]) expect(row(writer, '02 808080808040 00', schema)).toBe('RECORD_NOT_AVRO')
    })

    test('also where it lies in arrays of arrays', () => {
      const writer = list({ type: 'array', items: 'null' })
      const inner = 'c0843d 00'.repeat(4)
      expect(row(writer, `02 08 ${inner} 00`, counted)).toEqual({ id: '1' })
      expect(row(writer, `02 08 ${inner} 00`, any)).toBe('NESTED_TOO_MANY')
    })
  })

  test('a list of itself may nest so deep and no deeper', () => {
    const node = { type: 'record', name: 'Node', fields: [{ name: 'next', type: ['null', 'Node'] }] }
    const writer = record(['id', 'long'], ['other', node])
    expect(row(writer, `02${'02'.repeat(500)}00`, counted)).toEqual({ id: '1' })
    for (const schema of [any, counted])
      expect(row(writer, `02${'02'.repeat(100_000)}00`, schema)).toBe('RECORD_TOO_DEEP')
  })

  test('a schema of levels that each hold the next one twice takes no time over nothing, and is too large as JSON', () => {
    let type: unknown = { type: 'record', name: 'L0', fields: [] }
    for (let i = 1; i < 60; i++)
      type = {
        type: 'record',
        name: `L${i}`,
        fields: [
          { name: 'a', type },
          { name: 'b', type: `L${i - 1}` },
        ],
      }
    expect(row(record(['id', 'long'], ['other', type]), '02', counted)).toEqual({ id: '1' })
    expect(row(record(['id', 'long'], ['other', type]), '02', any)).toBe('NESTED_TOO_LARGE')
  })

  test('texts that are not UTF-8 and numbers that JSON does not have are refused', () => {
    const schema = collection([key(), varchar('t', 9, { nullable: true })], true)
    expect(row(record(['id', 'long'], ['t', 'string']), '02 04 c328', schema)).toBe('TEXT_NOT_UTF8')
    expect(row(record(['id', 'long'], ['other', 'string']), '02 04 c328', schema)).toBe('NESTED_NOT_UTF8')
    expect(row(record(['id', 'long'], ['other', 'float']), '02 0000c07f', schema)).toBe('NESTED_NOT_FINITE')
  })
})

function keyOf(id: number) {
  const other = new ColumnBatch(collection([key()]))
  const plan = compileAvroPlan(readAvroSchema(JSON.stringify(record(['id', 'long']))), collection([key()]))
  plan.decode(Uint8Array.of(id * 2), 0, 1, other)
  return other.key!
}
