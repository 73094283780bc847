import { expect, test } from 'bun:test'
import { StageClock } from '../../src/sink/stage-clock.ts'
import { noStages } from '../../src/sink/stages.ts'

function started() {
  const clock = { nowMs: 0 }
  const stages = noStages()
  const timed = { now: () => clock.nowMs, setTimer: () => ({ cancel() {} }), defer() {} }
  return { clock, stages, watch: new StageClock(stages, timed) }
}

test('what is waited for counts when it is over, and for whoever asks meanwhile', () => {
  const { clock, stages, watch } = started()
  watch.idles('starvedMs')
  clock.nowMs = 30
  expect(stages.starvedMs).toBe(0)
  watch.book()
  expect(stages.starvedMs).toBe(30)
  clock.nowMs = 50
  watch.wakes(40)
  expect(stages).toEqual({ ...noStages(), starvedMs: 40 })
})

test('of one that is at work nothing is booked', () => {
  const { clock, stages, watch } = started()
  clock.nowMs = 30
  watch.book()
  expect(stages).toEqual(noStages())
})
