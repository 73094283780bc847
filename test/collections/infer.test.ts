import { describe, expect, test } from 'bun:test'
import { type InferOptions, inferSchema } from '../../src/collections/infer.ts'
import { JsonSample } from '../../src/collections/json-sample.ts'
import { evidenceOf, type RecordShape } from '../../src/collections/record-shapes.ts'
import { usableShapes } from '../../src/collections/usable-shapes.ts'
import { DataType } from '../../src/milvus/schema.ts'

const older: InferOptions = {
  keyMode: 'record_value',
  numberKeys: false,
  primaryKey: undefined,
  vectors: [],
  dynamicField: true,
  nullableFields: false,
  severalVectors: false,
}
const newer: InferOptions = { ...older, nullableFields: true, severalVectors: true }

/** Records as texts, so that 1.0 and large numbers stay as they are. */
function infer(records: readonly string[], options: Partial<InferOptions> = {}, keyBytes = 0) {
  return inferOf(sampleOf(records, keyBytes), { ...older, ...options })
}

/** The same where bad records are passed over. */
function inferUsable(records: readonly string[], options: Partial<InferOptions> = {}) {
  const all = { ...older, ...options }
  return inferOf(usableShapes(sampleOf(records), all), all)
}

function sampleOf(records: readonly string[], keyBytes = 0): readonly RecordShape[] {
  const sample = new JsonSample()
  for (const record of records) sample.add(new TextEncoder().encode(record), keyBytes)
  return sample.shapes
}

function inferOf(shapes: readonly RecordShape[], options: InferOptions) {
  const evidence = evidenceOf(shapes)
  const { fields, others, problems } = inferSchema(evidence, options)
  return {
    records: evidence.records,
    types: Object.fromEntries(
      fields.map(({ name, type, dim, maxLengthBytes }) => [name, [type, dim ?? maxLengthBytes]]),
    ),
    key: fields.find((field) => field.primaryKey)?.name,
    nullable: fields.filter((field) => field.nullable).map(({ name }) => name),
    others: others.map(({ name }) => name),
    why: Object.fromEntries([...fields, ...others].map(({ name, why }) => [name, why])),
    problems,
  }
}

const vector = '"v":[0.5,1]'

test('each kind of value has its type', () => {
  const records = [
    `{"id":1,${vector},"b":true,"i":-7,"d":0.5,"t":"one","j":{"x":1}}`,
    `{"id":2,${vector},"b":false,"i":9223372036854775807,"d":3,"t":"two","j":{}}`,
  ]
  expect(infer(records)).toMatchObject({
    key: 'id',
    types: {
      id: [DataType.Int64, undefined],
      v: [DataType.FloatVector, 2],
      b: [DataType.Bool, undefined],
      i: [DataType.Int64, undefined],
      d: [DataType.Double, undefined],
      t: [DataType.VarChar, 256],
      j: [DataType.Json, undefined],
    },
    nullable: [],
    others: [],
    problems: [],
  })
})

test('1.0 is no whole number, nor is one that int64 does not hold', () => {
  const { types } = infer([`{"id":1,${vector},"a":1.0,"b":9223372036854775808,"c":1e3}`])
  for (const name of ['a', 'b', 'c']) expect(types[name], name).toEqual([DataType.Double, undefined])
})

test('a VARCHAR has room for four times what was seen, up to what Milvus takes', () => {
  const text = (length: number) => infer([`{"id":1,${vector},"t":"${'x'.repeat(length)}"}`])
  expect(text(3).types.t).toEqual([DataType.VarChar, 256])
  expect(text(65).types.t).toEqual([DataType.VarChar, 512])
  expect(text(65_535).types.t).toEqual([DataType.VarChar, 65_535])
  expect(text(65_536)).toMatchObject({ others: ['t'] })
  expect(infer([`{"id":1,${vector},"t":"${'é'.repeat(100)}"}`]).types.t).toEqual([DataType.VarChar, 1024])
})

test('texts among numbers make a VARCHAR, which takes numbers as they are written', () => {
  const records = [`{"id":1,${vector},"t":"a"}`, `{"id":2,${vector},"t":12.50}`, `{"id":3,${vector},"t":true}`]
  expect(infer(records).types.t).toEqual([DataType.VarChar, 256])
})

test('what is not in every record becomes nullable, or without nullable fields goes elsewhere', () => {
  const records = [`{"id":1,${vector},"a":1,"n":null}`, `{"id":2,${vector},"a":null}`, `{"id":3,${vector},"a":3,"x":4}`]
  expect(infer(records, newer)).toMatchObject({ nullable: ['a', 'x'], others: ['n'] })
  const seen = infer(records)
  expect(seen).toMatchObject({ nullable: [], others: ['a', 'n', 'x'] })
  expect(seen.why.x).toBe('only in 1 of 3 records, and this server has no nullable fields')
})

test('the longest array of numbers is the vector, others are none unless they are named', () => {
  const records = ['{"id":1,"place":[48.1,11.5],"v":[1,2,3,4],"tags":["a"],"one":[1],"mixed":[1,"a"]}']
  expect(infer(records, newer)).toMatchObject({
    types: { v: [DataType.FloatVector, 4] },
    others: ['place', 'tags', 'one', 'mixed'],
  })
  const both = infer(records, { ...newer, vectors: ['v', 'place'] })
  expect(both.types).toMatchObject({ v: [DataType.FloatVector, 4], place: [DataType.FloatVector, 2] })
  expect(infer(records, { vectors: ['v', 'place'] }).problems).toEqual([expect.stringContaining('one vector')])
  expect(infer(records, { vectors: ['tags'] }).problems).toEqual([expect.stringContaining('"tags"')])
})

