import { describe, expect, test } from 'bun:test'
import { ColumnBatch } from '../../../src/columns/batch.ts'
import { compileJsonPlan } from '../../../src/decode/json/plan.ts'
import { reason } from '../../../src/decode/json/reason.ts'
import { type CollectionSchema, DataType } from '../../../src/milvus/schema.ts'
import { columnValues } from '../../columns/protobuf.ts'
import { collection, field, key, varchar, vector } from '../../columns/schema.ts'

const articles = collection([key(), varchar('title', 100), vector('v', 2)])

/** Decodes records into one batch. */
function decoder(schema: CollectionSchema, envelope = false) {
  const plan = compileJsonPlan(schema, { envelope })
  const batch = new ColumnBatch(schema)
  return {
    plan,
    batch,
    decode(record: string | Uint8Array): number {
      const bytes = typeof record === 'string' ? new TextEncoder().encode(record) : record
      return plan.decode(bytes, 0, bytes.length, batch)
    },
    /** The batch's rows, a column each. */
    columns: () => batch.columns.map((column) => columnValues(column)),
  }
}

/** The values of one field's column after these records, and an error's message in place of a value where one was refused. */
function column(schema: CollectionSchema, index: number, records: readonly string[]): unknown[] {
  const one = decoder(schema)
  const answers = records.map((record) => one.decode(record))
  const values = columnValues(one.batch.columns[index]!)
  return answers.map((answer) => (answer === 0 ? values.shift() : 'refused'))
}

function refusal(schema: CollectionSchema, record: string | Uint8Array, envelope = false) {
  const one = decoder(schema, envelope)
  const answer = one.decode(record)
  expect(answer).toBeLessThan(0)
  expect(one.batch.rows).toBe(0)
  expect(one.batch.bytes).toBe(0)
  return one.plan.failure()
}

describe('a record', () => {
  test('becomes a row whatever the order of its keys, and the order may change from record to record', () => {
    const { decode, columns } = decoder(articles)
    expect(decode('{"id":1,"title":"a","v":[0.5,1]}')).toBe(0)
    expect(decode('{"id":2,"title":"b","v":[1.5,2]}')).toBe(0)
    expect(decode('{"v":[2.5,3],"id":3,"title":"c"}')).toBe(0)
    expect(decode(' { "title" : "d" , "v" : [ 3.5 , 4 ] , "id" : 4 } ')).toBe(0)
    expect(columns()).toEqual([
      ['1', '2', '3', '4'],
      ['a', 'b', 'c', 'd'],
      [
        [0.5, 1],
        [1.5, 2],
        [2.5, 3],
        [3.5, 4],
      ],
    ])
  })

  test('that brings a key twice has the last value, and an unfit value before a fit one does no harm', () => {
    const { decode, columns } = decoder(articles)
    expect(decode('{"id":1,"title":"first","id":2,"v":"no vector","title":"second","v":[1],"v":[1,2]}')).toBe(0)
    expect(columns()).toEqual([['2'], ['second'], [[1, 2]]])
  })

  test('may name its keys with escapes', () => {
    expect(column(articles, 1, ['{"\\u0069d":1,"t\\u0069tle":"a","v":[1,2]}'])).toEqual(['a'])
  })

  test('that fails leaves the batch as it was', () => {
    const { decode, batch, columns } = decoder(articles)
    decode('{"id":1,"title":"a","v":[1,2]}')
    const bytes = batch.bytes
    expect(decode('{"id":2,"title":"b","v":[1,2,3]}')).toBe(reason.record)
    expect(decode('{"id":2,"title":"b","v":[1,2]')).toBe(reason.notJson)
    expect([batch.rows, batch.bytes]).toEqual([1, bytes])
    decode('{"id":3,"title":"c","v":[3,4]}')
    expect(columns()).toEqual([
      ['1', '3'],
      ['a', 'c'],
      [
        [1, 2],
        [3, 4],
      ],
    ])
  })

  test('may begin with one byte order mark', () => {
    expect(column(articles, 0, ['\ufeff{"id":1,"title":"a","v":[1,2]}', '\ufeff\ufeff{}'])).toEqual(['1', 'refused'])
  })

  test('ends where it ends, even if what lies behind it would go on', () => {
    const bytes = new TextEncoder().encode('{"id":1,"title":"a","v":[1,2]}{"id":2,"title":"b","v":[3,4]}')
    const batch = new ColumnBatch(articles)
    const plan = compileJsonPlan(articles, { envelope: false })
    const middle = bytes.length / 2
    expect(plan.decode(bytes, 0, middle - 1, batch)).toBe(reason.notJson)
    expect(plan.decode(bytes, 0, middle, batch)).toBe(0)
    expect(plan.decode(bytes, middle, bytes.length, batch)).toBe(0)
    expect(columnValues(batch.columns[0]!)).toEqual(['1', '2'])
    expect(new TextDecoder().decode(bytes.subarray(middle, middle + 5))).toBe('{"id"')
  })
})

