/** Mappings to be measured, each with the records that it makes the same rows of. */
import { type Entry, Findings } from '../../src/config/entry.ts'
import { readTransforms } from '../../src/config/transforms.ts'
import type { MappingSettings } from '../../src/mapping/compile-mapping.ts'
import { DataType, type Field, plainField } from '../../src/milvus/schema.ts'

export interface Way {
  readonly name: string
  /** Fields of the collection beside those of the plain records. */
  readonly fields?: readonly Field[]
  readonly settings: Partial<MappingSettings>
  /** Makes a record of the JSON object that the plain record is. */
  readonly wrap: (row: string) => string
}

/** What plain records have beside their key and their vector. */
export const plainFields: readonly Field[] = [
  plainField('kind', DataType.VarChar, { maxLengthBytes: 100 }),
  plainField('at', DataType.Int64),
]
export const plainMembers = '"kind":"article","at":1709212455123'

const inserted: readonly Field[] = [
  plainField('from', DataType.VarChar, { maxLengthBytes: 100 }),
  plainField('place', DataType.Int64),
  plainField('note', DataType.VarChar, { maxLengthBytes: 100 }),
]

const asItStands = (row: string) => row
const with3 = (row: string) => `${row.slice(0, -1)},"from":"articles","place":123456,"note":"new"}`
const event = (row: string) =>
  `{"before":null,"after":${row},"source":{"connector":"postgresql","ts_ms":1},"op":"c","ts_ms":1}`

