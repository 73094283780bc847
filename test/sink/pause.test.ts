import { expect, test } from 'bun:test'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { type WriteRequest, WriteTarget } from '../../src/milvus/request.ts'
import { createLog } from '../../src/ops/log.ts'
import { Effects } from '../../src/sink/effect.ts'
import { KeySource } from '../../src/sink/keys.ts'
import { Lane } from '../../src/sink/lane.ts'
import { systemClock } from '../../src/sink/ports.ts'
import { OneLane } from '../../src/sink/router.ts'
import { Sink } from '../../src/sink/sink.ts'
import { until } from '../e2e/until.ts'
import { simulatedSchema as schema } from '../simulation/rows.ts'
import { RecordsSource } from './records-source.ts'

/** A sink that nothing but a pause makes write or commit early: batches are large, and wait for minutes. */
function slowSink(records: number) {
  const source = new RecordsSource(Array.from({ length: records }, (_, i) => `{"key":${i},"version":1}`))
  const sent: number[] = []
  const answer = Promise.withResolvers<void>()
  const target = {
    async send(request: WriteRequest) {
      sent.push(request.rows)
      await answer.promise
    },
    close() {},
  }
  const keys = new KeySource('record_value', undefined, () => source.assignments)
  const effects = new Effects(compileJsonPlan(schema, { envelope: false }), keys, 'ignore', () => source.assignments)
  const sink = new Sink({
    router: new OneLane(new Lane({ schema, effects, target, write: new WriteTarget('articles') }), false),
    ...{ closeTarget: () => {}, clock: systemClock, log: createLog({ write: () => {}, now: () => new Date() }) },
    ...{ random: () => 0.5, batchRowsMax: 10_000, lingerMs: 600_000 },
    load: { bytes: { least: 1_000_000, most: 1_000_000 }, requests: { least: 4, first: 4, most: 4 } },
    ...{
      retryBackoffMs: 10,
      retryBackoffMaxMs: 1_000,
      retryLimits: { retriesMax: undefined, retryTimeoutMs: undefined },
    },
    ...{ commitIntervalMs: 600_000, shutdownTimeoutMs: 2_000, onReject: 'stop' as const, caughtUp: undefined },
  })
  return { sink, source, sent, answer: answer.resolve }
}

test('a pause writes what was read, and commits it when Milvus has it; nothing more is read until it is resumed', async () => {
  const { sink, source, sent, answer } = slowSink(250)
  const running = sink.run(source)
  await until('the first records are read', () => sink.counts.records > 0)
  const pausing = sink.pause()
  const read = sink.counts.records
  expect(sent).toEqual([read])
  expect(sink.pressure()).toMatchObject({ inFlight: 1, oldestAgeMs: expect.any(Number) })
  expect(source.commits).toEqual([])
  answer()
  await pausing
  expect(source.commits).toEqual([read])
  expect(sink.pressure()).toMatchObject({ inFlight: 0, heldBytes: 0, oldestAgeMs: undefined })
  sink.ready()
  await Bun.sleep(20)
  expect(sink.counts.records).toBe(read)

  sink.resume()
  await until('all is read', () => sink.counts.records === 250)
  sink.stop()
  await running
  expect(sink.counts.written).toBe(250)
  expect(source.commits.at(-1)).toBe(250)
})

test('what is paused can be stopped, and a sink that is paused before it runs reads nothing', async () => {
  const { sink, source, answer } = slowSink(10)
  answer()
  await sink.pause()
  const running = sink.run(source)
  await Bun.sleep(20)
  expect(sink.counts.records).toBe(0)
  sink.stop()
  await running
  expect(source.closed).toBe(true)
  expect(source.commits).toEqual([])
})
