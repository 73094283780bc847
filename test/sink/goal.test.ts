import { expect, test } from 'bun:test'
import { caughtUpOf, goalOf } from '../../src/sink/goal.ts'

const at = (partition: number, offset: number) => ({ topic: 'orders', partition, offset })

/** One partition that begins, ends, and was committed so. */
function goal(begin: number, committed: number | undefined, end: number) {
  return goalOf({ beginnings: [at(0, begin)], committed: [{ ...at(0, 0), offset: committed }], ends: [at(0, end)] })
}

test.each([
  ['its end was committed', 0, 9, 9, true],
  ['it never held anything', 0, undefined, 0, true],
  ['all of it is gone, and nothing was ever read', 7, undefined, 7, true],
  ['there are records to read', 0, 3, 9, false],
  ['nothing was committed yet', 0, undefined, 9, false],
  ['what the group did not read is gone: that has to be said', 7, 3, 7, false],
  ['the group committed more than there is: the topic was made anew', 0, 100, 5, false],
])('%s: from %p, committed %p, to %p', (_, begin, committed, end, isReached) => {
  expect(caughtUpOf(goal(begin, committed, end)).done).toBe(isReached)
})

test('a commit beyond the end is remembered, as it does not say that anything was read', () => {
  expect([...goal(0, 100, 5).stale]).toEqual([['orders/0', 100]])
  expect([...goal(0, 5, 5).stale]).toEqual([])
})

test('the records to read are counted from where the group goes on', () => {
  const ends = [at(0, 10), at(1, 10), at(2, 10)]
  const committed = [at(0, 4), { ...at(1, 0), offset: undefined }, at(2, 10)]
  const all = goalOf({ beginnings: [at(0, 2), at(1, 2), at(2, 2)], committed, ends })
  expect(all.records).toBe(6 + 8)
  expect(
    caughtUpOf(all)
      .open()
      .map(({ partition }) => partition),
  ).toEqual([0, 1])
})
