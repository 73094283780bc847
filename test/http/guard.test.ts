import { expect, test } from 'bun:test'
import { hostname } from 'node:os'
import { FakeSink } from './detail.ts'
import { serve, sinkInfo } from './served.ts'

const pause = '/connectors/orders/pause'

async function status(answer: Promise<Response>): Promise<number> {
  return (await answer).status
}

test('a name that is not ours gets nothing: the page of a stranger whose name points here', async () => {
  await using served = serve([sinkInfo('orders')], { names: ['Kites.example'] })
  const as = (host: string) => status(served.ask('/status', { headers: { Host: host } }))
  for (const host of ['stranger.example', 'stranger.example:8083', 'localhost.stranger.example', '127.0.0.1.nip.io']) {
    expect(await as(host), host).toBe(403)
  }
  for (const host of ['localhost:1', '127.0.0.1', '[::1]:8083', '10.1.2.3:8083', 'kites.example', hostname()]) {
    expect(await as(host), host).toBe(200)
  }
  expect(await as('a"b')).toBe(400)
})

test('on loopback changes take no token', async () => {
  await using served = serve([sinkInfo('orders')])
  const sink = new FakeSink('orders')
  served.board.place('orders')!.opened(sink)
  expect(await status(served.ask(pause, { method: 'PUT' }))).toBe(202)
  expect(sink.told).toEqual(['pause'])
})

test('a page of another origin changes nothing, not even on loopback', async () => {
  await using served = serve([sinkInfo('orders')])
  const sink = new FakeSink('orders')
  served.board.place('orders')!.opened(sink)
  const headers: Record<string, string>[] = [
    { Origin: 'http://stranger.example' },
    { Origin: 'null' },
    { Origin: 'http://127.0.0.1:1' },
    { 'Sec-Fetch-Site': 'cross-site' },
  ]
  for (const each of headers) expect(await status(served.ask(pause, { method: 'PUT', headers: each }))).toBe(403)
  expect(sink.told).toEqual([])
  const { url } = await served.ask('/')
  expect(await status(served.ask(pause, { method: 'PUT', headers: { Origin: new URL(url).origin } }))).toBe(202)
})

test('on other addresses everybody may read, and nobody changes anything without a token to know', async () => {
  await using served = serve([sinkInfo('orders')], { address: '0.0.0.0:0' })
  expect(await status(served.ask('/metrics'))).toBe(200)
  const refused = await served.ask(pause, { method: 'PUT' })
  expect(refused.status).toBe(403)
  expect(await refused.json()).toEqual({ error_code: 403, message: expect.stringContaining('--http-token-file') })
})

test('whoever knows the token may change things, as a bearer or with a password', async () => {
  await using served = serve([sinkInfo('orders')], { address: '0.0.0.0:0', token: 'fly:high' })
  const as = (authorization?: string) =>
    served.ask(pause, { method: 'PUT', headers: authorization === undefined ? {} : { Authorization: authorization } })
  for (const wrong of [undefined, 'Bearer fly', 'Bearer', 'Basic fly:high', `Basic ${btoa('fly:high')}`, 'fly:high']) {
    const refused = await as(wrong)
    expect(refused.status, wrong).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain('Bearer')
    expect(await refused.text()).not.toContain('high')
  }
  expect(await status(as('Bearer fly:high'))).toBe(202)
  expect(await status(as(`Basic ${btoa('anybody:fly:high')}`))).toBe(202)
  expect(await status(served.ask('/status'))).toBe(200)
})

test('/status says who may change something, so that the page offers no more', async () => {
  const changes = async (options: Parameters<typeof serve>[1]) => {
    await using served = serve([sinkInfo('orders')], options)
    return ((await (await served.ask('/status')).json()) as { changes: string }).changes
  }
  expect(await changes({})).toBe('anyone')
  expect(await changes({ address: '0.0.0.0:0' })).toBe('nobody')
  expect(await changes({ token: 'fly' })).toBe('token')
  expect(await changes({ address: '0.0.0.0:0', token: 'fly' })).toBe('token')
})
