/** `--http` through the binary: a person, Prometheus and a tool made for Connect look at two sinks, and pause one. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { parseExposition } from '../http/exposition.ts'
import { freePort } from '../servers/ports.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvusLite, sharedPyMilvus, unique } from '../servers/shared.ts'
import { NumberedProducer, numberedFields } from './numbered.ts'
import { type RunningRedkite, sinkFile, startRedkite, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

const [one, two] = [unique('one'), unique('two')]
const token = 'planted-token-5c1d'
const value = 'planted-value-93fa'
let redkite: RunningRedkite
let base = ''
let producers: NumberedProducer[] = []

beforeAll(async () => {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  await Promise.all([one, two].map((name) => kafka.tools.createTopic(name, 2)))
  await Promise.all([one, two].map((name) => py.createCollection(milvus, { name, fields: numberedFields })))
  producers = [one, two].map((name) => new NumberedProducer(kafka.bootstrap, name, 2))
  for (const producer of producers) await producer.send(500)
  await kafka.tools.produce(one, [{ value: `{"id":1,"title":"${value}","vector":[1,2,3]}` }])
  base = `http://127.0.0.1:${await freePort()}`
  const sinks = [
    sinkFile(one, milvus.endpoint, one, one, { token, 'errors.tolerance': 'all' }),
    sinkFile(two, milvus.endpoint, two, two, { token, 'tasks.max': 2 }),
  ]
  redkite = startRedkite(workerFile(kafka.bootstrap), sinks, ['--http', base.slice('http://'.length)])
})

afterAll(async () => {
  redkite.signal('SIGTERM')
  await Promise.all(producers.map((producer) => producer.close()))
  expect(await redkite.ended).toMatchObject({ exitCode: 0 })
})

const ask = (path: string, init: RequestInit = {}) => fetch(`${base}${path}`, init)

async function metric(name: string, sink: string): Promise<number> {
  const { samples } = parseExposition(await (await ask('/metrics')).text()).get(name)!
  return samples.filter(({ labels }) => labels.sink === sink).reduce((sum, { value }) => sum + value, 0)
}

async function states(sink: string): Promise<string[]> {
  const { connector, tasks } = (await (await ask(`/connectors/${sink}/status`)).json()) as {
    connector: { state: string }
    tasks: { state: string }[]
  }
  return [connector, ...tasks].map(({ state }) => state)
}

test('it answers before the sinks are open, and is ready when they have their partitions', async () => {
  await until('it listens', () =>
    ask('/healthz').then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  await until('it is ready', async () => (await ask('/readyz')).ok)
  expect(await (await ask('/connectors')).json()).toEqual([one, two])
  expect(await states(two)).toEqual(['RUNNING', 'RUNNING', 'RUNNING'])
})

test('what was written, passed over and asked of Milvus is in the metrics', async () => {
  await until('the one is written', async () => (await metric('redkite_rows_written_total', one)) === 500)
  // A task that gave up partitions before it could commit leaves rows to be written once more.
  await until('the two are written', async () => (await metric('redkite_rows_written_total', two)) >= 500)
  await until('the bad record is counted', async () => (await metric('redkite_records_skipped_total', one)) === 1)
  expect(await metric('redkite_rejects_total', one)).toBe(1)
  expect(await metric('redkite_request_duration_seconds', two)).toBeGreaterThan(0)
  await until('both partitions are read to their ends', async () => {
    const { samples } = parseExposition(await (await ask('/metrics')).text()).get('redkite_lag_records')!
    return samples.length === 4 && samples.every(({ value }) => value === 0)
  })
})

test('a paused sink keeps its partitions, commits what it has, and goes on where it was', async () => {
  const [, producer] = producers
  expect((await ask(`/connectors/${two}/pause`, { method: 'PUT' })).status).toBe(202)
  await until('all tasks are paused', async () => (await states(two)).every((state) => state === 'PAUSED'))
  const { tools } = await sharedKafka()
  await until('what was read is committed', async () => {
    return (await tools.groupOffsets(`connect-${two}`)).reduce((sum, { offset }) => sum + offset, 0) === 500
  })
  const written = await metric('redkite_rows_written_total', two)
  await producer!.send(200)
  await until('the records are seen', async () => (await metric('redkite_lag_records', two)) === 200)
  expect(await metric('redkite_rows_written_total', two)).toBe(written)
  expect((await ask(`/connectors/${two}/resume`, { method: 'PUT' })).status).toBe(202)
  await until('they are written', async () => (await metric('redkite_rows_written_total', two)) === written + 200)
})

test('a sink that is restarted reads on where it was, and its counts go on', async () => {
  const [producer] = producers
  expect((await ask(`/connectors/${one}/restart?includeTasks=true`, { method: 'POST' })).status).toBe(202)
  await until('it is back', async () => (await states(one)).every((state) => state === 'RUNNING'))
  await producer!.send(100)
  await until('more is written', async () => (await metric('redkite_rows_written_total', one)) === 600)
})

test('no value and no secret is in any answer', async () => {
  const paths = ['/status', '/metrics', '/connectors?expand=info&expand=status', `/connectors/${one}/config`]
  for (const path of [...paths, `/connectors/${one}/tasks`, '/readyz', '/']) {
    const text = await (await ask(path, { headers: { Accept: path === '/' ? 'text/html' : '*/*' } })).text()
    expect(text.length, path).toBeGreaterThan(5)
    for (const planted of [token, value]) expect(text.includes(planted), `${planted} in ${path}`).toBe(false)
  }
  expect(await (await ask(`/connectors/${one}/config`)).json()).toMatchObject({ token: '[hidden]', topics: one })
})