test('arrays of different lengths are no vector, and without one there is no collection', () => {
  const { problems, others } = infer(['{"id":1,"v":[1,2]}', '{"id":2,"v":[1,2,3]}'])
  expect(problems).toEqual([expect.stringContaining('no field can be the vector')])
  expect(others).toEqual(['v'])
})

test('the key is found by its name, in any case, and must be in every record', () => {
  expect(infer([`{"x":1,"_id":"a",${vector}}`]).key).toBe('_id')
  expect(infer([`{"ID":1,${vector}}`]).key).toBe('ID')
  expect(infer([`{"pk":1,"id":2,${vector}}`]).key).toBe('id')
  expect(infer([`{"pk":1,"id":{"$oid":"1"},${vector}}`])).toMatchObject({
    key: 'pk',
    types: { id: [DataType.Json, undefined] },
  })
  expect(infer([`{"id":1,${vector}}`, `{"pk":2,${vector}}`]).problems).toEqual([expect.stringContaining('primary key')])
  expect(infer([`{"id":1,"sku":"x",${vector}}`], { primaryKey: 'sku' }).key).toBe('sku')
  expect(infer([`{"id":1,${vector}}`], { primaryKey: 'sku' }).problems).toEqual([
    expect.stringContaining('no sample record has it'),
  ])
  expect(infer([`{"id":1.5,${vector}}`], { primaryKey: 'id' }).problems).toEqual([
    expect.stringContaining('whole numbers or texts'),
  ])
})

test('whole numbers and texts among keys make a VARCHAR key', () => {
  expect(infer([`{"id":1,${vector}}`, `{"id":"b",${vector}}`]).types.id).toEqual([DataType.VarChar, 256])
})

test('a key that does not come from the value has a field of its own', () => {
  expect(infer([`{"id":1,${vector}}`], { keyMode: 'kafka' })).toMatchObject({
    key: 'pk',
    types: { pk: [DataType.VarChar, 320], id: [DataType.Int64, undefined] },
  })
  expect(infer([`{"pk":1,${vector}}`], { keyMode: 'kafka' }).key).toBe('_pk')
  expect(infer([`{"a":1,${vector}}`], { keyMode: 'record_key' }, 100)).toMatchObject({
    key: 'id',
    types: { id: [DataType.VarChar, 512] },
  })
  expect(infer([`{"a":1,${vector}}`], { keyMode: 'record_key', numberKeys: true, primaryKey: 'n' }).types.n).toEqual([
    DataType.Int64,
    undefined,
  ])
})

test('names that Milvus does not take go elsewhere', () => {
  expect(infer([`{"id":1,${vector},"a-b":1,"1st":1,"":1,"ok_1":1}`])).toMatchObject({ others: ['a-b', '1st', ''] })
})

describe('where bad records are passed over', () => {
  const good = [1, 2, 3].map((id) => `{"id":${id},"title":"one",${vector}}`)
  const bad = (vector: string) => `{"id":4,"title":true,"v":${vector}}`

  test('a bad vector among good ones does not keep the collection from being made, nor decides what else is in it', () => {
    for (const one of ['"none"', '[1,"x"]', '[0.5,null]', '[1]', '[]', '7', '{}', '[1,2,3]', 'null']) {
      const records = [good[0]!, bad(one), good[1]!, good[2]!]
      expect(inferUsable(records), one).toEqual(infer(good))
      if (one !== 'null') expect(infer(records).problems, one).toEqual([expect.stringContaining('the vector')])
    }
    expect(inferUsable([...good, `{"id":4,"title":true}`])).toEqual(infer(good))
  })

  test('nor does a record without a key, or with one that is none', () => {
    for (const id of ['null', '1.5', 'true', '[1]']) {
      const records = [`{"id":${id},${vector}}`, ...good]
      expect(inferUsable(records), id).toEqual(infer(good))
      expect(infer(records).problems, id).toEqual([expect.stringContaining('primary key')])
    }
    expect(inferUsable([`{"title":2,${vector}}`, ...good])).toEqual(infer(good))
    const mixed = [`{"id":"a",${vector}}`, `{"id":{},${vector}}`, ...good]
    expect(inferUsable(mixed)).toMatchObject({ records: 4, types: { id: [DataType.VarChar, 256] } })
    expect(inferUsable([`{${vector}}`, `{"id":1,${vector}}`], { keyMode: 'kafka' })).toMatchObject({ records: 2 })
  })

  test('vectors that are named count, each of them', () => {
    const both = [1, 2, 3].map((id) => `{"id":${id},"place":[48.1,11.5],"v":[1,2,3]}`)
    const records = [...both, '{"id":4,"place":"here","v":[1,2,3]}', '{"id":5,"place":[1,2],"v":[]}']
    const several = { ...newer, vectors: ['v', 'place'] }
    expect(inferUsable(records, several)).toEqual(infer(both, several))
    expect(inferUsable(records)).toMatchObject({ records: 4, types: { v: [DataType.FloatVector, 3] } })
  })

  test('what most records have no use for stays as it is', () => {
    const lengths = ['{"id":1,"v":[1,2]}', '{"id":2,"v":[1,2,3]}']
    expect(inferUsable(lengths)).toEqual(infer(lengths))
    const texts = [`{"id":1,${vector}}`, '{"id":2,"v":"a"}', '{"id":3,"v":"b"}']
    expect(inferUsable(texts)).toEqual(infer(texts))
    const apart = ['{"id":1}', '{"id":2}', `{"a":1,${vector}}`]
    expect(inferUsable(apart)).toEqual(infer(apart))
    expect(inferUsable(good)).toEqual(infer(good))
  })
})
