/** What no plan can be made of, and what a vector's bytes must be: each is said by its code, and its label says whether it is one record's fault. */
import { expect, test } from 'bun:test'
import { ColumnBatch } from '../../src/columns/batch.ts'
import { compileAvroPlan } from '../../src/decode/avro/plan.ts'
import { readAvroSchema } from '../../src/decode/avro/schema.ts'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { compileProtobufPlan } from '../../src/decode/protobuf/plan.ts'
import { readFileDescriptorSet, readProtobufText } from '../../src/decode/protobuf/schema.ts'
import { compileRawPlan } from '../../src/decode/raw/plan.ts'
import { RedkiteError } from '../../src/errors/errors.ts'
import { DataType } from '../../src/milvus/schema.ts'
import { collection, field, key, vector } from '../columns/schema.ts'

function thrown(act: () => unknown): string[] {
  try {
    act()
  } catch (error) {
    if (error instanceof RedkiteError) return [error.code, error.label, error.message]
    throw error
  }
  throw new Error('expected an error, all was well')
}

const plain = collection([key(), vector('v', 2)])
const unknownType = 999

test('a collection with a field that redkite cannot write is refused by every format, unless the field may stay empty', () => {
  const message = readProtobufText('syntax = "proto3"; message Row { int64 id = 1; }').message()
  const writer = readAvroSchema('{"type":"record","name":"Row","fields":[{"name":"id","type":"long"}]}')
  const plans = [
    (of: typeof plain) => compileJsonPlan(of, { envelope: false }),
    (of: typeof plain) => compileAvroPlan(writer, of),
    (of: typeof plain) => compileProtobufPlan(message, of),
    (of: typeof plain) => compileRawPlan(of, { vectorField: 'v' }),
  ]
  const strange = collection([...plain.fields, field('strange', unknownType)])
  const empty = collection([...plain.fields, field('strange', unknownType, { nullable: true })])
  for (const compile of plans) {
    expect(thrown(() => compile(strange))).toEqual([
      'SCHEMA_UNSUPPORTED',
      'fatal',
      expect.stringContaining('collection "articles" has a field "strange"'),
    ])
    expect(compile(empty)).toBeDefined()
  }
})

test("a writer's schema that has no record where the row should be is refused", () => {
  const avro = (writer: unknown) => thrown(() => compileAvroPlan(readAvroSchema(JSON.stringify(writer)), plain))
  const date = { type: 'int', logicalType: 'date' }
  const refused = (what: string) => ['RECORD_NOT_ROW', 'record', expect.stringContaining(`has ${what} where the row`)]
  expect([avro('string'), avro(['null', 'long']), avro(date)]).toEqual([
    refused('a value of type string'),
    refused('a value of type union'),
    refused('a date'),
  ])
})

test('what is no Protobuf schema is refused, as text and as bytes', () => {
  const refused = ['SCHEMA_NOT_PROTOBUF', 'record', expect.stringContaining('is no Protobuf schema')]
  for (const text of ['message {', 'syntax = "proto3"; message Row { Unknown x = 1; }', '{"type":"record"}'])
    expect([text, ...thrown(() => readProtobufText(text))]).toEqual([text, ...refused])
  for (const bytes of [new Uint8Array(0), Uint8Array.of(10, 200, 1), Uint8Array.of(255, 255)])
    expect([bytes, ...thrown(() => readFileDescriptorSet(bytes))]).toEqual([bytes, ...refused])
})

test('a field that is no vector of the collection cannot be the raw value', () => {
  for (const vectorField of ['id', 'absent']) {
    expect(thrown(() => compileRawPlan(plain, { vectorField }))).toEqual([
      'RAW_FIELD_NOT_VECTOR',
      'fatal',
      expect.stringContaining(`raw.vector.field names "${vectorField}"`),
    ])
  }
})

test('bytes of a sparse vector are whole entries of 8 bytes', () => {
  const schema = collection([key(), field('v', DataType.SparseFloatVector)])
  const plan = compileRawPlan(schema, { vectorField: 'v', keyElsewhere: true })
  const batch = new ColumnBatch(schema)
  for (const size of [1, 4, 7, 9, 20]) {
    expect(plan.decode(new Uint8Array(size), 0, size, batch)).toBeLessThan(0)
    const { code, label, message } = plan.failure()
    expect([code, label, message]).toEqual([
      'SPARSE_BYTES_MISMATCH',
      'record',
      expect.stringContaining(`the record has ${size} bytes`),
    ])
  }
  expect(batch.rows).toBe(0)
})
