/** `redkite bench` as a user runs it: what it prints, what it measures, and that it leaves nothing behind. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import type { BenchResult } from '../../src/bench/result.ts'
import { shareNames } from '../../src/bench/stages.ts'
import { connect } from '../../src/milvus/connect.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvus, unique } from '../servers/shared.ts'
import { undocumented } from './documented.ts'
import { start } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

async function benchJson(args: string): Promise<BenchResult> {
  const { exitCode, stdout, stderr } = await start(['--bench', ...args.split(' '), '--json']).ended
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(undocumented('bench.md', JSON.parse(stdout))).toEqual([])
  return JSON.parse(stdout) as BenchResult
}

/** As docs/bench.md says it is. */
function checkShape(result: BenchResult): void {
  // Bun puts the matchers into the object that it compares.
  expect(structuredClone(result)).toMatchObject({
    version: 1,
    machine: {
      ...{ redkite: expect.any(String), bun: expect.any(String), librdkafka: expect.any(String) },
      ...{ cpu: expect.any(String), cores: expect.any(Number), memoryBytes: expect.any(Number) },
      ...{ system: expect.any(String), load: expect.any(Number) },
    },
    source: {
      kind: expect.stringMatching(/^(embedded|topic)$/),
      dims: expect.any(Number),
      recordBytes: expect.any(Number),
    },
    target: {
      kind: expect.stringMatching(/^(null|milvus)$/),
      endpoint: expect.any(String),
      version: expect.any(String),
    },
  })
  for (const run of result.runs) {
    expect({ ...run.settings }).toEqual({
      ...{ batchRows: expect.any(Number), batchBytes: expect.any(Number), inFlight: expect.any(Number) },
      ...{ tasks: expect.any(Number), lingerMs: expect.any(Number) },
    })
    const figures = [
      ...[run.rows, run.seconds, run.rowsPerSecond, run.vectorMegabytesPerSecond, run.recordMegabytesPerSecond],
      ...[run.requests, run.rowsPerRequest, run.cpuUsPerRow, run.peakRssBytes],
    ]
    for (const figure of figures) expect(figure).toBeGreaterThan(0)
    expect(run.rowsWritten).toBeGreaterThanOrEqual(run.rows)
    expect(shareNames.reduce((sum, name) => sum + run.stages[name], 0)).toBeCloseTo(1)
    expect(run.bottleneck.where).toMatch(/^(milvus|kafka|cores|sink)$/)
    const { p50, p95, p99, max } = run.requestLatencyMs
    expect([p50, p95, p99, max]).toEqual([p50, p95, p99, max].sort((a, b) => a - b))
  }
}

test('into a Milvus of its own, with records of its own', async () => {
  const result = await benchJson('--null --rows 20000 --dims 8')
  checkShape(result)
  expect(result.runs[0]!.rowsWritten).toBe(20_000)
  expect(result.source).toMatchObject({ kind: 'embedded', format: 'json', dims: 8 })
  const [run] = result.runs
  expect(run!.rows).toBeGreaterThan(0)
  expect(run!.rows).toBeLessThanOrEqual(20_000)
  expect(run!.retries).toBe(0)
  expect(run!.vectorMegabytesPerSecond).toBeCloseTo((run!.rowsPerSecond * 8 * 4) / 1e6)
})

test.each(['avro', 'protobuf', 'raw'])('%s', async (format) => {
  checkShape(await benchJson(`--null --rows 5000 --dims 8 --format ${format}`))
})

test('a sweep measures each setting and recommends one of them', async () => {
  const result = await benchJson('--null --rows 5000 --dims 8 --sweep --batch-rows 500,1000 --in-flight 1,2')
  checkShape(result)
  const tried = result.runs.map(({ settings }) => [settings.batchRows, settings.inFlight])
  expect(tried).toEqual([
    [500, 1],
    [500, 2],
    [1000, 1],
    [1000, 2],
  ])
  expect(tried.map(([rows, flights]) => `batch.size=${rows} max.in.flight.requests=${flights}`)).toContain(
    result.recommended!.join(' '),
  )
})

test('at a fixed rate the time of a record counts from when it was due', async () => {
  const result = await benchJson('--null --dims 8 --rate 2000 --duration 1')
  checkShape(result)
  const { recordLatencyMs, rows } = result.runs[0]!
  expect(recordLatencyMs!.p50).toBeGreaterThan(0)
  expect(rows).toBeLessThan(20_000)
})

test('who has seen no row acknowledged says so, and prints no figures', async () => {
  const slow = '--null --dims 8 --rate 10 --duration 1 --set linger.ms=60000'
  const { exitCode, stdout, stderr } = await start(['bench', ...slow.split(' '), '--json']).ended
  expect({ exitCode, stdout }).toEqual({ exitCode: 43, stdout: '' })
  expect(stderr).toMatch(/acknowledged no row in \d\.\d s.*NOTHING_MEASURED/s)
})

test('two tasks share the topic', async () => {
  const result = await benchJson('--null --rows 20000 --dims 8 --tasks 2')
  checkShape(result)
  expect(result.runs[0]!.settings.tasks).toBe(2)
})

test('a topic goes to its end into a collection that is gone afterwards, and so does one that was interrupted', async () => {
  const [kafka, milvus] = await Promise.all([sharedKafka(), sharedMilvus()])
  const topic = unique('bench')
  await kafka.tools.createTopic(topic, 2)
  const values = Array.from({ length: 2_000 }, (_, id) => JSON.stringify({ id, title: `row ${id}`, v: [id, 1, 2, 3] }))
  await kafka.tools.produce(
    topic,
    values.map((value) => ({ value })),
  )
  const into = `--milvus ${milvus.host}:${milvus.port}`
  const result = await benchJson(`--topic ${topic} --bootstrap ${kafka.bootstrap} ${into} --duration 600`)
  checkShape(result)
  expect(result.source).toMatchObject({ kind: 'topic', dims: 4 })
  expect(result.target.version).toStartWith('v2.3.5')

  const endless = start(['bench', '--dims', '8', '--duration', '600', ...into.split(' ')])
  await until('the collection is made', async () => (await benchCollections(milvus)).length > 0)
  endless.signal('SIGINT')
  expect((await endless.ended).exitCode).toBe(130)
  expect(await benchCollections(milvus)).toEqual([])
})

async function benchCollections({ host, port }: { host: string; port: number }): Promise<string[]> {
  const connection = await connect({ endpoint: { host, port, tls: false }, requestTimeoutMs: 10_000 })
  try {
    const { collection_names: names } = await connection.call<{ status: null; collection_names: string[] }>(
      'ShowCollections',
      {},
      '',
    )
    return names.filter((name) => name.startsWith('redkite_bench_'))
  } finally {
    await connection.close()
  }
}
