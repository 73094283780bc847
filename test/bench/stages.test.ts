import { expect, test } from 'bun:test'
import { bottleneckOf, type Shares, shareNames, sharesOf } from '../../src/bench/stages.ts'
import { noStages } from '../../src/sink/stages.ts'

const stages = { ...noStages(), fetchMs: 100, decodeMs: 300, sealMs: 50, encodeMs: 50 }
const sum = (shares: Shares) => shareNames.reduce((all, name) => all + shares[name], 0)

test('what the thread did beyond the measured stages is sending, and the rest of the time is waiting', () => {
  const shares = sharesOf(1_000, { ...stages, blockedMs: 300, starvedMs: 100 }, { cpuMs: 550, coreWaitMs: 50 })
  expect(shares.decode).toBeCloseTo(0.3)
  expect(shares.send).toBeCloseTo(0.1)
  expect(shares.waitForMilvus).toBeCloseTo(0.3)
  expect(shares.waitForKafka).toBeCloseTo(0.1)
  expect(sum(shares)).toBeCloseTo(1)
})

test('where the system does not count the thread, waiting is what was waited, and sending the rest', () => {
  const shares = sharesOf(1_000, { ...stages, blockedMs: 200 }, undefined)
  expect(shares.waitForMilvus).toBeCloseTo(0.2)
  expect(shares.send).toBeCloseTo(0.3)
  expect(sum(shares)).toBeCloseTo(1)
})

test('clocks that disagree by a little give no negative share, and no time at all none', () => {
  const shares = sharesOf(400, { ...stages, blockedMs: 300 }, { cpuMs: 420, coreWaitMs: 0 })
  expect(sum(shares)).toBeCloseTo(1)
  expect(Math.min(...shareNames.map((name) => shares[name]))).toBe(0)
  expect(sum(sharesOf(0, noStages(), undefined))).toBe(0)
})

const none = sharesOf(0, noStages(), undefined)

test('the bottleneck is who is waited for, else the cores, else the largest of the sink’s own stages', () => {
  const busy = { ...none, decode: 0.5, send: 0.3 }
  expect(bottleneckOf({ ...busy, waitForMilvus: 0.2 })).toEqual({ where: 'milvus', stage: 'decode' })
  expect(bottleneckOf({ ...busy, waitForKafka: 0.2 })).toEqual({ where: 'kafka', stage: 'decode' })
  expect(bottleneckOf({ ...busy, waitForMilvus: 0.1, waitForKafka: 0.1 })).toEqual({ where: 'sink', stage: 'decode' })
  expect(bottleneckOf({ ...busy, waitForMilvus: 0.2 }, 0.4)).toEqual({ where: 'cores', stage: 'decode' })
  expect(bottleneckOf({ ...none, decode: 0.1, send: 0.2 }, 0.1)).toEqual({ where: 'sink', stage: 'send' })
})
