import { expect, test } from 'bun:test'
import type { SinkSettings } from '../../src/config/setup.ts'
import { matchingTopics, namedTopics } from '../../src/config/topics.ts'
import { Operator } from '../../src/console/operator.ts'
import { readerOf } from '../../src/console/reader-of.ts'

const sink = (name: string, topics: SinkSettings['topics']) => ({ name, topics }) as SinkSettings

const sinks = [
  sink('shops', matchingTopics('shop\\..*', 'topics.regex')),
  sink('orders', namedTopics(['orders', 'users'])),
  sink('users', namedTopics(['users'])),
]

test.each([
  ['shop.eu', 'shops'],
  ['orders', 'orders'],
  ['users', 'orders'],
])('%s is read by %s', (topic, name) => {
  expect(readerOf(sinks, topic).name).toBe(name)
})

test('a topic that none reads is told from those that are', () => {
  expect(() => readerOf(sinks, 'shopping')).toThrow(
    'no sink reads the topic "shopping"; there is shops (topics shop\\..*), orders (topics orders,users), users (topics users)',
  )
})

test('names of topics are offered once each, and a pattern is none', () => {
  expect(new Operator({ settings: () => sinks }).words()).toEqual({
    sinks: ['shops', 'orders', 'users'],
    topics: ['orders', 'users'],
  })
})
