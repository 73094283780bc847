/** What the settings of a sink make of its records, transform by transform and together. */
import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ColumnBatch } from '../../src/columns/batch.ts'
import { compileDecoder, compileTopicRouting } from '../../src/decode/compile.ts'
import { JsonPlan } from '../../src/decode/json/plan.ts'
import { reason } from '../../src/decode/json/reason.ts'
import { CompiledDecoder } from '../../src/mapping/compiled-decoder.ts'
import { TopicRouting, type WholeChain } from '../../src/mapping/topic-routing.ts'
import { DataType } from '../../src/milvus/schema.ts'
import { collection, field, key, varchar, vector } from '../columns/schema.ts'
import { sink } from '../config/files.ts'
import { arenaWith } from './one-record.ts'
import { effectsOf } from './rows.ts'

const schema = collection([key(), varchar('title', 20, { nullable: true }), vector('v', 2, { nullable: true })])
const withDynamic = collection([key(), vector('v', 2)], true)
const textKey = collection([varchar('id', 20, { primaryKey: true }), vector('v', 2)])

const transform = (name: string, type: string, settings: Record<string, string> = {}) =>
  `transforms.${name}.type=org.apache.kafka.connect.transforms.${type}\n${Object.entries(settings)
    .map(([setting, value]) => `transforms.${name}.${setting}=${value}\n`)
    .join('')}`

const value = (record: object) => ({ value: JSON.stringify(record) })

describe('names alone', () => {
  const renames = `transforms=r\n${transform('r', 'ReplaceField$Value', { renames: 'name:title,embedding:v', exclude: 'secret' })}`

  test('are compiled into the plan: nothing is done for a record', () => {
    expect(compileDecoder(schema, sink({ sink: renames }))).toBeInstanceOf(JsonPlan)
    expect(compileDecoder(schema, sink({ sink: 'field.mapping=title:name' }))).toBeInstanceOf(JsonPlan)
    expect(compileDecoder(schema, sink({ sink: 'field.mapping=title:doc.name' }))).not.toBeInstanceOf(JsonPlan)
  })

  test('are what the record has them for, in any order, with escapes, and more than one for a field', () => {
    expect(
      effectsOf(schema, renames, [
        value({ id: 1, name: 'a', embedding: [1, 2] }),
        value({ embedding: [3, 4], secret: 5, id: 2, title: 'b' }),
        { value: '{"id":3,"n\\u0061me":"c","title":"d"}' },
        { value: '{"id":3,"title":"d","name":"c"}' },
      ]),
    ).toEqual([
      { id: '1', title: 'a', v: [1, 2] },
      { id: '2', title: 'b', v: [3, 4] },
      { id: '3', title: 'd', v: null },
      { id: '3', title: 'c', v: null },
    ])
  })

  test('what is excluded is not counted as ignored, what is unknown is', () => {
    const decoder = compileDecoder(schema, sink({ sink: renames })) as JsonPlan
    expect(decoder).toBeInstanceOf(JsonPlan)
    const settings = `${renames}transforms.r.include=id,name,embedding,secret`
    const only = compileDecoder(schema, sink({ sink: settings })) as JsonPlan
    expect(only).toBeInstanceOf(JsonPlan)
    expect(effectsOf(schema, settings, [value({ id: 1, name: 'a', title: 'never' })])).toEqual([
      { id: '1', title: 'a', v: null },
    ])
  })

  test('a name that goes to the dynamic field goes there by its new name', () => {
    const lines = `transforms=r\n${transform('r', 'ReplaceField$Value', { renames: 'color:colour', exclude: 'secret' })}`
    expect(effectsOf(withDynamic, lines, [value({ id: 1, v: [1, 2], color: 'red', secret: 1 })])).toEqual([
      { id: '1', v: [1, 2], $meta: '{"colour":"red"}' },
    ])
  })
})

