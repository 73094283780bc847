import { describe, expect, test } from 'bun:test'
import { javaKeys } from '../../src/config/kafka/java-keys.ts'
import { scopeOf } from '../../src/config/kafka/librdkafka-keys.ts'
import { integer, type Keys, oneOf, parseFlag, parseList, text } from '../../src/config/key.ts'
import { jsonConverterKeys } from '../../src/config/keys/converters.ts'
import { isKnown, prefixes, sinkKeys, workerKeys } from '../../src/config/keys.ts'
import {
  connectorKeys,
  consumerKeys,
  jsonConverterKeys as kafkaJsonKeys,
  workerKeys as kafkaWorkerKeys,
} from './kafka-4.1-keys.ts'

describe('every key of Kafka 4.1 is known', () => {
  test.each(kafkaWorkerKeys.map((key) => [key]))('to the worker: %s', (key) => {
    expect(isKnown(key, 'worker')).toBe(true)
  })
  test.each(connectorKeys.map((key) => [key]))('to the sink: %s', (key) => {
    expect(isKnown(key, 'sink')).toBe(true)
  })
  test.each(kafkaJsonKeys.map((key) => [key]))('to the JSON converter: %s', (key) => {
    expect(Object.hasOwn(jsonConverterKeys, key)).toBe(true)
  })
  test.each(consumerKeys.map((key) => [key]))('to the consumer: %s', (key) => {
    expect(Object.hasOwn(javaKeys, key)).toBe(true)
  })
})

test("the plugin's four keys are known", () => {
  for (const key of ['public.endpoint', 'token', 'database.name', 'collection.name'])
    expect(isKnown(key, 'sink')).toBe(true)
})

test('every translated Java setting goes to a name that librdkafka takes', () => {
  for (const [name, key] of Object.entries(javaKeys)) {
    if (key.kind === 'translated') expect(scopeOf(key.to), name).toMatch(/^(client|consumer)$/)
  }
})

test('every default is a value of its own key, and every key says what it does', () => {
  const tables: Keys[] = [workerKeys, sinkKeys, jsonConverterKeys]
  for (const table of tables) {
    for (const [name, key] of Object.entries(table)) {
      if (key.default !== undefined) expect(key.parse(key.default), name).toBeDefined()
      expect(key.doc.length, name).toBeGreaterThan(5)
    }
  }
  for (const { prefix, doc } of prefixes) expect(doc.length, prefix).toBeGreaterThan(5)
})

test.each([
  ['5', 5],
  ['+5', 5],
  [' 7 ', 7],
  ['0', undefined],
  ['11', undefined],
  ['1e1', undefined],
  ['1.0', undefined],
  ['0x5', undefined],
  ['', undefined],
])('a whole number from 1 to 10 in %j is %p', (written, value) => {
  expect(integer({ min: 1, max: 10, doc: '' }).parse(written)).toBe(value as number)
})

test('booleans are true and false in any case, and nothing else', () => {
  expect(['true', 'TRUE', ' False ', 'yes', '1', ''].map(parseFlag)).toEqual([
    true,
    true,
    false,
    undefined,
    undefined,
    undefined,
  ])
})

test('lists are split at commas with white space around them', () => {
  expect(parseList(' a , b,c ')).toEqual(['a', 'b', 'c'])
  expect(parseList('  ')).toEqual([])
})

test('choices do not mind upper and lower case', () => {
  expect(oneOf(['none', 'all'], { doc: '' }).parse(' ALL ')).toBe('all')
  expect(text({ doc: '' }).parse('  ')).toBeUndefined()
})
