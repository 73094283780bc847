/** A real Connect worker and redkite are asked the same, and answer the same but for what is each one's own. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { ClusterId } from '../../src/kafka/cluster-id.ts'
import { type ConnectWorker, startConnectStandalone } from '../servers/connect.ts'
import { freePort } from '../servers/ports.ts'
import { serverTimeoutMs, sharedKafka, unique } from '../servers/shared.ts'
import { FakeSink, task } from './detail.ts'
import { type Served, serve, sinkInfo } from './served.ts'

setDefaultTimeout(serverTimeoutMs)

const name = 'orders sink'
const path = `/connectors/${encodeURIComponent(name)}`
const topic = unique('asked')
const partition = { topic, partition: 0, position: 1, end: 1, lag: 0, isAtEnd: true, isPaused: false }
let worker: ConnectWorker
let workerUrl = ''
let served: Served
let sink: FakeSink

beforeAll(async () => {
  const { bootstrap, tools } = await sharedKafka()
  await tools.createTopic(topic)
  await tools.produce(topic, [{ value: 'one' }])
  workerUrl = `http://127.0.0.1:${await freePort()}`
  worker = await startConnectStandalone({ bootstrap, name, topics: topic, worker: { listeners: workerUrl } })
  const clusterId = new ClusterId()
  const askCluster = () => clusterId.ask({ 'bootstrap.servers': bootstrap })
  served = serve([sinkInfo(name, { topics: topic })], { clusterId: askCluster })
  sink = new FakeSink(name, [task({ partitions: [partition] })])
  served.board.place(name)!.opened(sink)
})

afterAll(async () => {
  await served[Symbol.asyncDispose]()
  await worker.stop()
  worker.remove()
})

/** What each has of its own, in place of which its name stands. */
const own: ReadonlySet<string> = new Set(['version', 'commit', 'worker_id', 'config', 'class'])

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  // Connect's own task may stumble over restarts that follow each other so soon, and says so for ever.
  const entries = Object.entries(value).filter(([key]) => key !== 'trace')
  return Object.fromEntries(entries.map(([key, each]) => [key, own.has(key) ? `its ${key}` : plain(each)]))
}

async function told(answer: Promise<Response>) {
  const { status, text } = await answer.then(async (each) => ({ status: each.status, text: await each.text() }))
  return { status, body: text === '' ? undefined : plain(JSON.parse(text)) }
}

async function both(method: string, path: string) {
  const [connect, redkite] = await Promise.all([
    told(fetch(`${workerUrl}${path}`, { method })),
    told(served.ask(path, { method })),
  ])
  return { connect, redkite }
}

const asked = [
  ['GET', '/'],
  ['GET', '/health'],
  ['GET', '/connectors'],
  ['GET', '/connectors/'],
  ['GET', '/connectors?expand=status'],
  ['GET', '/connectors?expand=info'],
  ['GET', '/connectors?expand=status&expand=info'],
  ['GET', '/connectors?expand=nonsense'],
  ['GET', path],
  ['GET', `${path}/status`],
  ['GET', `${path}/tasks`],
  ['GET', `${path}/tasks/0/status`],
  ['GET', `${path}/tasks/9/status`],
  ['GET', `${path}/tasks/x/status`],
  ['GET', `${path}/pause`],
  ['GET', '/connectors/none'],
  ['GET', '/connectors/none/status'],
  ['GET', '/connectors/none/config'],
  ['GET', '/connectors/none/tasks'],
  ['GET', '/connectors/none/topics'],
  ['GET', '/connectors/none/nonsense'],
  ['GET', '/nonsense'],
  ['POST', `${path}/pause`],
  ['PUT', '/connectors/none/pause'],
  ['PUT', '/connectors/none/resume'],
  ['DELETE', '/connectors'],
] as const

test.each(asked)('%s %s', async (method, path) => {
  const { connect, redkite } = await both(method, path)
  expect(redkite).toEqual(connect)
})

test('the configuration is that of the file', async () => {
  const { connect, redkite } = await both('GET', `${path}/config`)
  expect(redkite.status).toBe(connect.status)
  expect(connect.body).toMatchObject({ name })
  expect(redkite.body).toEqual({ name, topics: 'orders' })
})