describe('field.mapping', () => {
  const lines = 'field.mapping=title:doc.title,v:embeddings.0.values,id:`order.id`'

  test('takes fields from inside the record, through objects and arrays', () => {
    expect(
      effectsOf(schema, lines, [
        value({ 'order.id': '9007199254740993', doc: { title: 'a' }, embeddings: [{ values: [1, 2.5] }] }),
        value({ 'order.id': 2, doc: null, title: 'not this one' }),
        value({ 'order.id': 3, doc: 'text' }),
        value({ doc: {} }),
        { value: '[]' },
      ]),
    ).toEqual([
      { id: '9007199254740993', title: 'a', v: [1, 2.5] },
      { id: '2', title: null, v: null },
      'FIELD_PATH_BROKEN: field "title" cannot be found by its field.mapping: "doc" in the record is a string, and the path goes on to "title"',
      expect.stringContaining('FIELD_MISSING: field "id"'),
      expect.stringContaining('RECORD_NOT_OBJECT'),
    ])
  })

  test('what a path leads into is used up by it, the rest goes to the dynamic field', () => {
    expect(
      effectsOf(withDynamic, 'field.mapping=v:doc.v', [value({ id: 1, doc: { v: [1, 2], x: 1 }, color: 'red' })]),
    ).toEqual([{ id: '1', v: [1, 2], $meta: '{"color":"red"}' }])
  })

  test('may lead several ways through one element of an array, which may itself be what another takes', () => {
    const ways = 'field.mapping=id:docs.1.id,v:docs.1.parts.0,title:docs.1.parts.1.name\n'
    const docs = [{ id: 1 }, { id: 2, parts: [[1, 2], { name: 'b' }] }]
    expect(
      effectsOf(schema, ways, [value({ docs }), value({ docs: docs.slice(1) }), value({ docs: { 1: docs[1] } })]),
    ).toEqual([
      { id: '2', title: 'b', v: [1, 2] },
      expect.stringContaining('FIELD_MISSING: field "id"'),
      { id: '2', title: 'b', v: [1, 2] },
    ])
    const whole = collection([key(), field('docs', DataType.Json), vector('v', 2)])
    expect(
      effectsOf(whole, 'field.mapping=id:docs.0.id,v:docs.0.v', [value({ docs: [{ id: 1, v: [1, 2] }] })]),
    ).toEqual([{ id: '1', docs: '[{"id":1,"v":[1,2]}]', v: [1, 2] }])
  })

  test('may take one field twice, behind transforms that rename', () => {
    const twice = `field.mapping=id:nr,title:nr\ntransforms=r\n${transform('r', 'ReplaceField$Value', { renames: 'number:nr' })}`
    expect(effectsOf(schema, twice, [value({ number: 7, v: [1, 2] })])).toEqual([{ id: '7', title: '7', v: [1, 2] }])
  })

  test('works on the payload with schemas.enable=true', () => {
    const record = { schema: { type: 'struct' }, payload: { doc: { id: 1, v: [1, 2] } } }
    const enabled = `${lines.replace(/=.*/, '=id:doc.id,v:doc.v')}\nvalue.converter=org.apache.kafka.connect.json.JsonConverter\n`
    expect(effectsOf(schema, enabled, [value(record), value(record.payload)])).toEqual([
      { id: '1', title: null, v: [1, 2] },
      expect.stringContaining('RECORD_NO_ENVELOPE'),
    ])
  })
})

