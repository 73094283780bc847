import { expect, test } from 'bun:test'
import { simulate } from './simulate.ts'

const first = Number(process.env.REDKITE_SEED ?? Math.floor(Math.random() * 2 ** 31))
const seeds = Number(process.env.REDKITE_SEEDS ?? (process.env.REDKITE_SEED === undefined ? 10_000 : 1))

test(`no day loses a record, commits early, or reorders a key (${seeds} seeds from ${first})`, async () => {
  const totals: Record<string, number> = {}
  for (let seed = first; seed < first + seeds; seed++) {
    const day = await simulate(seed)
    expect(day.violations, `REDKITE_SEED=${seed}`).toEqual([])
    for (const [fault, times] of Object.entries(day.faults)) totals[fault] = (totals[fault] ?? 0) + times
  }
  console.log(`faults in ${seeds} days: ${JSON.stringify(totals)}`)
  // The days were bad indeed.
  if (seeds >= 1_000)
    for (const [fault, times] of Object.entries(totals)) expect(times, fault).toBeGreaterThan(seeds / 20)
}, 300_000)