describe('a record is refused with a reason', () => {
  const cases: [string, string | Uint8Array, string, string][] = [
    ['that is cut off', '{"id":1', 'RECORD_NOT_JSON', 'byte 7 of 7'],
    ['that is empty', '', 'RECORD_NOT_JSON', 'byte 0 of 0'],
    ['with a comma too many', '{"id":1,}', 'RECORD_NOT_JSON', 'byte 8 of 9'],
    ['with a raw line break in a string', '{"id":1,"title":"a\nb"}', 'RECORD_NOT_JSON', 'byte 18'],
    [
      'that is not UTF-8',
      new Uint8Array([...'{"a":"'].map((c) => c.charCodeAt(0)).concat(0xff)),
      'RECORD_NOT_UTF8',
      'byte 6',
    ],
    ['with a surrogate in its UTF-8', new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]), 'RECORD_NOT_UTF8', 'byte 1'],
    ['that nests too deep', `{"x":${'['.repeat(1000)}`, 'RECORD_TOO_DEEP', '1000 levels'],
    ['that is an array', '[1]', 'RECORD_NOT_OBJECT', 'an array'],
    ['without a required field', '{"id":1,"v":[1,2]}', 'FIELD_MISSING', '"title" (VARCHAR)'],
    ['with null in a required field', '{"id":null,"title":"a","v":[1,2]}', 'FIELD_NULL', '"id" (INT64)'],
    ['with a fraction for an INT64', '{"id":1.5,"title":"a","v":[1,2]}', 'FIELD_NOT_WHOLE', '"id"'],
    ['with a number beyond INT64', '{"id":9223372036854775808,"title":"a","v":[1,2]}', 'FIELD_OUT_OF_RANGE', 'INT64'],
    [
      'with a boolean for an INT64',
      '{"id":true,"title":"a","v":[1,2]}',
      'FIELD_WRONG_KIND',
      'a whole number, the record has a boolean',
    ],
    ['with an object for a VARCHAR', '{"id":1,"title":{},"v":[1,2]}', 'FIELD_WRONG_KIND', 'the record has an object'],
    [
      'with a text that is too long',
      `{"id":1,"title":"${'é'.repeat(51)}","v":[1,2]}`,
      'VARCHAR_TOO_LONG',
      'at most 100 bytes of UTF-8 (its max_length), the record has 102',
    ],
    [
      'with too few numbers',
      '{"id":1,"title":"a","v":[1]}',
      'VECTOR_DIM_MISMATCH',
      'takes 2 numbers, the record has 1',
    ],
    [
      'with too many numbers',
      '{"id":1,"title":"a","v":[1,2,3,4]}',
      'VECTOR_DIM_MISMATCH',
      'takes 2 numbers, the record has 4',
    ],
    ['with null among the numbers', '{"id":1,"title":"a","v":[1,null]}', 'VECTOR_NOT_NUMBERS', 'null at index 1'],
    ['with a number that no float32 holds', '{"id":1,"title":"a","v":[1e39,2]}', 'VECTOR_OUT_OF_RANGE', 'index 0'],
    [
      'with an object for a vector',
      '{"id":1,"title":"a","v":{"0":1}}',
      'FIELD_WRONG_KIND',
      'an array of numbers, the record has an object',
    ],
  ]
  for (const [what, record, code, words] of cases) {
    test(what, () => {
      const error = refusal(articles, record)
      expect(error.code as string).toBe(code)
      expect(error.label).toBe('record')
      expect(error.message).toContain(words)
    })
  }

  test('never with a value of the row in its message', () => {
    const record = '{"id":"secret-key","title":"secret","v":["secret"]}'
    expect(refusal(articles, record).message).not.toContain('secret')
  })

  test('and text that is not JSON is so, whatever else is wrong before', () => {
    expect(refusal(articles, '{"id":null,"title":1,"v":[1],').code).toBe('RECORD_NOT_JSON')
  })
})

