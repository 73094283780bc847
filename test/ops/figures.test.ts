import { describe, expect, test } from 'bun:test'
import { count, duration, figuresLine, readingLine } from '../../src/ops/figures.ts'

const running = { rows: 1_234_567, rowsPerSecond: 45_123.4, lag: 987_654, goal: undefined }
const goal = { ...running, lag: 500_000, goal: 2_000_000 }

test('without a goal: rows, rate and lag', () => {
  expect(figuresLine(running, 100)).toBe('1,234,567 rows · 45,123 rows/s · lag 987,654')
})

test('with a goal: a bar, how much of it, and the time left at this rate', () => {
  expect(figuresLine(goal, 120)).toBe(
    '██████████████████░░░░░░ 75% · 1,234,567 rows · 45,123 rows/s · lag 500,000 · 12 s left',
  )
})

test('for the log: words, no bar', () => {
  expect(figuresLine(goal)).toBe('1,234,567 rows written, 45,123 rows/s, lag 500,000')
  expect(figuresLine({ ...running, lag: undefined })).toBe('1,234,567 rows written, 45,123 rows/s, lag not known yet')
})

test('for a verb that reads up to a goal: how much of it, and the time left', () => {
  expect(readingLine(12_000, 48_000, 1_200.4)).toBe('read 12,000 of 48,000, 25%, 1,200 a second, 30 s left')
  expect(readingLine(0, 48_000, 0)).toBe('read 0 of 48,000, 0%, 0 a second')
})

describe('what is not known is not said', () => {
  test('no time left while nothing moves', () => {
    expect(figuresLine({ ...goal, rowsPerSecond: 0 }, 120)).not.toContain('left')
  })

  test('no lag before the partitions have told their ends', () => {
    expect(figuresLine({ ...running, lag: undefined }, 120)).toContain('lag …')
  })

  test('nothing to do is all done', () => {
    expect(figuresLine({ rows: 0, rowsPerSecond: 0, lag: 0, goal: 0 }, 120)).toContain('100%')
  })

  test('99.9 % is not 100 %', () => {
    expect(figuresLine({ ...goal, lag: 1 }, 120)).toContain(' 99% ')
  })
})

test('the line is shorter than any terminal is wide, and loses what matters least first', () => {
  for (let width = 1; width <= 120; width++) {
    for (const figures of [running, goal]) expect(figuresLine(figures, width).length).toBeLessThan(width)
  }
  expect(figuresLine(goal, 80)).toBe('75% · 1,234,567 rows · 45,123 rows/s · lag 500,000 · 12 s left')
  expect(figuresLine(goal, 60)).toBe('75% · 1,234,567 rows · 45,123 rows/s · 12 s left')
  expect(figuresLine(goal, 40)).toBe('75% · 1,234,567 rows · 12 s left')
  expect(figuresLine(running, 40)).toBe('45,123 rows/s · lag 987,654')
})

test('counts have separators, durations the unit that a person would take', () => {
  expect([0, 999, 1_000, 12_345_678.9].map(count)).toEqual(['0', '999', '1,000', '12,345,679'])
  expect([0.2, 89, 90, 3_600, 5_400, 36_000].map(duration)).toEqual([
    '1 s',
    '89 s',
    '2 min',
    '60 min',
    '1.5 h',
    '10.0 h',
  ])
})
