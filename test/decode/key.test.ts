import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { KeyConverterSettings } from '../../src/config/converters.ts'
import { RecordKey } from '../../src/decode/key.ts'
import { DataType, type Field } from '../../src/milvus/schema.ts'
import { collection, key, vector } from '../columns/schema.ts'

const int64 = key('id')
const text = key('id', DataType.VarChar, { maxLengthBytes: 40 })

const string: KeyConverterSettings = { kind: 'string' }
const json: KeyConverterSettings = { kind: 'json', schemasEnable: false, replaceNullWithDefault: true }
const envelope: KeyConverterSettings = { ...json, schemasEnable: true }
const number = (bytes: 2 | 4 | 8): KeyConverterSettings => ({ kind: 'number', bytes })

/** The primary key that a record key gives, or the code of the error. */
function read(field: Field, converter: KeyConverterSettings, recordKey: string | Uint8Array | null): bigint | string {
  const schema = collection([field, vector('v', 2)])
  const reader = new RecordKey(schema, converter)
  const batch = new ColumnBatch(collection([field]))
  // Something stands before and after it, as in an arena.
  const bytes = recordKey === null ? Buffer.alloc(0) : Buffer.from(recordKey as string)
  const arena = Buffer.concat([Buffer.from('12'), bytes, Buffer.from('34')])
  const start = recordKey === null ? -1 : 2
  if (reader.put(arena, start, 2 + bytes.length, batch.key!) !== 0) return reader.failure().code
  batch.commit()
  return batch.key!.keyAt(0)
}

function bigEndian(value: bigint, size: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes.subarray(8 - size)
}

describe('StringConverter', () => {
  test('gives the text itself to a VARCHAR key, whatever is in it', () => {
    for (const value of [
      'a',
      '',
      '"quoted"',
      'back\\slash',
      'line\nbreak\ttab',
      'ключ 🪁',
      '\ufeffmarked',
      '{"id":7}',
      'null',
    ]) {
      expect(read(text, string, value)).toBe(value)
    }
  })

  test('gives an INT64 key the number that the text is', () => {
    expect(read(int64, string, '7')).toBe(7n)
    expect(read(int64, string, '-9007199254740993')).toBe(-9007199254740993n)
    expect(read(int64, string, 'seven')).toBe('FIELD_WRONG_KIND')
    expect(read(int64, string, '')).toBe('FIELD_WRONG_KIND')
    expect(read(int64, string, '9223372036854775808')).toBe('FIELD_OUT_OF_RANGE')
  })

  test('refuses bytes that are not UTF-8, and text too long for the field', () => {
    expect(read(text, string, new Uint8Array([0xff, 0xfe]))).toBe('KEY_NOT_UTF8')
    expect(read(text, string, 'é'.repeat(20))).toBe('é'.repeat(20))
    expect(read(text, string, 'é'.repeat(21))).toBe('VARCHAR_TOO_LONG')
  })
})

describe('LongConverter, IntegerConverter and ShortConverter', () => {
  test('give the whole range of their numbers', () => {
    for (const [size, bits] of [
      [8, 64n],
      [4, 32n],
      [2, 16n],
    ] as const) {
      const max = 2n ** (bits - 1n) - 1n
      for (const value of [0n, 1n, -1n, 128n, max, -max - 1n]) {
        expect(read(int64, number(size), bigEndian(value, size))).toBe(value)
        expect(read(text, number(size), bigEndian(value, size))).toBe(value.toString())
      }
    }
    expect(read(int64, number(8), bigEndian(2n ** 53n + 1n, 8))).toBe(2n ** 53n + 1n)
  })

  test('refuse a key of another size', () => {
    expect(read(int64, number(8), bigEndian(1n, 4))).toBe('KEY_NOT_NUMBER')
    expect(read(int64, number(2), '')).toBe('KEY_NOT_NUMBER')
  })
})

