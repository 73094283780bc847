import { expect, test } from 'bun:test'
import { RateLimited } from '../../src/ops/rate-limited.ts'

test('the same thing is said once an interval, different things each', () => {
  let nowMs = 0
  const said: string[] = []
  const limited = new RateLimited(5_000, () => nowMs)
  const say = (key: string) => limited.say(key, () => void said.push(`${key} at ${nowMs}`))
  for (const ms of [0, 10, 4_999, 5_000, 5_001]) {
    nowMs = ms
    say('down')
    if (ms === 10) say('slow')
  }
  expect(said).toEqual(['down at 0', 'slow at 10', 'down at 5000'])
})
