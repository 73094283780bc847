import { expect, test } from 'bun:test'
import { type Measured, mediansOf } from '../../bench/peers/medians.ts'

const run = (contender: string, round: number, seconds: number): Measured => ({
  ...{ server: 'null', dims: 8, contender, round },
  ...{ rows: 1_000, written: 2_000, seconds, cpuSeconds: seconds / 2, peakRssBytes: round },
  ...{ kafkaCpuSeconds: 0.1, milvusCpuSeconds: contender === 'one' ? seconds : undefined },
})

test('of each contender the median, half of the spread, and the most memory', () => {
  const runs = [run('one', 0, 1), run('other', 0, 4), run('one', 1, 2), run('one', 2, 0.5), run('other', 1, 2)]
  const [one, other] = mediansOf(runs)
  expect(one).toEqual({
    ...{ contender: 'one', rowsPerSecond: 1_000, spread: 0.75, peakRssBytes: 2 },
    ...{ cpuUsPerRow: 500, kafkaCpuUsPerRow: 50, milvusCpuUsPerRow: 500 },
  })
  expect(other!.rowsPerSecond).toBe(375)
  expect(other!.milvusCpuUsPerRow).toBeUndefined()
})