describe('numbers', () => {
  const int64 = collection([key()])
  const ids = (...texts: string[]) =>
    column(
      int64,
      0,
      texts.map((text) => `{"id":${text}}`),
    )

  test('are exact over all of INT64', () => {
    expect(
      ids('9223372036854775807', '-9223372036854775808', '9007199254740993', '-9007199254740993', '0', '-0'),
    ).toEqual(['9223372036854775807', '-9223372036854775808', '9007199254740993', '-9007199254740993', '0', '0'])
    expect(ids('9223372036854775808', '-9223372036854775809', '1e19', '18446744073709551617')).toEqual(
      Array(4).fill('refused'),
    )
  })

  test('are whole in every way to write one', () => {
    expect(ids('1e3', '5.0', '1.50e1', '1200E-2', '0e99999999999', '"42"', '123456789012345678.0')).toEqual([
      '1000',
      '5',
      '15',
      '12',
      '0',
      '42',
      '123456789012345678',
    ])
    expect(ids('1e-1', '0.5', '" 42"', '"4x"', '"1.5"')).toEqual(Array(5).fill('refused'))
  })

  test('keep to the range of their type', () => {
    const small = collection([key(), field('n', DataType.Int8)])
    const n = ['127', '-128', '128', '-129', '4294967297'].map((text) => `{"id":1,"n":${text}}`)
    expect(column(small, 1, n)).toEqual([127, -128, 'refused', 'refused', 'refused'])
  })

  test('for FLOAT and DOUBLE round as Number does, and infinity is refused', () => {
    const both = collection([key(), field('f', DataType.Float), field('d', DataType.Double)])
    const records = ['0.1', '0.8333333333333334', '3.4028235e38', '"1.5"', '3.5e38', '1e309'].map(
      (n) => `{"id":1,"f":${n},"d":${n}}`,
    )
    expect(column(both, 1, records)).toEqual([
      Math.fround(0.1),
      Math.fround(0.8333333333333334),
      3.4028234663852886e38,
      1.5,
      'refused',
      'refused',
    ])
    expect(column(both, 2, records).slice(0, 4)).toEqual([0.1, 0.8333333333333334, 3.4028235e38, 1.5])
    expect(refusal(both, '{"id":1,"f":1e39,"d":1}').code).toBe('FIELD_OUT_OF_RANGE')
  })
})

describe('texts', () => {
  const titles = (...texts: string[]) =>
    column(
      articles,
      1,
      texts.map((text) => `{"id":1,"title":${text},"v":[1,2]}`),
    )

  test('have their escapes resolved, surrogate pairs joined, and lone surrogates replaced', () => {
    expect(
      titles('"a\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\u00e9\\ud83d\\udc26"', '"\\ud83d!\\udc26"', '"日本語"', '""'),
    ).toEqual(['a"\\/\b\f\n\r\t', 'é\u{1f426}', '\ufffd!\ufffd', '日本語', ''])
  })

  test('may come as a number or a boolean, and are then what the record says', () => {
    expect(titles('12.50', 'true', '-1e3')).toEqual(['12.50', 'true', '-1e3'])
  })

  test('may be as long as the field takes, to the byte', () => {
    expect(titles(`"${'x'.repeat(100)}"`, `"${'x'.repeat(101)}"`)).toEqual(['x'.repeat(100), 'refused'])
    const long = collection([key(), varchar('title', 60_000)])
    const text = 'kite '.repeat(10_000)
    expect(column(long, 1, [`{"id":1,"title":"${text}"}`])).toEqual([text])
  })
})