describe('fields that are put in', () => {
  const settings = {
    'topic.field': 'title',
    'timestamp.field': 'seen',
    'static.field': 'kind',
    'static.value': 'a "b"',
  }
  const lines = `transforms=i\n${transform('i', 'InsertField$Value', settings)}`

  test('take the place of those that the record has, in the dynamic field too', () => {
    const record = '{"id":1,"kind":[1],"v":[1,2],"title":{"x":1},"seen":"no","color":"red"}'
    const wide = collection([key(), varchar('title', 20, { nullable: true }), vector('v', 2)], true)
    expect(compileDecoder(wide, sink({ sink: lines }))).toBeInstanceOf(CompiledDecoder)
    expect(
      effectsOf(wide, lines, [
        { value: record, timestampMs: 1_700_000_000_123 },
        { value: '{"v":[1,2],"id":1}', timestampMs: 0 },
        { value: record },
      ]),
    ).toEqual([
      { id: '1', title: 'shop.orders', v: [1, 2], $meta: '{"color":"red","seen":1700000000123,"kind":"a \\"b\\""}' },
      { id: '1', title: 'shop.orders', v: [1, 2], $meta: '{"seen":0,"kind":"a \\"b\\""}' },
      // Without a time the record keeps its own, and goes the long way.
      { id: '1', title: 'shop.orders', v: [1, 2], $meta: '{"kind":"a \\"b\\"","seen":"no","color":"red"}' },
    ])
  })

  test('that the collection has no place for are counted, a time where there is one, or what the record has in its place', () => {
    const decoder = compileDecoder(schema, sink({ sink: lines }))
    const batch = new ColumnBatch(schema)
    const counted: unknown[] = []
    for (const [timestampMs, seen] of [
      [1, '"seen":2,'],
      [Number.NaN, '"seen":2,'],
      [Number.NaN, ''],
      [2, ''],
    ] as const) {
      const arena = arenaWith({ value: `{"id":1,"kind":1,${seen}"other":3}`, timestampMs })
      decoder.turnTo!(arena, 0, { topic: 't', partition: 0 })
      expect(decoder.decode(arena.bytes, 0, arena.valueEnd[0]!, batch)).toBe(0)
      counted.push(Object.fromEntries(decoder.ignoredNames().byName))
    }
    expect(counted).toEqual([
      { kind: 1, seen: 1, other: 1 },
      { kind: 2, seen: 2, other: 2 },
      { kind: 3, seen: 2, other: 3 },
      { kind: 4, seen: 3, other: 4 },
    ])
  })

  test('that do not fit their column refuse the record as if it had brought them', () => {
    const unfit = `transforms=i\n${transform('i', 'InsertField$Value', { 'topic.field': 'id' })}`
    const long = `transforms=i\n${transform('i', 'InsertField$Value', { 'static.field': 'title', 'static.value': 'x'.repeat(21) })}`
    expect(effectsOf(schema, unfit, [value({ id: 1 }), value({})])).toEqual([
      expect.stringContaining('FIELD_WRONG_KIND: field "id"'),
      expect.stringContaining('FIELD_WRONG_KIND: field "id"'),
    ])
    expect(effectsOf(schema, long, [value({ id: 1 }), { value: '7' }, { value: null }])).toEqual([
      expect.stringContaining('VARCHAR_TOO_LONG: field "title"'),
      expect.stringContaining('TRANSFORM_FAILED: transform "i"'),
      'tombstone',
    ])
  })

  test('leave a key that comes from the record key alone', () => {
    const keyed = `pk.mode=record_key\ntransforms=i\n${transform('i', 'InsertField$Value', { 'static.field': 'id', 'static.value': '9' })}`
    expect(effectsOf(schema, keyed, [{ value: '{"v":[1,2]}', key: '7' }])).toEqual([
      { id: '7', title: null, v: [1, 2] },
    ])
  })
})