test('the topics are those it has read from', async () => {
  const { connect, redkite } = await both('GET', `${path}/topics`)
  // Connect knows of a topic once a task has had records of it.
  if (JSON.stringify(connect.body).includes(topic)) expect(redkite).toEqual(connect)
  expect(redkite.body).toEqual({ [name]: { topics: [topic] } })
})

test('pausing, resuming and restarting are accepted as Connect accepts them, and told to the sink', async () => {
  const change = async (method: string, end: string) => {
    const { connect, redkite } = await both(method, `${path}${end}`)
    expect(redkite, end).toEqual(connect)
  }
  await change('PUT', '/pause')
  expect(await told(served.ask(`${path}/status`))).toMatchObject({ body: { connector: { state: 'PAUSED' } } })
  await change('PUT', '/pause')
  await change('PUT', '/resume')
  await change('POST', '/restart')
  await change('POST', '/tasks/0/restart')
  expect(sink.told).toEqual(['pause', 'pause', 'resume', 'restart', 'restart 0'])
  const restarted = await both('POST', `${path}/restart?includeTasks=true`)
  expect(restarted.redkite).toEqual(restarted.connect)
  expect(restarted.redkite).toMatchObject({ status: 202, body: { connector: { state: 'RESTARTING' } } })
  expect(sink.told.at(-1)).toBe('restart')
  // Asked last: Connect lists a task 7 from then on.
  await change('POST', '/tasks/7/restart')
})

test('what has failed is restarted alone, and while redkite runs nothing has', async () => {
  const before = sink.told.length
  expect(await told(served.ask(`${path}/restart?includeTasks=true&onlyFailed=true`, { method: 'POST' }))).toMatchObject(
    {
      status: 202,
      body: { connector: { state: 'RUNNING' } },
    },
  )
  expect(sink.told.length).toBe(before)
})

test('before it is open a sink is UNASSIGNED, cannot be restarted, and begins paused when somebody paused it', async () => {
  await using served = serve([sinkInfo('orders', { tasksMax: 2 })])
  const status = async () => (await told(served.ask('/connectors/orders/status'))).body
  expect(await status()).toMatchObject({ connector: { state: 'UNASSIGNED' }, tasks: [{ id: 0 }, { id: 1 }] })
  expect((await served.ask('/connectors/orders/restart', { method: 'POST' })).status).toBe(409)
  expect((await served.ask('/connectors/orders/pause', { method: 'PUT' })).status).toBe(202)
  const sink = new FakeSink('orders', [task(), task()])
  served.board.place('orders')!.opened(sink)
  expect(sink.told).toEqual(['pause'])
  expect(await status()).toMatchObject({
    connector: { state: 'PAUSED' },
    tasks: [{ state: 'PAUSED' }, { state: 'PAUSED' }],
  })
})

test('a sink that failed says why', async () => {
  await using served = serve([sinkInfo('orders')])
  served.board.place('orders')!.ended(new Error('Milvus is gone'))
  expect(await (await served.ask('/connectors/orders/status')).json()).toMatchObject({
    connector: { state: 'FAILED', trace: 'Milvus is gone' },
    tasks: [{ state: 'FAILED', trace: 'Milvus is gone' }],
  })
})

test('a connector that there is not is not found, also where Connect itself stumbles', async () => {
  await using served = serve([sinkInfo('orders')])
  for (const end of ['restart', 'tasks/0/restart']) {
    expect((await served.ask(`/connectors/none/${end}`, { method: 'POST' })).status).toBe(404)
  }
  expect((await served.ask('/connectors/%ff')).status).toBe(400)
})

test('the only plugin is the connector', async () => {
  await using served = serve([sinkInfo('orders')])
  const [plugin] = (await (await served.ask('/connector-plugins')).json()) as unknown[]
  expect(plugin).toEqual({
    class: 'com.milvus.io.kafka.MilvusSinkConnector',
    type: 'sink',
    version: expect.stringMatching(/^\d/),
  })
})
