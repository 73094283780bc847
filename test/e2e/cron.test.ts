/** redkite as cron runs it: runs that must not overlap, must not be longer than allowed, say nothing when all is well, and leave nothing. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProxy } from '../servers/proxy.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvusLite, sharedPyMilvus, unique } from '../servers/shared.ts'
import { undocumented } from './documented.ts'
import { createPoints, pointRows, points, readPoints } from './points.ts'
import { catchUp, type Ended, sinkFile, startRedkite, workerFile } from './redkite.ts'
import { startService } from './service.ts'
import { until } from './until.ts'

setDefaultTimeout(4 * serverTimeoutMs)

/** 50 shows more. */
const runs = Number(process.env.REDKITE_CRON_RUNS ?? 5)

const home = mkdtempSync(join(tmpdir(), 'redkite-cron-'))
afterAll(() => rmSync(home, { recursive: true }))

async function prepare(stem: string) {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique(stem)
  await kafka.tools.createTopic(name)
  await createPoints(py, milvus, name)
  return {
    ...{ kafka, milvus, name, worker: workerFile(kafka.bootstrap) },
    sink: sinkFile(name, milvus.endpoint, name, name),
    rows: () => readPoints(py, milvus, name),
  }
}

function summaryOf({ stdout }: Ended): Record<string, unknown> {
  expect(undocumented('cron.md', JSON.parse(stdout))).toEqual([])
  return JSON.parse(stdout)
}

test.concurrent(`${runs} runs, one after the other, do no work twice, say nothing, and leave no file`, async () => {
  const { kafka, name, worker, sink, rows } = await prepare('runs')
  const places = Object.fromEntries(
    ['TMPDIR', 'XDG_RUNTIME_DIR', 'XDG_CACHE_HOME', 'HOME'].map((variable) => {
      const path = join(home, variable)
      mkdirSync(path)
      return [variable, path]
    }),
  )
  for (let run = 0; run < runs; run++) {
    // Every other run finds nothing to do.
    const isWork = run % 2 === 0
    if (isWork) await kafka.tools.produce(name, points(run * 5, run * 5 + 10))
    const args = ['--until-caught-up', '--quiet', '--summary', 'json']
    const ended = await startService({ worker, sinks: { 's.properties': sink }, args, env: places }).ended
    expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toEqual({ exitCode: 0, stderr: '' })
    const count = isWork ? 10 : 0
    expect(summaryOf(ended)).toMatchObject({
      ...{ reason: 'caught-up', exitCode: 0, version: expect.any(String), elapsedMs: expect.any(Number) },
      sinks: [{ name, isCaughtUp: true, records: count, written: count, retries: 0 }],
    })
  }
  for (const path of Object.values(places)) expect(readdirSync(path)).toEqual([])
  const produced = 10 * Math.ceil(runs / 2)
  expect(await rows()).toEqual(pointRows(0, produced))
  expect(await kafka.tools.groupOffset(`connect-${name}`, name)).toBe(produced)
})

describe('two runs of one sink', () => {
  const ways: [string, (path: string) => string[]][] = [
    ['by name', () => []],
    ['by a file', (path) => ['--lock-file', path]],
  ]
  test.concurrent.each(ways)('do not overlap: the second ends with 42 (lock %s)', async (_, args) => {
    const { kafka, milvus, name, worker, sink } = await prepare('overlap')
    const proxy = await startProxy(milvus)
    const lock = join(home, `${name}.lock`)
    const held = { ...sink, 'public.endpoint': `http://127.0.0.1:${proxy.port}` }
    proxy.blackhole()
    const first = startRedkite(worker, [held], ['--until-caught-up', ...args(lock)])
    await until('the first has begun', () => first.stderr().includes('topics'))
    await until('the first has its lock', async () => (await catchUp(worker, [sink], args(lock))).exitCode === 42)
    const second = await catchUp(worker, [sink], [...args(lock), '--summary', 'json'])
    expect(second.exitCode).toBe(42)
    expect(summaryOf(second)).toMatchObject({ reason: 'error', exitCode: 42, error: { code: 'ALREADY_RUNNING' } })
    expect(second.stderr).toContain(`another run of ${name} with --until-caught-up is not finished yet`)
    // However it ends, the next run is free to begin.
    first.signal('SIGKILL')
    await first.ended
    await proxy.close()
    await kafka.tools.produce(name, points(0, 10))
    expect(await catchUp(worker, [sink], args(lock))).toMatchObject({ exitCode: 0 })
    expect(existsSync(lock)).toBe(false)
  })
})

test.concurrent('--max-runtime ends a run in good order with 124, and the next one goes on from there', async () => {
  const { kafka, name, worker, sink, rows } = await prepare('limited')
  await kafka.tools.produce(name, points(0, 30))
  const ended = await startRedkite(worker, [sink], ['--max-runtime', '3s', '--summary', 'json']).ended
  expect(ended.exitCode, ended.stderr).toBe(124)
  expect(summaryOf(ended)).toMatchObject({ reason: 'max-runtime', exitCode: 124 })
  // On a busy machine the time may be over before anything was read; what was written is committed in any case.
  expect((await kafka.tools.groupOffset(`connect-${name}`, name)) ?? 0).toBe((await rows()).length)
  // A run that has caught up before the time is over ends as it would without.
  expect(await catchUp(worker, [sink], ['--max-runtime', '1h'])).toMatchObject({ exitCode: 0 })
  expect(await rows()).toEqual(pointRows(0, 30))
})

test.concurrent('wrong settings have their line of summary too', async () => {
  const { worker, sink } = await prepare('wrong')
  const ended = await catchUp(worker, [{ ...sink, 'batch.size': 'many' }], ['--summary', 'json'])
  expect(ended.exitCode).toBe(78)
  expect(summaryOf(ended)).toMatchObject({ exitCode: 78, sinks: [], error: { code: 'VALUE_INVALID' } })
})

test.concurrent('in JSON each line of stderr is an object: how a run begins, what it did, and how it failed', async () => {
  const { kafka, name, worker, sink } = await prepare('json')
  await kafka.tools.produce(name, points(0, 5))
  const linesOf = ({ stderr }: Ended) =>
    stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  const lines = linesOf(await catchUp(worker, [sink], ['--log-format', 'json']))
  for (const line of lines) expect(Object.keys(line).slice(0, 2), JSON.stringify(line)).toEqual(['time', 'level'])
  expect(lines.map(({ event }) => event)).toContain('start')
  expect(lines.at(-1)).toMatchObject({ event: 'summary', sink: name, records: 5, written: 5 })
  const failed = await catchUp(worker, [{ ...sink, 'collection.name': 'nowhere' }], ['--log-format', 'json'])
  expect(linesOf(failed).at(-1)).toMatchObject({
    level: 'error',
    event: 'failed',
    code: 'MILVUS_COLLECTION_MISSING',
    exit: 23,
  })
})
