import { expect, test } from 'bun:test'
import type { SinkSettings } from '../../src/config/setup.ts'
import { Operator } from '../../src/console/operator.ts'
import { Threshold } from '../../src/ops/log.ts'
import { FakeSink, task } from '../http/detail.ts'

function settings(name: string, topics: readonly string[]): SinkSettings {
  const matches = (topic: string) => topics.includes(topic)
  return {
    name,
    topics: { subscribe: topics, text: topics.join(','), regex: false, matches },
  } as unknown as SinkSettings
}

function operator() {
  const partition = (topic: string, partition: number, isPaused = false) => {
    return { topic, partition, position: 1, end: 5, lag: 4, isAtEnd: false, isPaused }
  }
  const orders = new FakeSink('orders', [task({ partitions: [partition('orders', 0)] })])
  const both = new FakeSink('both', [task({ partitions: [partition('users', 10, true), partition('users', 2, true)] })])
  const all = [settings('orders', ['orders']), settings('both', ['orders', 'users'])]
  const live = { sinks: () => [orders, both], threshold: new Threshold('info') }
  return { orders, both, ask: (line: string) => new Operator({ settings: () => all, live }).answer(line.split(' ')) }
}

test('a sink goes before a topic of its name, which is written with a star', async () => {
  const { orders, both, ask } = operator()
  expect((await ask('pause orders')).lines).toEqual(['orders pauses: what was read is written and committed'])
  expect([orders.told, both.told]).toEqual([['pause'], []])
  await ask('pause orders:*')
  expect([orders.told, both.told]).toEqual([['pause', 'pause orders'], ['pause orders']])
})

test('a topic or partition is paused in each sink that reads it; one that is elsewhere may come', async () => {
  const { orders, both, ask } = operator()
  expect((await ask('pause users:2')).lines).toEqual([
    'both pauses users:2; what was read of it is written and committed',
  ])
  expect((await ask('resume users')).lines).toEqual(['both goes on with users'])
  expect((await ask('pause orders:0')).lines).toEqual([
    'orders pauses orders:0; what was read of it is written and committed',
    'both pauses orders:0, which it does not read now: it holds when it comes; what was read of it is written and committed',
  ])
  expect([orders.told, both.told]).toEqual([['pause orders:0'], ['pause users:2', 'resume users', 'pause orders:0']])
})

test('without a name all sinks go on, with all that was paused of them', async () => {
  const { orders, both, ask } = operator()
  expect((await ask('resume')).lines).toEqual(['orders goes on', 'both goes on'])
  expect([orders.told, both.told]).toEqual([['resume'], ['resume']])
})

test.each([
  [
    'pause nothing',
    'no sink is named "nothing" or reads that topic; there is orders (topics orders), both (topics orders,users)',
  ],
  ['pause users:x', 'it takes a sink, a topic, or topic:partition, not "users:x"'],
  ['restart users:2', 'no sink is named "users:2"; there is'],
])('%s', async (line, why) => {
  const { orders, both, ask } = operator()
  const { isError, lines } = await ask(line)
  expect([isError, lines[0]]).toEqual([true, expect.stringContaining(why)])
  expect([orders.told, both.told]).toEqual([[], []])
})

test('status names what is paused, each figure below its like', async () => {
  const { orders, ask } = operator()
  const running = (await ask('status')).lines
  expect(running[0]).toBe('orders  0 rows written from 0 records  lag 0')
  orders.pause()
  expect((await ask('status')).lines).toEqual([
    'orders  paused  0 rows written from 0 records  lag 0',
    'both            0 rows written from 0 records  lag 0  paused: users:2, users:10',
  ])
})

test('a bug is an answer, and no end of the socket', async () => {
  const settings = () => {
    throw new TypeError('x is not a function')
  }
  const { isError, lines } = await new Operator({ settings }).answer(['peek', 'orders'])
  expect([isError, lines[0]]).toEqual([true, expect.stringContaining('a bug in redkite: TypeError: x is not')])
})