describe('transforms', () => {
  test('change what becomes a row, numbers with all their digits', () => {
    const lines = [
      'transforms=unwrap,flat,where,cast\n',
      transform('unwrap', 'ExtractField$Value', { field: 'row' }),
      transform('flat', 'Flatten$Value', { delimiter: '_' }),
      transform('where', 'InsertField$Value', { 'topic.field': 'title', 'offset.field': 'offset' }),
      transform('cast', 'Cast$Value', { spec: 'id:int64' }),
    ].join('')
    expect(effectsOf(schema, lines, [{ value: '{"row":{"id":"9007199254740993","v":[1e-1,2]}}' }])).toEqual([
      { id: '9007199254740993', title: 'shop.orders', v: [Math.fround(0.1), 2] },
    ])
  })

  test('a record that one of them cannot take says which and why, without its values', () => {
    const lines = `transforms=mask\n${transform('mask', 'MaskField$Value', { fields: 'title', replacement: '7' })}`
    expect(effectsOf(schema, lines, [value({ id: 1, title: { secret: 1 } }), value({ id: 2, title: 'x' })])).toEqual([
      'TRANSFORM_FAILED: transform "mask" (MaskField) cannot take the record: field "title" is an object, which takes no replacement',
      { id: '2', title: '7', v: null },
    ])
  })

  test('text that is no JSON is refused as without transforms', () => {
    const lines = `transforms=flat\n${transform('flat', 'Flatten$Value')}`
    expect(effectsOf(schema, lines, [{ value: '{"id":' }, { value: null }, { value: 'null' }])).toEqual([
      expect.stringContaining('RECORD_NOT_JSON: the value is not JSON: byte 6 of 6'),
      'tombstone',
      'tombstone',
    ])
  })

  test('a predicate chooses records, and a filter drops them', () => {
    const lines = [
      'transforms=drop,mark\npredicates=test,deleted\n',
      transform('drop', 'Filter', { predicate: 'test' }),
      transform('mark', 'InsertField$Value', {
        'static.field': 'title',
        'static.value': 'kept',
        predicate: 'deleted',
        negate: 'true',
      }),
      'predicates.test.type=org.apache.kafka.connect.transforms.predicates.HasHeaderKey\npredicates.test.name=test\n',
      'predicates.deleted.type=org.apache.kafka.connect.transforms.predicates.RecordIsTombstone\n',
    ].join('')
    const headers = [{ name: 'test', value: null }]
    expect(effectsOf(schema, lines, [{ ...value({ id: 1 }), headers }, value({ id: 2 }), { value: null }])).toEqual([
      'dropped',
      { id: '2', title: 'kept', v: null },
      'tombstone',
    ])
  })

  test('the key that they make is the primary key, whatever converter it had', () => {
    const lines = [
      'pk.mode=record_key\nkey.converter=org.apache.kafka.connect.storage.StringConverter\ntransforms=key,id\n',
      transform('key', 'ValueToKey', { fields: 'sku' }),
      transform('id', 'ExtractField$Key', { field: 'sku' }),
    ].join('')
    expect(
      effectsOf(textKey, lines, [{ ...value({ sku: 'a"1', v: [1, 2] }), key: 'other' }, value({ v: [1, 2] })]),
    ).toEqual([{ id: 'a"1', v: [1, 2] }, expect.stringContaining('KEY_ABSENT')])
  })

  test('keys with a schema are read by it, also where values have none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'redkite-keys-'))
    const file = join(folder, 'key.avsc')
    writeFileSync(file, '{"type":"record","name":"Key","fields":[{"name":"sku","type":"string"}]}')
    const lines = [
      `pk.mode=record_key\nkey.converter=io.confluent.connect.avro.AvroConverter\nkey.converter.schema.file=${file}\n`,
      `transforms=id\n${transform('id', 'ExtractField$Key', { field: 'sku' })}`,
    ].join('')
    try {
      expect(effectsOf(textKey, lines, [{ ...value({ v: [1, 2] }), key: '\u0002a' }])).toEqual([{ id: 'a', v: [1, 2] }])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('a tombstone that is passed over needs no key, one that becomes a value does', () => {
    const lines = (field: string) =>
      `pk.mode=record_key\ntransforms=t\n${transform('t', 'HoistField$Value', { field })}transforms.t.predicate=p\npredicates=p\npredicates.p.type=org.apache.kafka.connect.transforms.predicates.HasHeaderKey\npredicates.p.name=h\n`
    const headers = [{ name: 'h', value: null }]
    expect(
      effectsOf(schema, lines('title'), [
        { value: null, key: 'x' },
        { value: null, key: '7', headers },
      ]),
    ).toEqual(['tombstone', { id: '7', title: null, v: null }])
  })

  test('what comes to nothing needs no key: a tombstone with predicates beside it, a row that is not there, a deletion that is dropped, a null', () => {
    const predicate = 'predicates=p\npredicates.p.type=HasHeaderKey\npredicates.p.name=h\n'
    const exclude = `transforms=t\n${transform('t', 'ReplaceField$Value', { exclude: 'x' })}transforms.t.predicate=p\n${predicate}`
    const extract = `transforms=t\n${transform('t', 'ExtractField$Value', { field: 'row' })}`
    const unwrap =
      'transforms=t\ntransforms.t.type=io.debezium.transforms.ExtractNewRecordState\ntransforms.t.delete.tombstone.handling.mode=drop\n'
    const rename = `transforms=t\n${transform('t', 'ReplaceField$Value', { renames: 'name:title' })}`
    const noKey = expect.stringContaining('KEY_NOT_JSON')
    const effects = (lines: string, record: string | null) =>
      effectsOf(schema, `pk.mode=record_key\n${lines}`, [{ value: record, key: 'x' }])
    expect(effects(exclude, null)).toEqual(['tombstone'])
    expect(effects(extract, '{"row":null}')).toEqual(['tombstone'])
    expect(effects(unwrap, '{"op":"d","before":{"id":1},"after":null}')).toEqual(['dropped'])
    expect(effects(extract, '{"row":{"v":[1,2]}}')).toEqual([noKey])
    for (const names of ['', 'field.mapping=title:name\n', rename]) {
      expect(effects(names, 'null'), names).toEqual(['tombstone'])
      expect(effects(`${names}behavior.on.null.values=delete\n`, 'null'), names).toEqual([noKey])
      expect(effects(names, '{"v":[1,2]}'), names).toEqual([noKey])
    }
  })

  test('of a row that is flattened each name is taken from where it comes last', () => {
    const lines = `transforms=f\n${transform('f', 'Flatten$Value')}field.mapping=title:\`a.b\`,v:\`a.c.d\`\n`
    expect(
      effectsOf(schema, lines, [
        { value: '{"id":1,"a":{"b":"inside","c":{"d":[1,2]}}}' },
        { value: '{"id":2,"a":{"b":"inside"},"a.b":"joined"}' },
        { value: '{"id":3,"a.b":"joined","a":{"b":"inside"}}' },
        { value: '{"id":4,"a":{"b":"first"},"a":{"c":{"d":[3,4]}}}' },
        { value: '{"id":5,"a":7}' },
      ]),
    ).toEqual([
      { id: '1', title: 'inside', v: [1, 2] },
      { id: '2', title: 'joined', v: null },
      { id: '3', title: 'inside', v: null },
      { id: '4', title: null, v: [3, 4] },
      { id: '5', title: null, v: null },
    ])
  })

  test('keys that they change delete by what they are then', () => {
    const lines = [
      'behavior.on.null.values=delete\ntransforms=id\n',
      transform('id', 'ReplaceField$Key', { renames: 'sku:id' }),
    ].join('')
    expect(
      effectsOf(schema, lines, [
        { value: null, key: '{"sku":9007199254740993}' },
        { value: null, key: 'x' },
      ]),
    ).toEqual([{ deleted: 9007199254740993n }, expect.stringContaining('KEY_NOT_JSON')])
  })

  test('the topic that they make is known to whom it may concern', () => {
    const lines = `transforms=r\n${transform('r', 'RegexRouter', { regex: 'shop\\\\.(.*)', replacement: '$1' })}`
    const effects = effectsOf(schema, lines, [value({ id: 1 })])
    expect(effects).toEqual([{ id: '1', title: null, v: null }])
    expect(compileTopicRouting(sink({ sink: lines }))?.ofAll('shop.orders')).toBe('orders')
  })

  test('a deletion goes where its row went, and what has no effect goes nowhere', () => {
    const lines =
      'behavior.on.null.values=delete\ntransforms=u\ntransforms.u.type=ExtractNewRecordState\ntransforms.u.route.by.field=to\n'
    for (const mode of ['tombstone', 'drop', 'rewrite']) {
      const deletes = `transforms.u.delete.tombstone.handling.mode=${mode}\n`
      const routing = compileTopicRouting(sink({ sink: lines + deletes }))!
      const topic = (record: string | null) =>
        routing.of({ topic: 'cdc', partition: 2 }, arenaWith({ value: record }), 0)
      expect(topic('{"op":"u","after":{"id":1,"to":"eu"}}'), mode).toBe('eu')
      expect(topic('{"op":"d","before":{"id":1,"to":"eu"}}'), mode).toBe(mode === 'drop' ? null : 'eu')
      expect(topic('{"op":"d","before":{"id":1}}'), mode).toBe(mode === 'drop' ? null : 'cdc')
      expect(topic('{"id":1}'), mode).toBe('cdc')
      for (const none of ['{"op":"u","after":7}', '{', null]) expect(topic(none), mode).toBeNull()
    }
  })

  test('the topic of a record whose schema is not here yet is not known before', async () => {
    const place = { topic: 'shop.orders', partition: 2 }
    const lines = 'transforms=u\ntransforms.u.type=ExtractNewRecordState\ntransforms.u.route.by.field=to\n'
    const whole = {
      turned: reason.waits as number,
      turnTo: () => whole.turned,
      routedTopic: 'eu',
      waiting: async () => {},
    }
    const routing = TopicRouting.compile(sink({ sink: lines }).transforms, () => whole as unknown as WholeChain, false)!
    const topic = () => routing.of(place, arenaWith({ value: '{}' }), 0)
    expect(topic()).toBeUndefined()
    await routing.waiting()
    whole.turned = 0
    expect(topic()).toBe('eu')
  })

  test("Debezium's unwrapping makes rows of events, and tombstones of deletions", () => {
    const lines =
      'behavior.on.null.values=delete\ntransforms=u\ntransforms.u.type=io.debezium.transforms.ExtractNewRecordState\ntransforms.u.add.fields=op,source.table:from\n'
    const event = { op: 'd', before: { id: 1 }, after: null, source: { table: 't' } }
    expect(
      effectsOf(withDynamic, lines, [
        value({ ...event, op: 'u', after: { id: 1, v: [1, 2] } }),
        { ...value(event), key: '{"id":1}' },
        { value: null, key: '{"id":1}' },
        value({ id: 5, v: [3, 4] }),
      ]),
    ).toEqual([
      { id: '1', v: [1, 2], $meta: '{"__op":"u","__from":"t"}' },
      { deleted: 1n },
      'dropped',
      { id: '5', v: [3, 4], $meta: '{}' },
    ])
  })
})

describe('value.envelope=debezium', () => {
  const lines = 'value.envelope=debezium\n'
  const row = { id: 1, v: [1, 2] }
  const put = { id: '1', title: null, v: [1, 2] }

  test('writes what was created, updated or read, and deletes what was deleted', () => {
    expect(
      effectsOf(schema, lines, [
        value({ before: null, after: row, source: { op: 'd' }, op: 'c', ts_ms: 1 }),
        value({ op: 'u', before: { id: 9 }, after: row }),
        value({ schema: { name: 'Envelope' }, payload: { after: row, op: 'r' } }),
        value({ before: row, after: null, op: 'd' }),
        { ...value({ before: { v: [0, 0] }, after: null, op: 'd' }), key: '{"id":7}' },
        { ...value({ before: null, after: null, op: 'd' }), key: '{"id":8}' },
        { value: null, key: '{"id":8}' },
        value({ op: 'm', before: null, message: {} }),
      ]),
    ).toEqual([put, put, put, { deleted: 1n }, { deleted: 7n }, { deleted: 8n }, 'tombstone', 'dropped'])
  })

  test('reads the row where it lies, whatever comes before and behind it', () => {
    const text = JSON.stringify(row)
    const other = '{"id":9,"v":[7,8],"title":"of another"}'
    expect(
      effectsOf(schema, lines, [
        { value: `{"after":${other},"after":${text},"op":"c"}` },
        { value: `{"after":${other},"op":"c","after":null}` },
        { value: `{"after":${other},"op":"d","before":${text}}` },
        { value: `{"payload":{"after":${text},"op":"u","payload":{"after":${other}}},"schema":{"after":${other}}}` },
        { value: `{"op":"u","after":${text},"payload":{"op":"d","after":${other}}}` },
        { value: `{"op":"u","after":${text},"source":` },
        { value: `{"op":"u","after":{"id":1,"v":[1,2]],"source":{}}` },
        { value: `{"id":1,"v":[1,2],"after":${other}}` },
      ]),
    ).toEqual([
      put,
      expect.stringContaining('no row in "after"'),
      { deleted: 1n },
      put,
      put,
      expect.stringContaining('RECORD_NOT_JSON'),
      expect.stringContaining('RECORD_NOT_JSON'),
      put,
    ])
  })

  test('takes events that were unwrapped before, by __deleted and __op', () => {
    expect(
      effectsOf(schema, lines, [
        value({ ...row, __deleted: 'false', __op: 'u' }),
        value({ ...row, __deleted: 'true' }),
        value({ ...row, __deleted: true }),
        value({ id: 3, __op: 'd' }),
        value(row),
      ]),
    ).toEqual([put, { deleted: 1n }, { deleted: 1n }, { deleted: 3n }, put])
  })

  test('a truncation, an unknown operation and a row that is not there are errors of the record', () => {
    expect(
      effectsOf(schema, lines, [
        value({ op: 't', before: null, after: null }),
        value({ op: 'x', before: null, after: null }),
        value({ op: 'c', before: null, after: null }),
        value({ op: 'c', before: null, after: { v: [1, 2] } }),
        value({ op: 'd', before: { id: 'x' }, after: null }),
        { value: '{"op":"c","after":{"id":1}' },
      ]),
    ).toEqual([
      expect.stringMatching(/^CHANGE_EVENT_MALFORMED: .*truncated/),
      expect.stringMatching(/^CHANGE_EVENT_MALFORMED: .*"op" of the event is none of c, r, u, d, t and m/),
      expect.stringMatching(/^CHANGE_EVENT_MALFORMED: .*no row in "after"/),
      expect.stringContaining('FIELD_MISSING'),
      expect.stringContaining('FIELD_WRONG_KIND: field "id"'),
      expect.stringContaining('RECORD_NOT_JSON'),
    ])
  })

  test('goes together with other names, with paths, and with transforms before it', () => {
    const renamed = `${lines}field.mapping=id:pk,v:doc.v\ntransforms=m\n${transform('m', 'InsertField$Value', { 'static.field': 'seen', 'static.value': 'y' })}`
    expect(
      effectsOf(schema, renamed, [
        value({ op: 'c', before: null, after: { pk: 1, doc: { v: [1, 2] } } }),
        value({ op: 'd', before: { pk: 1 }, after: null }),
        { ...value({ op: 'd', before: null, after: null }), key: '{"pk":2}' },
        { ...value({ op: 'd', before: null, after: null }), key: '3' },
      ]),
    ).toEqual([put, { deleted: 1n }, { deleted: 2n }, { deleted: 3n }])
  })

  test('is refused for a collection that makes its own keys', () => {
    const own = collection([key('id', DataType.Int64, { autoId: true }), field('n', DataType.Int32)])
    expect(() => compileDecoder(own, sink({ sink: lines }))).toThrow('autoID')
  })
})
