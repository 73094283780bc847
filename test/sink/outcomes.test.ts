import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { CaughtUp } from '../../src/delivery/caught-up.ts'
import { RedkiteError } from '../../src/errors/errors.ts'
import { connect } from '../../src/milvus/connect.ts'
import type { MilvusConnection } from '../../src/milvus/connection.ts'
import { type WriteRequest, WriteTarget } from '../../src/milvus/request.ts'
import { createLog } from '../../src/ops/log.ts'
import { Effects } from '../../src/sink/effect.ts'
import { KeySource } from '../../src/sink/keys.ts'
import { Lane } from '../../src/sink/lane.ts'
import { systemClock } from '../../src/sink/ports.ts'
import { OneLane } from '../../src/sink/router.ts'
import { Sink } from '../../src/sink/sink.ts'
import type { SinkOptions } from '../../src/sink/sink-options.ts'
import { type StandIn, startStandIn } from '../milvus/stand-in.ts'
import { simulatedSchema as schema } from '../simulation/rows.ts'
import { RecordsSource } from './records-source.ts'

const ok = { code: 0, error_code: 0, reason: '' }
const refused = (code: number, reason = 'as the test wants it') => ({ status: { code, error_code: 1, reason } })
const written = (rows: number) => ({ status: ok, insert_cnt: rows, delete_cnt: rows, upsert_cnt: rows })

interface Upsert {
  readonly num_rows: number
  readonly fields_data: readonly { scalars: { long_data: { data: readonly (string | number)[] } } }[]
}
const keysOf = ({ fields_data }: Upsert) => fields_data[0]!.scalars.long_data.data.map(Number)

let milvus: StandIn
let connection: MilvusConnection

beforeEach(async () => {
  milvus = await startStandIn()
  const endpoint = { host: '127.0.0.1', port: milvus.port, tls: false }
  connection = await connect({ endpoint, requestTimeoutMs: 5_000 })
})

afterEach(async () => {
  await connection.close()
  await milvus.stop()
})

/** When each write was sent, in ms, and how many were under way then, itself included. */
interface Sent {
  readonly atMs: number
  readonly inFlight: number
}

/** Runs a sink over `count` records with keys 0, 1, 2… until all are settled, or until it ends with an error. */
async function run(count: number, options: Partial<SinkOptions> = {}) {
  const source = new RecordsSource(Array.from({ length: count }, (_, i) => `{"key":${i},"version":1}`))
  const sent: Sent[] = []
  let inFlight = 0
  const target = {
    async send(request: WriteRequest) {
      sent.push({ atMs: performance.now(), inFlight: ++inFlight })
      try {
        return await connection.send(request)
      } finally {
        inFlight--
      }
    },
    close() {},
  }
  const assignments = () => source.assignments
  const keySource = new KeySource('record_value', undefined, assignments)
  const effects = new Effects(compileJsonPlan(schema, { envelope: false }), keySource, 'ignore', assignments)
  const sink = new Sink({
    router: new OneLane(new Lane({ schema, effects, target, write: new WriteTarget('articles') }), false),
    closeTarget: () => {},
    clock: systemClock,
    log: createLog({ write: () => {}, now: () => new Date() }),
    random: () => 0.5,
    batchRowsMax: count,
    load: { bytes: { least: 1_000_000, most: 1_000_000 }, requests: { least: 4, first: 4, most: 4 } },
    lingerMs: 1,
    retryBackoffMs: 10,
    retryBackoffMaxMs: 1_000,
    retryLimits: { retriesMax: undefined, retryTimeoutMs: undefined },
    commitIntervalMs: 20,
    shutdownTimeoutMs: 2_000,
    onReject: 'stop',
    caughtUp: new CaughtUp([{ topic: 'articles', partition: 0, offset: count }]),
    ...options,
  })
  const error = await sink.run(source).then(
    () => undefined,
    (thrown: unknown) => thrown as RedkiteError,
  )
  return { error, counts: sink.counts, stages: sink.tallies.stages, committed: source.commits.at(-1), sent, source }
}