test('a boolean may come as text, as the Connect plugin takes it', () => {
  const schema = collection([key(), field('ok', DataType.Bool)])
  const records = ['true', 'false', '"TRUE"', '"false"', '"yes"', '1'].map((ok) => `{"id":1,"ok":${ok}}`)
  expect(column(schema, 1, records)).toEqual([true, false, true, false, 'refused', 'refused'])
})

test('a vector may come as text, as the Connect plugin takes it', () => {
  const records = ['"[1, 2]"', '" [ 1,2 ] "', '"[1,2] x"', '"[1,\n2]"'].map((v) => `{"id":1,"title":"a","v":${v}}`)
  expect(column(articles, 2, records)).toEqual([[1, 2], [1, 2], 'refused', 'refused'])
})

test('a JSON field takes any value but null, as it is written', () => {
  const schema = collection([key(), field('doc', DataType.Json)])
  const records = ['{"a": [1, {"b":null}]}', '"text"', '1.0', 'null'].map((doc) => `{"id":1,"doc":${doc}}`)
  expect(column(schema, 1, records)).toEqual(['{"a": [1, {"b":null}]}', '"text"', '1.0', 'refused'])
})

test('fields that may be null are null when they are missing or null, of each type', () => {
  const nullable = { nullable: true }
  const schema = collection([
    key(),
    varchar('s', 10, nullable),
    field('i', DataType.Int32, { hasDefault: true }),
    field('l', DataType.Int64, nullable),
    field('b', DataType.Bool, nullable),
    field('f', DataType.Float, nullable),
    field('d', DataType.Double, nullable),
    field('j', DataType.Json, nullable),
    vector('v', 2, nullable),
  ])
  const { decode, columns } = decoder(schema)
  decode('{"id":1}')
  decode('{"id":2,"s":"","i":0,"l":0,"b":false,"f":0,"d":0,"j":{},"v":[0,0]}')
  decode('{"id":3,"s":null,"i":null,"l":null,"b":null,"f":null,"d":null,"j":null,"v":null}')
  expect(columns()).toEqual([
    ['1', '2', '3'],
    [null, '', null],
    [null, 0, null],
    [null, '0', null],
    [null, false, null],
    [null, 0, null],
    [null, 0, null],
    [null, '{}', null],
    [null, [0, 0], null],
  ])
})

describe('keys that no field has', () => {
  test('are counted by name where the collection has no dynamic field', () => {
    const { decode, plan } = decoder(articles)
    for (let id = 0; id < 3; id++) decode(`{"id":${id},"color":"red","title":"a","v":[1,2],"size":{"w":1}}`)
    expect(plan.ignoredNames()).toEqual({
      byName: new Map([
        ['color', 3],
        ['size', 3],
      ]),
      others: 0,
    })
  })

  test('are told apart by a byte order mark, too', () => {
    const { decode, plan } = decoder(articles)
    decode('{"id":1,"title":"a","v":[1,2],"color":1,"\ufeffcolor":2}')
    decode('{"id":2,"title":"a","v":[1,2],"color":1}')
    const byName = new Map([
      ['color', 2],
      ['\ufeffcolor', 1],
    ])
    expect(plan.ignoredNames()).toEqual({ byName, others: 0 })
  })

  test('keep no more than a bounded number of names', () => {
    const { decode, plan } = decoder(articles)
    for (let id = 0; id < 100; id++) decode(`{"id":${id},"title":"a","v":[1,2],"k${id}":0}`)
    const { byName, others } = plan.ignoredNames()
    expect(byName.size + others).toBe(100)
    expect(others).toBeGreaterThan(30)
  })

  test('go to the dynamic field as one object, each once and with its last value', () => {
    const { decode, columns } = decoder(collection([key()], true))
    decode('{"a":1,"id":1, "b" : [1, "x"] ,"\\u0061":"again"}')
    decode('{"id":2}')
    expect((columns()[1] as string[]).map((text) => JSON.parse(text))).toEqual([{ a: 'again', b: [1, 'x'] }, {}])
  })

  test('may be many in one record', () => {
    const members = Array.from({ length: 2000 }, (_, i) => `"k${i % 1500}":${i}`)
    const { decode, columns } = decoder(collection([key()], true))
    expect(decode(`{"id":1,${members.join(',')}}`)).toBe(0)
    expect(JSON.parse(columns()[1]![0] as string)).toEqual(JSON.parse(`{${members.join(',')}}`))
  })

  test('may not have the name of the dynamic field itself', () => {
    expect(refusal(collection([key()], true), '{"id":1,"$meta":{}}').code).toBe('DYNAMIC_KEY_RESERVED')
  })
})

