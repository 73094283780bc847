import { describe, expect, test } from 'bun:test'
import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor.js'
import { compileProtobufPlan } from '../../../src/decode/protobuf/plan.ts'
import { readFileDescriptorSet, readProtobufText } from '../../../src/decode/protobuf/schema.ts'
import { compileProtobufText } from '../../../src/decode/protobuf/text.ts'
import { type CollectionSchema, DataType } from '../../../src/milvus/schema.ts'
import { collection, field, key, varchar, vector } from '../../columns/schema.ts'
import { decoded } from '../fields/decoded.ts'

const plain = collection([key(), vector('v', 3)])
const head = 'syntax = "proto3"; '
const idAndFloats = 'message Row { int64 id = 1; repeated float v = 2; }'

function row(proto: string, hex: string, schema: CollectionSchema = plain, path: readonly string[] = []) {
  const text = proto.startsWith('syntax') ? proto : head + proto
  const plan = compileProtobufPlan(readProtobufText(text).message(), schema, { path })
  return decoded(plan, schema, Uint8Array.fromHex(hex.replaceAll(' ', '')))
}

const three = '0000803f 00002040 000040c0'

describe('vectors', () => {
  test('packed floats are the vector, in one part or several, packed or not', () => {
    const wanted = { id: '7', v: [1, 2.5, -3] }
    expect(row(idAndFloats, `08 07 12 0c ${three}`)).toEqual(wanted)
    expect(row(idAndFloats, '12 04 0000803f 08 07 15 00002040 12 04 000040c0')).toEqual(wanted)
    expect(row(idAndFloats, '15 0000803f 15 00002040 15 000040c0 08 07')).toEqual(wanted)
  })

  test('bytes are the vector as it lies in memory, and the last of them count', () => {
    const proto = 'message Row { int64 id = 1; bytes v = 2; }'
    expect(row(proto, `08 07 12 01 00 12 0c ${three}`)).toEqual({ id: '7', v: [1, 2.5, -3] })
  })

  test('another number of floats, none, and a NaN are refused', () => {
    expect(row(idAndFloats, '08 07 12 08 0000803f 00002040')).toBe('VECTOR_DIM_MISMATCH')
    expect(row(idAndFloats, '08 07')).toBe('VECTOR_DIM_MISMATCH')
    expect(row(idAndFloats, '08 07 12 0c 0000803f 0000c07f 000040c0')).toBe('VECTOR_NOT_FINITE')
    expect(row(idAndFloats, '08 07 12 05 0000803f 00')).toBe('RECORD_NOT_PROTOBUF')
  })
})

describe('fields that did not come', () => {
  const schema = collection([
    key(),
    varchar('a', 9, { nullable: true }),
    varchar('b', 9, { nullable: true }),
    field('n', DataType.Int32, { nullable: true }),
  ])

  test('are their default, unless they are optional', () => {
    expect(row('message Row { int64 id = 1; string a = 2; optional string b = 3; int32 n = 4; }', '', schema)).toEqual({
      id: '0',
      a: '',
      b: null,
      n: 0,
    })
  })

  test('are what proto2 gives as their default, or null', () => {
    const proto =
      'syntax = "proto2"; message Row { required int64 id = 1; optional string a = 2 [default = "x"]; optional string b = 3; optional int32 n = 4; }'
    expect(row(proto, '08 01', schema)).toEqual({ id: '1', a: 'x', b: null, n: null })
    expect(row(proto, '', schema)).toBe('FIELD_MISSING')
  })

  test('are written as the same value that came', () => {
    const proto = (type: string) => `syntax = "proto2"; message Row { required int64 id = 1; ${type}; }`
    for (const type of ['double', 'float']) {
      const others = { b: null, n: null }
      expect(row(`message Row { int64 id = 1; ${type} a = 2; }`, '', schema)).toEqual({ id: '0', a: '0.0', ...others })
      const minusTwo = `optional ${type} a = 2 [default = -2]`
      expect(row(proto(minusTwo), '08 01', schema)).toEqual({ id: '1', a: '-2.0', ...others })
      const whole = `optional ${type} n = 2 [default = -2]`
      expect(row(proto(whole), '08 01', schema)).toEqual({ id: '1', a: null, b: null, n: -2 })
    }
  })

  test('are refused where their default is none that JSON has', () => {
    const dynamic = collection([key(), field('x', DataType.Double, { nullable: true })], true)
    for (const name of ['x', 'other']) {
      const proto = `syntax = "proto2"; message Row { required int64 id = 1; optional double ${name} = 2 [default = inf]; }`
      expect(row(proto, '08 01', dynamic)).toBe('NESTED_NOT_FINITE')
      expect(row(proto, '08 01 11 000000000000f03f', dynamic)).toMatchObject({ id: '1' })
    }
  })

  test('are null in a oneof, of which the last that came counts, from its beginning', () => {
    const proto =
      'message Row { int64 id = 1; oneof one { string a = 2; string b = 3; In c = 4; } message In { int32 x = 1; int32 y = 2; } }'
    expect(row(proto, '12 01 61 1a 01 62', schema)).toEqual({ id: '0', a: null, b: 'b', n: null })
    const dynamic = collection([key()], true)
    expect(row(proto, '22 02 08 05 1a 01 62 22 02 10 06', dynamic)).toEqual({ id: '0', $meta: '{"c":{"x":0,"y":6}}' })
  })
})

