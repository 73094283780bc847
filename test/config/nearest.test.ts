import { expect, test } from 'bun:test'
import { editDistance, nearest } from '../../src/config/nearest.ts'

test.each([
  ['colection.name', 'collection.name'],
  ['collection_name', 'collection.name'],
  ['topcis', 'topics'],
  ['public.endpont', 'public.endpoint'],
  ['TOPICS', 'topics'],
])('%s is near %s', (written, meant) => {
  expect(nearest(written, ['name', 'topics', 'topics.regex', 'collection.name', 'public.endpoint'])).toBe(meant)
})

test('nothing is near what has nothing in common', () => {
  expect(nearest('zzzzzz', ['topics', 'name'])).toBeUndefined()
  expect(nearest('x', ['topics'])).toBeUndefined()
})

test.each([
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['ab', 'ba', 1],
  ['same', 'same', 0],
])('from %j to %j it takes %d', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance)
})