describe('JsonConverter without schemas', () => {
  test('gives a bare value', () => {
    expect(read(int64, json, '7')).toBe(7n)
    expect(read(int64, json, ' -9223372036854775808 ')).toBe(-(2n ** 63n))
    expect(read(int64, json, '"7"')).toBe(7n)
    expect(read(text, json, '"a\\"b\\\\c\\u00e9"')).toBe('a"b\\cé')
    expect(read(text, json, '7')).toBe('7')
  })

  test('gives the member of an object that has the name of the primary key', () => {
    expect(read(int64, json, '{"id":7}')).toBe(7n)
    expect(read(int64, json, ' { "tenant" : "x" , "id" : 9007199254740993 } ')).toBe(9007199254740993n)
    expect(read(text, json, '{"id":"a"}')).toBe('a')
    expect(read(int64, json, '{"key":7}')).toBe('FIELD_MISSING')
  })

  test('refuses what is no key', () => {
    expect(read(int64, json, 'null')).toBe('FIELD_NULL')
    expect(read(int64, json, '[7]')).toBe('FIELD_WRONG_KIND')
    expect(read(int64, json, '7.5')).toBe('FIELD_NOT_WHOLE')
  })

  test('refuses what is not JSON, also where it would be inside of an object', () => {
    for (const bad of ['', ' ', 'seven', '7 8', '7,"id":8', '7,"x":1', '7}', '{"id":7', '{"id":7}}', '"open']) {
      expect([bad, read(int64, json, bad)]).toEqual([bad, 'KEY_NOT_JSON'])
    }
  })
})

describe('JsonConverter with schemas', () => {
  const wrapped = (payload: string) => `{"schema":{"type":"int64","optional":false},"payload":${payload}}`

  test('gives the payload, bare or an object, with all its digits', () => {
    expect(read(int64, envelope, wrapped('7'))).toBe(7n)
    expect(read(int64, envelope, wrapped('9007199254740993'))).toBe(9007199254740993n)
    expect(read(int64, envelope, wrapped('{"id":-9223372036854775808}'))).toBe(-(2n ** 63n))
    expect(read(text, envelope, wrapped('"a\\n\\"b"'))).toBe('a\n"b')
    expect(read(text, envelope, wrapped('{"id":"a","other":[1,2]}'))).toBe('a')
  })

  test('refuses what has no payload, no such member, or is not JSON', () => {
    expect(read(int64, envelope, '7')).toBe('KEY_NO_ENVELOPE')
    expect(read(int64, envelope, 'null')).toBe('KEY_NO_ENVELOPE')
    expect(read(int64, envelope, '{"id":7}')).toBe('KEY_NO_ENVELOPE')
    expect(read(int64, envelope, wrapped('null'))).toBe('FIELD_NULL')
    expect(read(int64, envelope, wrapped('{"key":7}'))).toBe('FIELD_MISSING')
    expect(read(int64, envelope, wrapped('7').slice(0, -1))).toBe('KEY_NOT_JSON')
    expect(read(key('constructor'), envelope, wrapped('{"id":7}'))).toBe('FIELD_MISSING')
  })
})

describe('the converters of other single values', () => {
  const float: KeyConverterSettings = { kind: 'float', bytes: 4 }
  const double: KeyConverterSettings = { kind: 'float', bytes: 8 }
  const bigEndianFloat = (value: number, size: 4 | 8) => {
    const bytes = Buffer.alloc(size)
    if (size === 8) bytes.writeDoubleBE(value)
    else bytes.writeFloatBE(value)
    return bytes
  }

  test('give their values, where the field takes them', () => {
    expect(read(int64, double, bigEndianFloat(7, 8))).toBe(7n)
    expect(read(int64, float, bigEndianFloat(-3, 4))).toBe(-3n)
    expect(read(int64, double, bigEndianFloat(7.5, 8))).toBe('FIELD_NOT_WHOLE')
    expect(read(text, double, bigEndianFloat(7.5, 8))).toBe('7.5')
    expect(read(text, { kind: 'boolean' }, new Uint8Array([1]))).toBe('true')
    expect(read(text, { kind: 'boolean' }, new Uint8Array([0]))).toBe('false')
    expect(read(int64, { kind: 'boolean' }, new Uint8Array([1]))).toBe('FIELD_WRONG_KIND')
  })

  test('of ByteArrayConverter are taken for text', () => {
    expect(read(text, { kind: 'bytes' }, 'ключ "x"')).toBe('ключ "x"')
    expect(read(int64, { kind: 'bytes' }, '12')).toBe(12n)
    expect(read(text, { kind: 'bytes' }, 'é'.repeat(21))).toBe('VARCHAR_TOO_LONG')
  })

  test('refuse what is not of their size or kind', () => {
    for (const [converter, bad] of [
      [float, bigEndianFloat(1, 8)],
      [double, bigEndianFloat(1, 4)],
      [double, bigEndianFloat(Number.NaN, 8)],
      [{ kind: 'boolean' }, new Uint8Array([2])],
      [{ kind: 'boolean' }, new Uint8Array([1, 1])],
      [{ kind: 'bytes' }, new Uint8Array([0xff])],
    ] as const) {
      expect(read(text, converter, bad)).toBe('KEY_UNREADABLE')
    }
  })
})

