import { expect, test } from 'bun:test'
import { byPlace, placeId, placeNames } from '../../src/delivery/place.ts'

test('partitions stand by topic, and within a topic by number', () => {
  const places = [
    { topic: 'b', partition: 0 },
    { topic: 'a', partition: 10 },
    { topic: 'a', partition: 9 },
  ]
  expect(placeNames(places.sort(byPlace))).toBe('a-9, a-10, b-0')
})

test('topics whose names end like a partition are told apart', () => {
  expect(placeId({ topic: 'a-1', partition: 1 })).not.toBe(placeId({ topic: 'a', partition: 11 }))
  expect(placeId({ topic: 'a1', partition: 1 })).not.toBe(placeId({ topic: 'a', partition: 11 }))
})
