/**
 * Each transform against Kafka Connect's own class of the same name, which the tests' Kafka brings along: the same settings, the same records, the same outcome.
 */
import { expect, test } from 'bun:test'
import { byConnect, byRedkite, type Case, type Given, type Step } from './connect.ts'

const record: Given = {
  topic: 'shop.public.orders',
  partition: 3,
  offset: 1234,
  timestampMs: 1_700_000_000_123,
  key: '{"id":7,"tenant":"acme"}',
  value:
    '{"id":9007199254740993,"title":"Füße \\ud83d\\ude00","price":12.5,"ok":true,"none":null,"tags":["a",1],"doc":{"a":{"b":1,"c.d":[2]},"e":"x"},"when":"2024-02-29 13:14:15","at":1709212455123}',
  headers: { trace: 'abc', kind: 'order' },
}

const value = (value: string | null): Partial<Given> => ({ value })

/** What is asked of a transform, and of which records besides the one above. */
const asked: readonly [string, Step['settings'], ...Partial<Given>[]][] = [
  ['ReplaceField$Value', { exclude: 'title,none', renames: 'id:pk,doc:body' }, value(null), value('[]'), value('7')],
  ['ReplaceField$Value', { include: 'id,title', renames: 'title:id2' }],
  ['ReplaceField$Value', { include: 'id,title', exclude: 'id' }],
  ['ReplaceField$Key', { renames: 'id:pk' }, { key: null }, { key: '"text"' }],
  ['InsertField$Value', { 'topic.field': 't', 'partition.field': 'p!', 'offset.field': 'o?' }, value(null), value('1')],
  [
    'InsertField$Value',
    { 'timestamp.field': 'ts', 'static.field': 'source', 'static.value': 'web' },
    { timestampMs: null },
  ],
  ['InsertField$Value', { 'static.field': 'title', 'static.value': 'over' }],
  ['InsertField$Key', { 'static.field': 'region', 'static.value': 'eu' }, { key: null }],
  ['ExtractField$Value', { field: 'doc' }, value(null), value('{}'), value('"x"')],
  ['ExtractField$Value', { field: 'doc.a' }],
  ['ExtractField$Value', { field: 'doc.a.b', 'field.syntax.version': 'V2' }, value('{"doc":null}'), value('{"doc":5}')],
  ['ExtractField$Value', { field: 'doc.a.`c.d`', 'field.syntax.version': 'V2' }],
  ['ExtractField$Value', { field: 'doc.x.y', 'field.syntax.version': 'V2' }],
  ['ExtractField$Key', { field: 'id' }, { key: null }],
  ['HoistField$Value', { field: 'all' }, value(null), value('[1,2]')],
  ['HoistField$Key', { field: 'id' }, { key: '42' }, { key: null }],
  ['Flatten$Value', {}, value(null), value('{"a":{},"b":{"c":{"d":null}}}'), value('[1]')],
  ['Flatten$Value', { delimiter: '_' }, value('{"":{"":1,"x":{"":2}},"y":{"":3,"z":{"":{"":4}}}}')],
  ['Cast$Value', { spec: 'id:int32,price:int64,ok:string,title:string,missing:int8' }, value(null)],
  ['Cast$Value', { spec: 'id:string,price:string,ok:int16,none:int64' }],
  ['Cast$Value', { spec: 'tags:string' }, value('{"tags":{}}')],
  ['Cast$Value', { spec: 'string' }, value('12'), value('1.50'), value('true'), value('{}')],
  ['Cast$Key', { spec: 'int64' }, { key: '"12"' }, { key: '"x"' }, { key: '3.99' }, { key: 'true' }],
  ['MaskField$Value', { fields: 'id,title,price,ok,none,tags,doc' }, value(null)],
  ['MaskField$Value', { fields: 'id,title,price', replacement: '42' }],
  ['MaskField$Value', { fields: 'title,missing', replacement: '***' }],
  ['MaskField$Value', { fields: 'id', replacement: '1.5' }],
  ['MaskField$Value', { fields: 'id', replacement: 'secret' }],
  ['MaskField$Value', { fields: 'ok', replacement: '1' }],
  ['MaskField$Key', { fields: 'tenant' }],
  ['ValueToKey', { fields: 'id,doc,missing' }, value(null), value('3')],
  [
    'TimestampConverter$Value',
    { field: 'at', 'target.type': 'string', format: "yyyy-MM-dd'T'HH:mm:ss.SSSX" },
    value(null),
  ],
  [
    'TimestampConverter$Value',
    { field: 'when', 'target.type': 'unix', format: 'yyyy-MM-dd HH:mm:ss' },
    value('{"when":5.5}'),
  ],
  [
    'TimestampConverter$Value',
    { field: 'when', 'target.type': 'unix', format: 'yyyy-MM-dd HH:mm:ss', 'unix.precision': 'microseconds' },
  ],
  [
    'TimestampConverter$Value',
    { field: 'at', 'target.type': 'string', format: 'EEE, d MMM yyyy hh:mm a z', 'unix.precision': 'nanoseconds' },
  ],
  ['TimestampConverter$Value', { field: 'when', 'target.type': 'unix' }],
  ['TimestampConverter$Value', { field: 'title', 'target.type': 'unix', format: 'yyyy' }],
  ['TimestampConverter$Value', { field: 'when', 'target.type': 'Timestamp', format: 'yyyy-MM-dd HH:mm:ss' }],
  ['TimestampConverter$Value', { field: 'at', 'target.type': 'Date' }, value('{"at":-1}')],
  ['TimestampConverter$Value', { field: 'at', 'target.type': 'Time' }, value('{"at":-1}')],
  ['TimestampConverter$Value', { field: 'missing', 'target.type': 'unix' }],
  [
    'TimestampConverter$Value',
    { 'target.type': 'unix', 'unix.precision': 'seconds' },
    value('1700000000'),
    value('-1'),
    value('null'),
  ],
  ['RegexRouter', { regex: '([^.]+)\\.([^.]+)\\.(.*)', replacement: '$3_$1' }, { topic: 'other' }],
  ['RegexRouter', { regex: 'o|other', replacement: 'x' }, { topic: 'other' }, { topic: 'o' }],
  ['RegexRouter', { regex: '(?<a>.*)-(\\d{1,3})', replacement: '${a}\\$$2' }, { topic: 'orders-17' }],
  ['RegexRouter', { regex: '(?i)SHOP\\.\\Qpublic.\\E(\\p{Alpha}+)', replacement: '$11' }],
  ['TimestampRouter', {}, { timestampMs: null }],
  ['TimestampRouter', { 'topic.format': '${timestamp}-${topic}', 'timestamp.format': 'yyyy.MM.dd-HH' }],
  ['HeaderFrom$Value', { fields: 'id,title', headers: 'h1,trace', operation: 'move' }, value(null), value('{}')],
  ['HeaderFrom$Key', { fields: 'tenant,nope', headers: 'a,b', operation: 'copy' }],
  ['InsertHeader', { header: 'kind', 'value.literal': 'text of mine' }],
  ['DropHeaders', { headers: 'trace,nope' }],
  ['Filter', {}],
]