describe('converters with a schema in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-key-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const inFile = (kind: 'avro' | 'protobuf', name: string, content: string, messageName?: string) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return { kind, schemas: { from: 'file', path, messageName, at: 'sink.properties:9' } } as KeyConverterSettings
  }
  const long = inFile('avro', 'long.avsc', '"long"')
  const record = inFile(
    'avro',
    'key.avsc',
    '{"type":"record","name":"Key","fields":[{"name":"tenant","type":"string"},{"name":"id","type":"long"}]}',
  )
  const proto = 'syntax = "proto3"; package a; message Other {} message Key { int64 id = 1; string tenant = 2; }'
  const message = inFile('protobuf', 'key.proto', proto, 'a.Key')

  test('give the member of a record that has the name of the primary key, or the value alone', () => {
    expect(read(int64, long, new Uint8Array([14]))).toBe(7n)
    expect(read(text, inFile('avro', 's.avsc', '"string"'), new Uint8Array([4, 0x22, 0x7b]))).toBe('"{')
    expect(read(int64, record, new Uint8Array([2, 0x74, 14]))).toBe(7n)
    expect(read(int64, message, new Uint8Array([8, 7, 18, 1, 0x74]))).toBe(7n)
    expect(read(key('key'), record, new Uint8Array([2, 0x74, 14]))).toBe('FIELD_MISSING')
  })

  test('keep all digits of a long', () => {
    const max = new Uint8Array([254, 255, 255, 255, 255, 255, 255, 255, 255, 1])
    expect(read(int64, long, max)).toBe(2n ** 63n - 1n)
  })

  test('refuse what cannot be read', () => {
    expect(read(int64, long, new Uint8Array([255]))).toBe('KEY_UNREADABLE')
    expect(read(int64, record, new Uint8Array([200, 1]))).toBe('KEY_UNREADABLE')
    expect(read(int64, message, new Uint8Array([8]))).toBe('KEY_UNREADABLE')
  })

  test('that is none are said at the start, with the line that names it', () => {
    const refused = (settings: KeyConverterSettings) => {
      try {
        read(int64, settings, '')
        return undefined
      } catch (error) {
        return error
      }
    }
    const code = 'SCHEMA_FILE_UNUSABLE'
    expect(refused(inFile('avro', 'bad.avsc', '{"type":"recrod"}'))).toMatchObject({ code, exit: 78 })
    expect(refused(inFile('protobuf', 'bad.proto', 'message {'))).toMatchObject({ code })
    expect(refused(inFile('protobuf', 'other.proto', proto, 'a.Missing'))).toMatchObject({ code })
    const gone = {
      kind: 'avro',
      schemas: { from: 'file', path: join(folder, 'gone'), messageName: undefined, at: 's:1' },
    }
    expect(refused(gone as KeyConverterSettings)).toMatchObject({ code, message: expect.stringContaining('s:1') })
  })
})

test('a record without a key has no primary key, with any converter', () => {
  for (const converter of [string, json, envelope, number(8)]) expect(read(int64, converter, null)).toBe('KEY_ABSENT')
})

test('a key that is refused leaves nothing behind for the next one', () => {
  const schema = collection([int64])
  const reader = new RecordKey(schema, json)
  const batch = new ColumnBatch(schema)
  for (const [index, recordKey] of ['1', 'bad', '{"id":2}', '[]', '3'].entries()) {
    const bytes = Buffer.from(recordKey)
    const refused = index % 2 === 1
    expect(reader.put(bytes, 0, bytes.length, batch.key!) < 0).toBe(refused)
    if (!refused) batch.commit()
  }
  expect([0, 1, 2].map((row) => batch.key!.keyAt(row))).toEqual([1n, 2n, 3n])
})
