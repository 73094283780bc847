import { expect, test } from 'bun:test'
import { type SinkSigns, Vitality } from '../../src/notify/vitality.ts'
import { Counts } from '../../src/sink/counts.ts'
import type { TaskDetail } from '../../src/sink/detail.ts'
import { noTallies } from '../../src/sink/tallies.ts'

const minute = 60_000

function task(
  more: Partial<TaskDetail> & { records?: number; isAtEnd?: boolean; isPaused?: boolean } = {},
): TaskDetail {
  const { records = 0, isAtEnd = false, isPaused = false, ...rest } = more
  return {
    ...{ state: 'running', hasJoined: true, tallies: noTallies(), heldBytes: 0, inFlight: 0, oldestAgeMs: undefined },
    ...{ inFlightMax: 4, batchBytes: 2 * 1024 * 1024 },
    counts: Object.assign(new Counts(), { records }),
    partitions: [{ topic: 't', partition: 0, position: 5, end: 9, lag: 4, isAtEnd, isPaused }],
    ...rest,
  }
}

/** What stands still at the end, when each minute shows the next of these. */
function after(...minutes: readonly (readonly TaskDetail[] | SinkSigns)[]): readonly string[] {
  const vitality = new Vitality(2.5 * minute)
  let still: readonly string[] = []
  for (const [index, signs] of minutes.entries()) {
    const sink = 'tasks' in signs ? signs : { name: 'orders', tasks: signs, warnings: 0 }
    still = vitality.look([sink], index * minute)
  }
  return still
}

const times = (count: number, tasks: readonly TaskDetail[]) => Array.from({ length: count }, () => tasks)

test('a sink with records to read that reads none stands still', () => {
  expect(after(...times(3, [task()]))).toEqual([])
  expect(after(...times(4, [task()]))).toEqual(['orders'])
})

test('one that moves, however slowly, does not', () => {
  expect(after([task()], [task()], [task({ records: 1 })], [task({ records: 1 })], [task({ records: 2 })])).toEqual([])
})

test('one that has read all there is rests, for as long as it likes', () => {
  expect(after(...times(50, [task({ isAtEnd: true })]))).toEqual([])
})

test('one that has read all, and does not get rid of it, stands still', () => {
  expect(after(...times(5, [task({ isAtEnd: true, oldestAgeMs: 1 })]))).toEqual(['orders'])
})

test('one that somebody paused rests', () => {
  expect(after(...times(50, [task({ state: 'paused' })]))).toEqual([])
  expect(after(...times(50, [task({ isPaused: true })]))).toEqual([])
  expect(after(...times(5, [task({ isPaused: true, oldestAgeMs: 1 })]))).toEqual(['orders'])
})

test('one that waits and says so is alive', () => {
  const saying = Array.from({ length: 9 }, (_, warnings) => ({ name: 'orders', tasks: [task()], warnings }))
  expect(after(...saying)).toEqual([])
  expect(after(...saying, ...saying.map((signs) => ({ ...signs, warnings: 8 })))).toEqual(['orders'])
})

test('a task that hangs does not hide behind one that moves', () => {
  const moving = Array.from({ length: 5 }, (_, records) => [task({ records }), task()])
  expect(after(...moving)).toEqual(['orders'])
})