const chains: readonly (readonly Step[])[] = [
  [
    { type: 'HoistField$Value', settings: { field: 'row' } },
    { type: 'Flatten$Value', settings: { delimiter: '_' } },
    { type: 'ReplaceField$Value', settings: { include: 'row_id,row_title,row_at', renames: 'row_id:id' } },
    { type: 'ValueToKey', settings: { fields: 'id' } },
    { type: 'ExtractField$Key', settings: { field: 'id' } },
  ],
  [{ type: 'Filter', settings: {}, predicate: { type: 'TopicNameMatches', pattern: 'shop\\..*' }, negate: true }],
  [{ type: 'Filter', settings: {}, predicate: { type: 'TopicNameMatches', pattern: 'shop' } }],
  [{ type: 'Filter', settings: {}, predicate: { type: 'HasHeaderKey', name: 'trace' } }],
  [{ type: 'Filter', settings: {}, predicate: { type: 'RecordIsTombstone' }, negate: true }],
  [
    { type: 'HeaderFrom$Value', settings: { fields: 'ok', headers: 'flag', operation: 'copy' } },
    {
      type: 'InsertField$Value',
      settings: { 'static.field': 'flagged', 'static.value': 'y' },
      predicate: { type: 'HasHeaderKey', name: 'flag' },
    },
  ],
]

test('each transform makes of a record what the class of Kafka Connect makes of it', () => {
  const cases: Case[] = [
    ...asked.flatMap(([type, settings, ...others]) =>
      [{}, ...others].map((other) => ({ steps: [{ type, settings }], record: { ...record, ...other } })),
    ),
    ...chains.flatMap((steps) => [record, { ...record, value: null }].map((each) => ({ steps, record: each }))),
  ]
  const wanted = byConnect(cases)
  const got = cases.map(byRedkite)
  const differing = cases.flatMap((each, index) =>
    Bun.deepEquals(got[index], wanted[index]) ? [] : [{ case: each, got: got[index], wanted: wanted[index] }],
  )
  expect(differing).toEqual([])
}, 60_000)
