import { expect, test } from 'bun:test'
import type { Header } from '../../src/kafka/header.ts'
import { contextHeaders, type LetterContext, readHeaders } from '../../src/sink/dead-letter-headers.ts'

const context: LetterContext = {
  attempts: 3,
  code: 'FIELD_MISSING',
  message: 'field "ü" is not there',
  origin: { topic: 'orders', partition: 7, offset: 9_007_199_254_740_991 },
  removed: false,
  connector: 'sink',
  task: 2,
  stage: 'VALUE_CONVERTER',
  className: 'org.apache.kafka.connect.json.JsonConverter',
}

const header = (name: string, value: string | null): Header => ({
  name,
  value: value === null ? null : Buffer.from(value),
})
const names = (headers: readonly Header[]) => headers.map(({ name }) => name)
const text = (headers: readonly Header[]) =>
  headers.map(({ name, value }) => [name, value && String(Buffer.from(value))])

test("Connect's headers come by its names and in its order, after redkite's own", () => {
  expect(text(contextHeaders(context, true))).toEqual([
    ['__redkite.errors.attempts', '3'],
    ['__redkite.errors.code', 'FIELD_MISSING'],
    ['__connect.errors.topic', 'orders'],
    ['__connect.errors.partition', '7'],
    ['__connect.errors.offset', '9007199254740991'],
    ['__connect.errors.connector.name', 'sink'],
    ['__connect.errors.task.id', '2'],
    ['__connect.errors.stage', 'VALUE_CONVERTER'],
    ['__connect.errors.class.name', 'org.apache.kafka.connect.json.JsonConverter'],
    ['__connect.errors.exception.class.name', 'org.apache.kafka.connect.errors.DataException'],
    ['__connect.errors.exception.message', 'field "ü" is not there'],
    [
      '__connect.errors.exception.stacktrace',
      'org.apache.kafka.connect.errors.DataException: field "ü" is not there\n',
    ],
  ])
})

test('without context only the attempts are added, except where the record itself is gone', () => {
  expect(names(contextHeaders(context, false))).toEqual(['__redkite.errors.attempts'])
  const gone = contextHeaders({ ...context, removed: true }, false)
  expect(text(gone)).toContainEqual(['__redkite.errors.original', 'removed'])
  expect(names(gone)).toContain('__connect.errors.offset')
})

test('what was added is told from what the record had', () => {
  const own = [header('a', '1'), header('a', null), header('__connect.errors.topic', 'of an earlier life')]
  for (const full of [true, false]) {
    const read = readHeaders([...own, ...contextHeaders(context, full)])
    expect(read.own).toEqual(own)
    expect(read.attempts).toBe(3)
    expect(read.origin).toEqual(full ? context.origin : undefined)
    expect(read.code).toBe(full ? 'FIELD_MISSING' : undefined)
  }
})

test('of a letter of a letter only the last words are taken off', () => {
  const first = [header('a', '1'), ...contextHeaders(context, true)]
  const read = readHeaders([...first, ...contextHeaders({ ...context, attempts: 1, code: 'TOMBSTONE' }, true)])
  expect(read.own).toEqual(first)
  expect([read.attempts, read.code]).toEqual([1, 'TOMBSTONE'])
})

test('a letter that Connect wrote is read by its own headers, of the last letter only', () => {
  const connect = contextHeaders(context, true).filter(({ name }) => name.startsWith('__connect'))
  const own = [header('a', '1'), ...connect]
  const read = readHeaders([...own, ...connect])
  expect(read.own).toEqual(own)
  expect(read).toMatchObject({
    attempts: undefined,
    code: undefined,
    exception: 'org.apache.kafka.connect.errors.DataException',
    origin: context.origin,
    removed: false,
  })
})

test('headers that make no sense are no origin and no count', () => {
  const read = readHeaders([
    header('__redkite.errors.attempts', 'many'),
    header('__connect.errors.topic', 'orders'),
    header('__connect.errors.partition', '-1'),
    header('__connect.errors.offset', null),
  ])
  expect(read).toMatchObject({ own: [], attempts: undefined, origin: undefined })
})
