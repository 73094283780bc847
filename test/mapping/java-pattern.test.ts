/** Java's regular expressions as the JDK itself has them, over topics. */
import { expect, test } from 'bun:test'
import { JavaPattern, NotInJavaScript } from '../../src/mapping/java/regex.ts'
import { jdkMatches } from '../config/jdk.ts'

const topics = [
  'orders',
  'Orders',
  'shop.orders',
  'shop-orders',
  'shop_orders-17',
  'a.b',
  'a]b',
  'x',
  '2024',
  'orders.dlq',
  'a^b',
  'a-b',
  '[x]',
]
const expressions = [
  'orders',
  'order.?',
  '.*orders.*',
  '(?:shop[._-])?orders',
  '[a-z]+\\.[a-z]+',
  '[^.]+',
  '[\\w.-]+',
  '\\w+',
  '\\d{4}',
  '\\d{2,}',
  '(?i)ORDERS',
  '\\Qa.b\\E',
  '\\Qshop.\\Eo.*',
  'a\\.b|x',
  '^orders$',
  '\\Aorders\\z',
  '(?<shop>shop)\\.(.*)',
  'orders(?!\\.dlq).*',
  '(?=shop).*',
  '(.)[]\\^-](.)',
  'a[\\]x]b',
  'a[^\\]]b',
  '[\\p{Lower}.]+',
  '\\p{Upper}.*',
  '\\p{Alnum}+',
  '(a|b|.)+',
  'o{1}r+d*e?r.',
  '[+-]?x',
  '\\[x\\]',
]

test('an expression matches the topics that it matches in Java', () => {
  const cases = expressions.flatMap((expression) => topics.map((topic) => [expression, topic] as const))
  const wanted = jdkMatches(cases)
  const differing = cases.filter(
    ([expression, topic], index) => new JavaPattern(expression).matches(topic) !== wanted[index],
  )
  expect(differing).toEqual([])
}, 60_000)

test.each(['a++', '(?>a)', '[a&&b]', '[a[b]]', '(?x)a', '\\R', '\\p{IsGreek}', '(', 'a{2'])(
  '%s is refused',
  (expression) => {
    expect(() => new JavaPattern(expression)).toThrow(NotInJavaScript)
  },
)