/** Answers `first`, so many times, and then as a healthy server. */
function answerAtFirst(times: number, first: object): void {
  let left = times
  milvus.answer('Upsert', ({ num_rows }: Upsert) => (left-- > 0 ? first : written(num_rows)))
}

test('the time of each thing that its thread does is measured', async () => {
  milvus.answer('Upsert', ({ num_rows }: Upsert) => written(num_rows))
  const { error, stages } = await run(2_000, { batchRowsMax: 100 })
  expect(error).toBeUndefined()
  for (const stage of ['fetchMs', 'decodeMs', 'sealMs', 'encodeMs'] as const) {
    expect(stages[stage], stage).toBeGreaterThan(0)
  }
})

describe('a refusal that passes', () => {
  test.each([
    ['not ready', refused(1)],
    ['the disk is full', refused(7)],
    ['the quota is used up', refused(9)],
    ['the collection is still loading', refused(103)],
    ['the connection breaks', { grpc: 14, details: 'socket hang up' }],
    ['a deadline inside the server', { grpc: 4, details: 'deadline exceeded' }],
  ])('is waited for, and then every row is written: %s', async (_, answer) => {
    answerAtFirst(3, answer)
    const { error, counts, committed } = await run(100)
    expect(error).toBeUndefined()
    expect(counts).toMatchObject({ written: 100, retries: 3, requests: 4 })
    expect(committed).toBe(100)
  })

  test('is waited for twice as long each time, up to errors.retry.delay.max.ms', async () => {
    answerAtFirst(8, refused(1))
    const { sent } = await run(10, { retryBackoffMs: 40, retryBackoffMaxMs: 100, random: () => 0.999 })
    const waits = sent.slice(1).map(({ atMs }, i) => atMs - sent[i]!.atMs)
    for (const [i, leastMs] of [40, 80, 100, 100].entries()) expect(waits[i]).toBeGreaterThan(leastMs * 0.95)
    // Without the limit the last wait alone would be 5 s.
    expect(Math.max(...waits)).toBeLessThan(4_000)
  })

  test('ends the sink after max.retries, and nothing is committed', async () => {
    milvus.answer('Upsert', refused(1))
    const { error, counts, committed, source } = await run(10, {
      retryLimits: { retriesMax: 2, retryTimeoutMs: undefined },
    })
    expect(error).toMatchObject({ code: 'MILVUS_NOT_READY' })
    expect(counts).toMatchObject({ written: 0, requests: 3 })
    expect(committed).toBeUndefined()
    expect(source.closed).toBe(true)
  })

  test('ends the sink after errors.retry.timeout, and nothing is committed', async () => {
    milvus.answer('Upsert', refused(1))
    const start = performance.now()
    const { error, committed } = await run(10, { retryLimits: { retriesMax: undefined, retryTimeoutMs: 300 } })
    expect(error).toMatchObject({ code: 'MILVUS_NOT_READY' })
    expect(performance.now() - start).toBeGreaterThan(300)
    expect(committed).toBeUndefined()
  })

  test('of one request among others commits nothing beyond it', async () => {
    milvus.answer('Upsert', (message: Upsert) =>
      keysOf(message).includes(25) ? refused(1) : written(message.num_rows),
    )
    const { committed, counts } = await run(100, {
      batchRowsMax: 10,
      retryLimits: { retriesMax: 5, retryTimeoutMs: undefined },
    })
    expect(counts.written).toBeGreaterThan(20)
    expect(committed).toBe(20)
  })
})

