import { expect, test } from 'bun:test'
import { failure } from '../../src/errors/errors.ts'
import { noTallies, tallyReject } from '../../src/sink/tallies.ts'
import { undocumented } from '../e2e/documented.ts'
import { FakeSink, task } from './detail.ts'
import { serve, sinkInfo } from './served.ts'

test('the process lives before its sinks are open, and is ready when each has its partitions', async () => {
  await using served = serve([sinkInfo('orders'), sinkInfo('users')])
  const ready = async () => {
    const answer = await served.ask('/readyz')
    return [answer.status, await answer.text()]
  }
  expect((await served.ask('/healthz')).status).toBe(200)
  const opening = 'Kafka and Milvus have not answered yet'
  expect(await ready()).toEqual([503, `orders: ${opening}\nusers: ${opening}\n`])
  const users = new FakeSink('users', [task(), task({ hasJoined: false })])
  served.board.place('orders')!.opened(new FakeSink('orders'))
  served.board.place('users')!.opened(users)
  expect(await ready()).toEqual([503, 'users: 1 of 2 tasks wait for the group to assign partitions\n'])
  expect((await served.ask('/health')).status).toBe(503)
  users.tasks = [task(), task()]
  expect(await ready()).toEqual([200, 'ready\n'])
  expect(await (await served.ask('/health')).json()).toMatchObject({ status: 'healthy' })
})

test('a sink that has caught up stays ready, one that was paused too, one that was restarted or failed not', async () => {
  await using served = serve([sinkInfo('orders')])
  const sink = new FakeSink('orders')
  const place = served.board.place('orders')!
  place.opened(sink)
  const ready = async () => (await served.ask('/readyz')).status
  place.pause()
  expect(await ready()).toBe(200)
  sink.tasks = [task({ state: 'restarting' })]
  expect(await ready()).toBe(503)
  sink.tasks = [task()]
  place.ended()
  expect(await ready()).toBe(503)
  sink.more = { isCaughtUp: true }
  expect(await ready()).toBe(200)
  place.ended(failure('TOMBSTONE'))
  const answer = await served.ask('/readyz')
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('orders: it failed: ')])
})

test('/status has every sink in figures, of all its tasks together', async () => {
  await using served = serve([sinkInfo('orders', { tasksMax: 2 })])
  const tallies = noTallies()
  tallyReject(tallies, { atMs: 5, code: 'VECTOR_NAN', topic: 'orders', partition: 1, offset: 7 })
  const partition = (partition: number) => ({
    topic: 'orders',
    partition,
    position: 3,
    end: 9,
    lag: 6,
    isAtEnd: false,
    isPaused: false,
  })
  const tasks = [
    task({ counts: { written: 2 }, partitions: [partition(1)], oldestAgeMs: 40, heldBytes: 10, tallies }),
    task({ counts: { written: 3 }, partitions: [partition(0)], heldBytes: 5, inFlight: 2 }),
  ]
  served.board.place('orders')!.opened(new FakeSink('orders', tasks, { lag: 12 }))
  const { sinks, version } = (await (await served.ask('/status')).json()) as { sinks: object[]; version: string }
  expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  expect(sinks).toEqual([
    expect.objectContaining({
      name: 'orders',
      state: 'running',
      lag: 12,
      goal: null,
      counts: expect.objectContaining({ written: 5 }),
      partitions: [
        { topic: 'orders', partition: 0, task: 1, position: 3, end: 9, lag: 6, paused: false },
        { topic: 'orders', partition: 1, task: 0, position: 3, end: 9, lag: 6, paused: false },
      ],
      rejects: { VECTOR_NAN: 1 },
      recentRejects: [{ atMs: 5, code: 'VECTOR_NAN', topic: 'orders', partition: 1, offset: 7 }],
      oldestAgeMs: 40,
      heldBytes: 15,
      requestsInFlight: 2,
    }),
  ])
  expect(undocumented('http.md', { ...sinks[0], rejects: {} })).toEqual([])
})

test('what the files say anew counts: a sink that is gone is gone, one that stays keeps what was wished of it', async () => {
  await using served = serve([sinkInfo('orders'), sinkInfo('users')])
  served.board.place('users')!.opened(new FakeSink('users'))
  served.board.place('users')!.pause()
  served.board.plan([sinkInfo('users', { config: { topics: 'people' } }), sinkInfo('more')])
  expect(await (await served.ask('/connectors')).json()).toEqual(['users', 'more'])
  expect(await (await served.ask('/connectors/users/config')).json()).toEqual({ topics: 'people' })
  expect(await (await served.ask('/connectors/users/status')).json()).toMatchObject({ connector: { state: 'PAUSED' } })
})

test('own paths are for reading', async () => {
  await using served = serve([sinkInfo('orders')])
  for (const path of ['/', '/status', '/metrics', '/healthz', '/readyz', '/health']) {
    const answer = await served.ask(path, { method: 'POST' })
    expect([answer.status, answer.headers.get('allow')], path).toEqual([405, 'GET, HEAD'])
    expect((await served.ask(path, { method: 'HEAD' })).headers.get('cache-control')).toBe('no-store')
  }
})

test('a port that is taken is said so', () => {
  const other = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const address = `127.0.0.1:${other.port}`
  expect(() => serve([sinkInfo('orders')], { address })).toThrow(
    expect.objectContaining({
      code: 'HTTP_LISTEN_FAILED',
      exit: 71,
      message: expect.stringContaining('port is taken'),
    }),
  )
  other.stop()
})