describe('what fields become', () => {
  const dynamic = collection([key()], true)

  test('parts of a message are one message, and of a key of a map the last value counts', () => {
    const proto =
      'message Row { int64 id = 1; In c = 4; map<string, int32> m = 5; message In { int32 x = 1; int32 y = 2; } }'
    expect(row(proto, '22 02 08 05 2a 05 0a 01 6b 10 01 22 02 10 06 2a 05 0a 01 6b 10 02', dynamic)).toEqual({
      id: '0',
      $meta: '{"c":{"x":5,"y":6},"m":{"k":2}}',
    })
  })

  test('wrappers, Struct and Timestamp are what they stand for', () => {
    const proto = `syntax = "proto3"; import "google/protobuf/wrappers.proto"; import "google/protobuf/timestamp.proto"; import "google/protobuf/struct.proto";
      message Row { int64 id = 1; google.protobuf.Int32Value w = 2; google.protobuf.Timestamp text = 3; google.protobuf.Timestamp millis = 4; google.protobuf.Value any = 5; google.protobuf.Int32Value none = 6; }`
    const schema = collection(
      [
        key(),
        field('w', DataType.Int8),
        varchar('text', 40),
        field('millis', DataType.Int64),
        field('none', DataType.Int8, { nullable: true }),
      ],
      true,
    )
    const at = '08 f59080af06 10 c0a19b77'
    expect(row(proto, `12 02 08 05 1a 0b ${at} 22 0b ${at} 2a 0a 32 08 0a 02 20 01 0a 02 08 00`, schema)).toEqual({
      id: '0',
      w: 5,
      text: '2024-02-29T04:30:45.250007744Z',
      millis: '1709181045250',
      none: null,
      $meta: '{"any":[true,null]}',
    })
  })

  test('enums are names, unsigned numbers have no sign, and unknown fields are passed over', () => {
    const proto =
      'message Row { int64 id = 1; Color c = 2; uint64 u = 3; Color other = 4; enum Color { RED = 0; BLUE = 7; } }'
    const schema = collection([key(), varchar('c', 9), field('u', DataType.Double)], true)
    const unknown = '5b 08 05 5c 62 02 ffff 6d 00000000 71 0000000000000000'
    expect(row(proto, `10 07 ${unknown} 18 ffffffffffffffffff01 20 03`, schema)).toEqual({
      id: '0',
      c: 'BLUE',
      u: 2 ** 64,
      $meta: '{"other":3}',
    })
    expect(
      row(
        proto.replace('uint64 u', 'uint64 u2').replace('id = 1', 'x = 1').replace('u2 = 3', 'id = 3'),
        '18 ffffffffffffffffff01',
        collection([key()]),
      ),
    ).toBe('FIELD_OUT_OF_RANGE')
  })

  test('a field of another wire type than its own is an unknown field', () => {
    expect(row('message Row { int64 id = 1; }', '08 05 0d 01000000', collection([key()]))).toEqual({ id: '5' })
  })

  test('the row may lie within the record', () => {
    const proto = `message Change { string op = 1; Row after = 2; ${idAndFloats} }`
    expect(row(proto, `0a 01 63 12 02 08 07 12 0e 12 0c ${three}`, plain, ['after'])).toEqual({
      id: '7',
      v: [1, 2.5, -3],
    })
    expect(row(proto, '0a 01 64', plain, ['after'])).toBe('unseen')
    expect(row(proto, '0a 01 64', plain, ['op'])).toBe('unseen')
    expect(row(proto, '0a 01 64', plain, ['before'])).toBe('unseen')
  })
})