describe('a rate limit', () => {
  test('is kept to in smaller requests: some are refused at its beginning, and everything is written', async () => {
    // As Milvus limits: a request passes while there are tokens, and may leave a debt.
    const rowsPerSecond = 2_000
    let tokens = rowsPerSecond
    let lastMs = performance.now()
    let refusals = 0
    let cut = 0
    milvus.answer('Upsert', ({ num_rows }: Upsert) => {
      const now = performance.now()
      tokens = Math.min(rowsPerSecond, tokens + ((now - lastMs) / 1_000) * rowsPerSecond)
      lastMs = now
      if (tokens <= 0) {
        refusals++
        return refused(8, 'rate limit exceeded')
      }
      tokens -= num_rows
      if (num_rows < 500) cut++
      return written(num_rows)
    })
    const { error, counts, committed } = await run(5_000, { batchRowsMax: 500 })
    expect(error).toBeUndefined()
    expect(counts.written).toBe(5_000)
    expect(committed).toBe(5_000)
    expect(refusals).toBeGreaterThan(0)
    // Asked as fast as it answers, it would have refused hundreds of times.
    expect(refusals).toBeLessThan(30)
    expect(cut).toBeGreaterThan(0)
  }, 30_000)
})

describe('a request that is too large', () => {
  test.each([
    ['by gRPC', { grpc: 8, details: 'grpc: received message larger than max (9 vs. 8)' }],
    ['by Milvus', refused(1102)],
  ])('is split until it is not, %s', async (_, answer) => {
    milvus.answer('Upsert', ({ num_rows }: Upsert) => (num_rows > 10 ? answer : written(num_rows)))
    const { error, counts, committed } = await run(100)
    expect(error).toBeUndefined()
    expect(counts.written).toBe(100)
    expect(committed).toBe(100)
    // 100 → 2 × 50 → 4 × 25 → 8 × 12 or 13 → 16 × 6 or 7.
    expect(counts.requests).toBe(1 + 2 + 4 + 8 + 16)
  })

  test('though it is one row names the record', async () => {
    milvus.answer('Upsert', refused(1102))
    const { error, committed } = await run(1)
    expect(error).toMatchObject({
      code: 'MILVUS_REQUEST_TOO_LARGE',
      message: expect.stringContaining('topic "articles", partition 0, offset 0: '),
    })
    expect(committed).toBeUndefined()
  })
})

describe('rows that Milvus refuses', () => {
  const bad = [17, 400, 401, 999]
  beforeEach(() => {
    milvus.answer('Upsert', (message: Upsert) =>
      keysOf(message).some((key) => bad.includes(key)) ? refused(1100) : written(message.num_rows),
    )
  })

  test('are found by halves, and their neighbours are written', async () => {
    const { error, counts, committed } = await run(1_000, { onReject: 'skip' })
    expect(error).toBeUndefined()
    expect(counts).toMatchObject({ written: 996, skipped: 4 })
    expect(committed).toBe(1_000)
    expect(counts.requests).toBeLessThanOrEqual(1 + 2 * bad.length * Math.ceil(Math.log2(1_000)))
  })

  test('end the sink, which names the record and commits nothing beyond the first of them', async () => {
    const { error, committed } = await run(1_000, { batchRowsMax: 10 })
    expect(error).toMatchObject({
      code: 'MILVUS_REFUSED_ROWS',
      message: expect.stringMatching(/^topic "articles", partition 0, offset (17|400|401|999): /),
    })
    expect(committed ?? 0).toBeLessThanOrEqual(17)
  })
})

describe('a refusal that somebody has to mend', () => {
  test.each([
    ['MILVUS_AUTH_REFUSED', refused(1400)],
    ['MILVUS_AUTH_REFUSED', { grpc: 16, details: 'auth check failure' }],
    ['MILVUS_DENIED', refused(1401)],
    ['MILVUS_COLLECTION_MISSING', refused(100)],
    ['MILVUS_COLLECTION_NOT_LOADED', refused(101)],
    ['MILVUS_SCHEMA_CHANGED', refused(1700)],
    ['MILVUS_NOT_ACKNOWLEDGED', written(3)],
  ])('ends the sink at once, with nothing committed and no record blamed: %s', async (code, answer) => {
    milvus.answer('Upsert', answer)
    const { error, committed, counts } = await run(100, { onReject: 'skip' })
    expect(error).toBeInstanceOf(RedkiteError)
    expect(error).toMatchObject({ code, message: expect.not.stringContaining('offset') })
    expect(counts).toMatchObject({ requests: 1, written: 0, skipped: 0 })
    expect(committed).toBeUndefined()
  })
})