test('a key that Milvus makes itself is counted as ignored, and has no column', () => {
  const schema = collection([key('id', DataType.Int64, { autoId: true }), vector('v', 2)], true)
  const { decode, plan, batch, columns } = decoder(schema)
  expect(decode('{"id":1,"v":[1,2],"x":1}')).toBe(0)
  expect(batch.key).toBeUndefined()
  expect(columns()).toEqual([[[1, 2]], ['{"x":1}']])
  expect(plan.ignoredNames().byName).toEqual(new Map([['id', 1]]))
})

describe('with schemas.enable', () => {
  const schema = '{"type":"struct","fields":[],"optional":false}'

  test('the row is the payload', () => {
    const { decode, columns } = decoder(articles, true)
    expect(decode(`{"schema":${schema},"payload":{"id":1,"title":"a","v":[1,2]}}`)).toBe(0)
    expect(decode(` { "payload" : {"id":2,"title":"b","v":[3,4]} , "schema" : null } `)).toBe(0)
    expect(columns()[1]).toEqual(['a', 'b'])
  })

  test('the last payload counts', () => {
    const { decode, columns } = decoder(articles, true)
    expect(decode('{"schema":{},"payload":{"id":1,"title":"a"},"payload":{"id":2,"title":"b","v":[3,4]}}')).toBe(0)
    expect(columns()[0]).toEqual(['2'])
  })

  test('a payload of null is a tombstone, like a record of null', () => {
    expect(decoder(articles, true).decode('{"schema":{},"payload":null}')).toBe(reason.nullValue)
    expect(decoder(articles).decode('null')).toBe(reason.nullValue)
    expect(refusal(articles, 'null').code).toBe('RECORD_NULL')
  })

  test('a record without an envelope, or with more in it, is refused', () => {
    for (const record of ['{"id":1,"title":"a","v":[1,2]}', '{"schema":{},"payload":{},"x":1}', '{"payload":{}}', '{}'])
      expect(refusal(articles, record, true).code).toBe('RECORD_NO_ENVELOPE')
    expect(refusal(articles, '{"schema":{},"payload":7}', true).code).toBe('RECORD_NOT_OBJECT')
  })
})

describe('a collection with a type that redkite does not know', () => {
  test('is refused when the plan is made, naming field and type', () => {
    const schema = collection([key(), field('tags', DataType.Array)])
    expect(() => compileJsonPlan(schema, { envelope: false })).toThrow(
      'collection "articles" has a field "tags" of type ARRAY',
    )
    expect(() => new ColumnBatch(schema)).toThrow('ARRAY')
    expect(() => compileJsonPlan(collection([key(), field('x', 999)]), { envelope: false })).toThrow('number 999')
  })

  test('is fine where the field may stay empty', () => {
    const { decode, columns, plan } = decoder(
      collection([key(), field('tags', DataType.Array, { nullable: true })], true),
    )
    expect(decode('{"id":1,"tags":[1]}')).toBe(0)
    expect(columns()).toEqual([['1'], ['{}']])
    expect(plan.ignoredNames().byName).toEqual(new Map([['tags', 1]]))
  })
})
