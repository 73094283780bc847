import { expect, test } from 'bun:test'
import { matchingTopics, namedTopics, toPosix, topicNameProblem } from '../../src/config/topics.ts'
import type { RedkiteError } from '../../src/errors/errors.ts'
import { jdkMatches } from './jdk.ts'

const expressions = [
  'orders',
  'orders-.*',
  'orders\\..*',
  'orders.v\\d+',
  'a|b|orders',
  '(?:prod|test)_\\w+',
  '(?<env>prod|test)_x',
  '^orders.*$',
  '\\Aorders\\z',
  '[a-c]+',
  '[^a-c]+',
  '[\\w.]+',
  '[\\w.-]+',
  '[a\\-z]+',
  '[-az]+',
  '[az-]+',
  '[.-_]+',
  '[^\\d]+',
  '[+*]*x',
  '\\D+',
  '\\W+',
  '\\S+',
  '\\s*orders',
  'x{2}',
  'x{2,}',
  'x{1,2}?',
  'or.*?ers',
  'or.+?ers?',
  '\\Qorders.v1\\E',
  '\\Qa+b\\E|orders',
  '(a(b|c))*d?',
  '.*',
  'é*orders',
  'orders\\-v1',
  '()orders',
]
const topics = [
  'orders',
  'orders-v1',
  'orders.v1',
  'ordersxv1',
  'orders.v12',
  'a',
  'b',
  'ab',
  'abd',
  'acab',
  'xyz',
  'x',
  'xx',
  'xxx',
  'prod_x',
  'test_abc_1',
  'prod_',
  'a-z',
  '-',
  '_',
  '.',
  'a.b_c-d',
  '123',
  'A1',
  '__consumer_offsets',
]

test('an expression matches the topics that Java matches', () => {
  const cases = expressions.flatMap((expression) => topics.map((topic) => [expression, topic] as const))
  const truth = jdkMatches(cases)
  cases.forEach(([expression, topic], index) => {
    const { matches, subscribe } = matchingTopics(expression, 'here')
    expect(matches(topic), `${expression} on ${topic} (${subscribe[0]})`).toBe(truth[index]!)
  })
  expect(truth.filter((each) => each).length).toBeGreaterThan(100)
}, 60_000)

test('the POSIX engine of this machine agrees', () => {
  for (const expression of expressions) {
    const { subscribe, matches } = matchingTopics(expression, 'here')
    const { stdout } = Bun.spawnSync(['grep', '-E', subscribe[0]!], {
      stdin: Buffer.from(`${topics.join('\n')}\n`),
      env: { LC_ALL: 'C', PATH: process.env.PATH! },
    })
    const found = stdout
      .toString()
      .split('\n')
      .filter((line) => line !== '')
    expect(found, subscribe[0]!).toEqual(topics.filter((topic) => matches(topic)))
  }
})

test('an expression is anchored at both ends, because Java matches whole names', () => {
  expect(toPosix('orders|a', 'here')).toBe('^(orders|a)$')
})

test.each([
  ['(?!_).*', 'look-around'],
  ['(?<=a)b', 'look-around'],
  ['(?i)orders', 'flag'],
  ['(a)\\1', '"\\1"'],
  ['\\bword', '"\\b"'],
  ['\\p{Alpha}+', '"\\p"'],
  ['a*+', 'possessive'],
  ['[a-z&&[^b]]', 'intersection'],
  ['[a[bc]]', 'class inside a class'],
  ['(unbalanced', 'unbalanced'],
  ['[unbalanced', 'unbalanced'],
  ['*.orders', 'nothing before it'],
])('%s is refused and the part that cannot be had is named', (expression, part) => {
  expect(() => toPosix(expression, 'sink.properties:4')).toThrow(part)
  try {
    toPosix(expression, 'sink.properties:4')
  } catch (error) {
    expect((error as RedkiteError).code).toBe('REGEX_UNSUPPORTED')
    expect((error as RedkiteError).message).toStartWith('sink.properties:4: ')
  }
})

test('a topic named twice is read once', () => {
  expect(namedTopics(['a', 'b', 'a']).subscribe).toEqual(['a', 'b'])
})

test.each([['a b'], ['orders.*'], ['.'], [''], ['x'.repeat(250)]])('%j is no topic name', (name) => {
  expect(topicNameProblem(name)).toBeDefined()
})
