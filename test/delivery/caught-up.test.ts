import { expect, test } from 'bun:test'
import { CaughtUp } from '../../src/delivery/caught-up.ts'

test('done when every partition has settled up to its end, empty topics at once', () => {
  expect(new CaughtUp([]).done).toBe(true)
  const goal = new CaughtUp([
    { topic: 'a', partition: 0, offset: 10 },
    { topic: 'a', partition: 1, offset: 5 },
  ])
  goal.settled('a', 0, 9)
  goal.settled('b', 0, 100)
  expect(goal.done).toBe(false)
  expect(goal.open()).toEqual([
    { topic: 'a', partition: 0, goal: 10 },
    { topic: 'a', partition: 1, goal: 5 },
  ])
  goal.settled('a', 0, 12)
  goal.settled('a', 1, 5)
  expect(goal.done).toBe(true)
  expect(goal.open()).toEqual([])
})