export const ways: readonly Way[] = [
  { name: 'as it stands', settings: {}, wrap: asItStands },
  {
    name: 'another name',
    settings: { fieldMapping: new Map([['id', ['pk']]]) },
    wrap: (row) => row.replace('"id"', '"pk"'),
  },
  {
    name: 'a path for each field',
    settings: { fieldMapping: new Map(['id', 'v', 'kind', 'at'].map((field) => [field, ['doc', field]])) },
    wrap: (row) => `{"doc":${row}}`,
  },
  { name: 'value.envelope=debezium', settings: { valueEnvelope: 'debezium' }, wrap: event },
  {
    name: 'InsertField of three',
    fields: inserted,
    settings: chain('InsertField$Value topic.field=from offset.field=place static.field=note static.value=new'),
    wrap: asItStands,
  },
  { name: 'the three as they stand', fields: inserted, settings: {}, wrap: with3 },
  {
    name: 'ReplaceField',
    settings: chain('ReplaceField$Value renames=pk:id'),
    wrap: (row) => row.replace('"id"', '"pk"'),
  },
  {
    name: 'Filter of tombstones',
    settings: chain('Filter predicate=RecordIsTombstone'),
    wrap: asItStands,
  },
  {
    name: 'Filter by header',
    settings: chain('Filter predicate=HasHeaderKey name=skip'),
    wrap: asItStands,
  },
  {
    name: 'InsertField by topic',
    fields: inserted,
    settings: chain(
      'InsertField$Value topic.field=from offset.field=place static.field=note static.value=new predicate=TopicNameMatches pattern=art.*',
    ),
    wrap: asItStands,
  },
  { name: 'ExtractField', settings: chain('ExtractField$Value field=row'), wrap: (row) => `{"row":${row},"n":1}` },
  { name: 'MaskField', settings: chain('MaskField$Value fields=kind'), wrap: asItStands },
  {
    name: 'Cast of two',
    settings: chain('Cast$Value spec=at:int64,kind:string'),
    wrap: (row) => row.replace('"at":1709212455123', '"at":"1709212455123"'),
  },
  {
    name: 'TimestampConverter',
    settings: chain('TimestampConverter$Value field=at target.type=unix format=yyyy-MM-dd'),
    wrap: (row) => row.replace('"at":1709212455123', '"at":"2024-02-29"'),
  },
  {
    name: 'HeaderFrom, moved',
    settings: chain('HeaderFrom$Value fields=trace headers=trace operation=move'),
    wrap: (row) => `${row.slice(0, -1)},"trace":"b7ad6b71"}`,
  },
  { name: 'RegexRouter', settings: chain('RegexRouter regex=(.*) replacement=x-$1'), wrap: asItStands },
  { name: 'TimestampRouter', settings: chain('TimestampRouter'), wrap: asItStands },
  {
    name: 'ValueToKey, ExtractField$Key',
    settings: chain('ValueToKey fields=id', 'ExtractField$Key field=id'),
    wrap: asItStands,
  },
  {
    name: 'and pk.mode=record_key',
    settings: { ...chain('ValueToKey fields=id', 'ExtractField$Key field=id'), keyMode: 'record_key' },
    wrap: asItStands,
  },
  {
    name: 'a chain of five',
    fields: [plainField('day', DataType.VarChar, { maxLengthBytes: 20 })],
    settings: chain(
      'ReplaceField$Value renames=type:kind',
      'MaskField$Value fields=kind replacement=x',
      'Cast$Value spec=at:int64',
      'InsertField$Value timestamp.field=day',
      'TimestampConverter$Value field=day target.type=string format=yyyy-MM-dd',
    ),
    wrap: (row) => row.replace('"kind"', '"type"').replace('"at":1709212455123', '"at":"1709212455123"'),
  },
  {
    name: 'Flatten',
    settings: chain('Flatten$Value delimiter=_'),
    wrap: (row) => row.replace('"kind":"article"', '"source":{"kind":"x"},"kind":"article"'),
  },
  {
    name: 'ExtractNewRecordState',
    settings: chain('ExtractNewRecordState'),
    wrap: event,
  },
  {
    name: 'and with add.fields=op',
    fields: [plainField('__op', DataType.VarChar, { maxLengthBytes: 9 })],
    settings: chain('ExtractNewRecordState add.fields=op'),
    wrap: event,
  },
  {
    name: 'and Flatten, ReplaceField',
    settings: chain('ExtractNewRecordState', 'Flatten$Value delimiter=_', 'ReplaceField$Value renames=doc_type:kind'),
    wrap: (row) => event(row.replace('"kind":"article"', '"doc":{"type":"x"}')),
  },
  {
    name: 'HoistField, paths',
    settings: {
      ...chain('HoistField$Value field=doc'),
      fieldMapping: new Map(['id', 'v', 'kind', 'at'].map((field) => [field, ['doc', field]])),
    },
    wrap: asItStands,
  },
  {
    name: 'an index, over text',
    settings: { fieldMapping: new Map([['v', ['parts', '0', 'v']]]) },
    wrap: (row) => row.replace(/"v":\s*(\[.*?\])/, '"parts":[{"v":$1}]'),
  },
]

/** Transforms in a row, each as its class and settings; those behind `predicate=` are the predicate's. */
export function chain(...steps: readonly string[]): Partial<MappingSettings> {
  const lines = new Map<string, string>([['transforms', steps.map((_, i) => `t${i}`).join()]])
  for (const [i, step] of steps.entries()) {
    const [type, ...settings] = step.split(' ')
    lines.set(`transforms.t${i}.type`, type!)
    let prefix = `transforms.t${i}.`
    for (const setting of settings) {
      const [key, value] = setting.split('=') as [string, string]
      if (key !== 'predicate') lines.set(prefix + key, value)
      else {
        lines.set(`${prefix}predicate`, `p${i}`)
        lines.set('predicates', [...(lines.get('predicates')?.split(',') ?? []), `p${i}`].join())
        prefix = `predicates.p${i}.`
        lines.set(`${prefix}type`, value)
      }
    }
  }
  const entries = new Map(
    Array.from(lines, ([key, value]): [string, Entry] => [key, { value, at: 'bench', from: 'flag' }]),
  )
  const findings = new Findings()
  const transforms = readTransforms(entries, 'bench', findings)
  findings.check()
  return { transforms }
}