describe('schemas', () => {
  const file = readProtobufText(
    `${head} package a.b; import "c.proto"; import "elsewhere/unused.proto"; message First { c.Other o = 1; message In { enum E { X = 0; } message Deep { int32 n = 1; } } } message Second { string s = 1; }`,
    new Map([['c.proto', `${head} package c; message Other { int32 x = 1; } message Another {}`]]),
  )

  test('messages are found by name and by index', () => {
    expect(file.message().fullName).toBe('.a.b.First')
    expect(file.message('Second').fullName).toBe('.a.b.Second')
    expect(file.message('a.b.First.In').fullName).toBe('.a.b.First.In')
    expect(file.messageAt([0, 0, 0]).fullName).toBe('.a.b.First.In.Deep')
    expect(file.messageAt([1]).fullName).toBe('.a.b.Second')
    expect(() => file.messageAt([2])).toThrow('no message at index 2; it has First, Second')
    expect(() => file.message('Third')).toThrow('no message "Third"')
  })

  test('a FileDescriptorSet is read as its .proto file is', () => {
    const { root } = protobuf.parse(`${head} package a.b; ${idAndFloats} message Second {}`, { keepCase: true })
    root.resolveAll()
    const set = descriptor.FileDescriptorSet.encode(
      (root as unknown as { toDescriptor(of: string): protobuf.Message }).toDescriptor('proto3'),
    ).finish()
    const type = readFileDescriptorSet(set).messageAt([0])
    expect(
      decoded(compileProtobufPlan(type, plain), plain, Uint8Array.fromHex(`0807120c${three.replaceAll(' ', '')}`)),
    ).toEqual({ id: '7', v: [1, 2.5, -3] })
  })

  test('what is no schema is refused by name', () => {
    for (const text of ['message {', `${head} message A { Unknown x = 1; }`, '{'.repeat(1e5)])
      expect(() => readProtobufText(text)).toThrow('is no Protobuf schema')
    expect(() => readFileDescriptorSet(Uint8Array.of(1, 2, 3))).toThrow('is no Protobuf schema')
  })

  test('what can never fit is refused when it comes', () => {
    const type = readProtobufText(`${head} message Row { bool id = 1; repeated float v = 2; }`).message()
    expect(decoded(compileProtobufPlan(type, plain), plain, Uint8Array.fromHex('0801'))).toBe('FIELD_WRONG_KIND')
  })
})

describe('records made to do harm', () => {
  const deep = 'message Row { int64 id = 1; Row other = 2; }'
  const schemas = [collection([key()], true), collection([key()])]

  test.each([
    ['eleven bytes of a number', '08 ffffffffffffffffffff01'],
    ['a length beyond the end', '12 feffffff0f'],
    ['a length of 2^63', '12 ffffffffffffffffff01'],
    ['a field of number 0', '00 01'],
    ['a wire type that there is not', '0f'],
    ['a group without an end', '5b 08 01'],
    ['a group with the end of another', '5b 64'],
    ['an end too early', '09 00'],
    ['half a tag', '80'],
  ])('%s is no Protobuf', (_, hex) => {
    for (const schema of schemas) expect(row(deep, hex, schema)).toBe('RECORD_NOT_PROTOBUF')
  })

  test('messages and groups may nest so deep and no deeper', () => {
    let nested = new Uint8Array(0)
    for (let i = 0; i < 150; i++)
      nested = new protobuf.Writer().uint32(18).bytes(nested).finish() as Uint8Array<ArrayBuffer>
    expect(row(deep, nested.toHex(), schemas[0]!)).toBe('RECORD_TOO_DEEP')
    expect(row(deep, '5b'.repeat(100_000), schemas[1]!)).toBe('RECORD_TOO_DEEP')
  })

  test('a text that is not UTF-8 and a number that JSON does not have are refused', () => {
    const proto = 'message Row { int64 id = 1; string t = 2; float f = 3; }'
    expect(row(proto, '12 02 c328', collection([key(), varchar('t', 9)]))).toBe('TEXT_NOT_UTF8')
    expect(row(proto, '12 02 c328', schemas[0]!)).toBe('NESTED_NOT_UTF8')
    expect(row(proto, '1d 0000c07f', schemas[0]!)).toBe('NESTED_NOT_FINITE')
  })

  test('a whole record as JSON is refused alike', () => {
    const text = compileProtobufText(readProtobufText(head + deep).message())
    expect(text.write(Uint8Array.of(0x12, 0x7f), 0, 2)).toBe(-5)
    expect(text.failure().code).toBe('RECORD_NOT_PROTOBUF')
  })
})
