/** Transforms and predicates in the sink's file: what is read, and what is said of what cannot be. */
import { describe, expect, test } from 'bun:test'
import { Findings } from '../../src/config/entry.ts'
import { readFieldMapping } from '../../src/config/field-mapping.ts'
import { compileDecoder } from '../../src/decode/compile.ts'
import type { RedkiteError } from '../../src/errors/errors.ts'
import { collection, key } from '../columns/schema.ts'
import { setup, sink } from './files.ts'

const lines = (text: string) => text.replaceAll('@', 'org.apache.kafka.connect.transforms.')

function refusal(text: string): RedkiteError {
  try {
    compileDecoder(collection([key()]), sink({ sink: lines(text) }))
  } catch (error) {
    return error as RedkiteError
  }
  throw new Error('nothing was wrong')
}

test('transforms come in their order, with their settings, sides and conditions', () => {
  const { transforms } = sink({
    sink: lines(`
      transforms = one , two
      predicates=p
      transforms.two.type=@InsertField$Key
      transforms.two.static.field=a!
      transforms.two.static.value=b
      transforms.two.predicate=p
      transforms.two.negate=true
      transforms.one.type=Flatten$Value
      predicates.p.type=@predicates.TopicNameMatches
      predicates.p.pattern=x.*`),
  })
  expect(transforms).toMatchObject([
    { kind: 'Flatten', name: 'one', side: 'value', values: { delimiter: '.' }, condition: undefined },
    {
      kind: 'InsertField',
      side: 'key',
      values: { 'static.field': 'a!' },
      condition: { predicate: { kind: 'TopicNameMatches', values: { pattern: 'x.*' } }, negate: true },
    },
  ])
})

describe('is refused', () => {
  test.each([
    ['transforms=a', 'KEY_MISSING', '`transforms.a.type` is missing'],
    ['transforms=a,a\ntransforms.a.type=@Filter', 'VALUE_INVALID', '"a" twice'],
    [
      'transforms=a\ntransforms.a.type=@RegxRouter',
      'TRANSFORM_UNKNOWN',
      'did you mean org.apache.kafka.connect.transforms.RegexRouter?',
    ],
    [
      'transforms=a\ntransforms.a.type=com.example.My$Value',
      'TRANSFORM_UNKNOWN',
      'these are built in: Cast$Key, Cast$Value',
    ],
    ['transforms=a\ntransforms.a.type=@Cast$Value', 'KEY_MISSING', '`transforms.a.spec`'],
    ['transforms=a\ntransforms.a.type=@Cast$Value\ntransforms.a.spec=x:int', 'VALUE_INVALID', 'int8, int16'],
    ['transforms=a\ntransforms.a.type=@Cast$Value\ntransforms.a.spec=x:int8,string', 'VALUE_INVALID', 'the whole'],
    ['transforms=a\ntransforms.a.type=@ReplaceField$Value\ntransforms.a.renames=x', 'VALUE_INVALID', 'pairs old:new'],
    [
      'transforms=a\ntransforms.a.type=@ExtractField$Value\ntransforms.a.field=`x\ntransforms.a.field.syntax.version=V2',
      'VALUE_INVALID',
      'backticks',
    ],
    [
      'transforms=a\ntransforms.a.type=@InsertField$Value\ntransforms.a.static.field=x',
      'KEY_MISSING',
      '`transforms.a.static.value`',
    ],
    [
      'transforms=a\ntransforms.a.type=@HeaderFrom$Value\ntransforms.a.fields=x,y\ntransforms.a.headers=h\ntransforms.a.operation=copy',
      'VALUE_INVALID',
      'as many names',
    ],
    [
      'transforms=a\ntransforms.a.type=@TimestampConverter$Value\ntransforms.a.target.type=string',
      'KEY_MISSING',
      '`transforms.a.format`',
    ],
    [
      'transforms=a\ntransforms.a.type=@TimestampConverter$Value\ntransforms.a.target.type=unix\ntransforms.a.format=YYYY-ww',
      'VALUE_INVALID',
      'date pattern',
    ],
    [
      "transforms=a\ntransforms.a.type=@TimestampRouter\ntransforms.a.timestamp.format='x",
      'VALUE_INVALID',
      'quotes are closed',
    ],
    [
      'transforms=a\ntransforms.a.type=@RegexRouter\ntransforms.a.regex=(a)++\ntransforms.a.replacement=x',
      'VALUE_INVALID',
      'possessive',
    ],
    [
      'transforms=a\ntransforms.a.type=@RegexRouter\ntransforms.a.regex=a(\ntransforms.a.replacement=x',
      'VALUE_INVALID',
      'a Java regular expression',
    ],
    [
      'transforms=a\ntransforms.a.type=@RegexRouter\ntransforms.a.regex=(a)\ntransforms.a.replacement=$2',
      'VALUE_INVALID',
      'number of a group',
    ],
    [
      'transforms=a\npredicates=test\ntransforms.a.type=@Filter\ntransforms.a.predicate=tset\npredicates.test.type=@predicates.RecordIsTombstone',
      'VALUE_INVALID',
      'perhaps "test"',
    ],
    ['predicates=p\npredicates.p.type=@predicates.HasHeader', 'TRANSFORM_UNKNOWN', 'HasHeaderKey'],
  ])('%j', (text, code, part) => {
    const error = refusal(text)
    expect(error.message).toContain(part)
    expect(error).toMatchObject({ code, exit: 78 })
  })
})

test('what has no effect is warned of, with what was probably meant', () => {
  const { warnings } = setup({
    sink: lines(`
      transforms=a
      transforms.a.type=@Flatten$Value
      transforms.a.delimeter=_
      transforms.a.negate=true
      transforms.b.type=@Filter
      predicates.p.pattern=x`),
  })
  expect(warnings).toEqual([
    expect.stringContaining(
      'Flatten has no setting `transforms.a.delimeter`, it has no effect; did you mean `transforms.a.delimiter`?',
    ),
    expect.stringContaining('`transforms.a.negate` has no effect without `transforms.a.predicate`'),
    expect.stringContaining('`transforms.b.…` has no effect, because `transforms` does not name "b"'),
    expect.stringContaining('`predicates.p.…` has no effect'),
  ])
})

test('field.mapping has a path for each field', () => {
  const findings = new Findings()
  const pairs = ['title:doc.title', 'v:a.0.`x.y`', 'id:`order:id`']
  expect([...readFieldMapping(pairs, 'here', findings)]).toEqual([
    ['title', ['doc', 'title']],
    ['v', ['a', '0', 'x.y']],
    ['id', ['order:id']],
  ])
  readFieldMapping(['a:b', 'a:c', 'x:', ':y', 'z', 'p:q..r'], 'here', findings)
  expect(findings.problems.map(({ message }) => message.replace(/.* takes /, ''))).toEqual([
    'each field once, not "a:c"',
    'pairs field:path, not "x:"',
    'pairs field:path, not ":y"',
    'pairs field:path, not "z"',
    'pairs field:path, not "p:q..r"',
  ])
})
