import { expect, test } from 'bun:test'
import { compileAvroPlan } from '../../../src/decode/avro/plan.ts'
import { readAvroSchema } from '../../../src/decode/avro/schema.ts'
import { compileProtobufPlan } from '../../../src/decode/protobuf/plan.ts'
import { readProtobufText } from '../../../src/decode/protobuf/schema.ts'
import { DataType } from '../../../src/milvus/schema.ts'
import { collection, key } from '../../columns/schema.ts'
import { structArray } from '../../columns/struct-schema.ts'
import { decoded } from './decoded.ts'

/** Structs come as an array of records in Avro, as repeated messages in Protobuf. */
const schema = collection([
  key(),
  structArray('chunks', 2, [
    ['text', DataType.VarChar, { maxLengthBytes: 4 }],
    ['v', DataType.FloatVector, { dim: 2 }],
  ]),
])
const bytes = (hex: string) => Uint8Array.fromHex(hex.replaceAll(' ', ''))
/** 1 and 2.5 as float32. */
const two = '0000803f 00002040'

function avro(hex: string, item: object | string) {
  const chunks = { name: 'chunks', type: { type: 'array', items: item } }
  const writer = { type: 'record', name: 'Row', fields: [{ name: 'id', type: 'long' }, chunks] }
  return decoded(compileAvroPlan(readAvroSchema(JSON.stringify(writer)), schema, {}), schema, bytes(hex))
}

const chunk = {
  type: 'record',
  name: 'Chunk',
  fields: [
    { name: 'text', type: ['null', 'string'] },
    { name: 'v', type: { type: 'array', items: 'float' } },
  ],
}

test('an array of records in Avro', () => {
  const wanted = { text: 'a', v: [1, 2.5] }
  expect(avro(`0e 04 02 02 61 04 ${two} 00 02 02 61 04 ${two} 00 00`, chunk)).toEqual({
    id: '7',
    chunks: [wanted, wanted],
  })
  expect(avro('0e 00', chunk)).toEqual({ id: '7', chunks: [] })
  expect(avro(`0e 02 00 04 ${two} 00 00`, chunk)).toBe('FIELD_NULL')
  expect(avro('0e 02 02 02 61 02 0000803f 00 00', chunk)).toBe('VECTOR_DIM_MISMATCH')
  expect(avro('0e 02 02 00', 'long')).toBe('FIELD_WRONG_KIND')
})

test('repeated messages in Protobuf, whose default values are members too', () => {
  const proto = (hex: string, more = '') => {
    const text = `syntax = "proto3"; message Chunk { string text = 1; repeated float v = 2; ${more} }
      message Row { int64 id = 1; repeated Chunk chunks = 2; }`
    return decoded(compileProtobufPlan(readProtobufText(text).message('Row'), schema, { path: [] }), schema, bytes(hex))
  }
  const record = `08 07 12 0d 0a 01 61 12 08 ${two} 12 0a 12 08 ${two}`
  expect(proto(record)).toEqual({
    id: '7',
    chunks: [
      { text: 'a', v: [1, 2.5] },
      { text: '', v: [1, 2.5] },
    ],
  })
  expect(proto(record, 'int32 page = 3;')).toBe('STRUCT_MEMBER_UNKNOWN')
  expect(proto(`${record} 12 0a 12 08 ${two}`)).toBe('ARRAY_TOO_LONG')
})
