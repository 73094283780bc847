import { afterEach, beforeEach, expect, test } from 'bun:test'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { type FaultyProxy, startProxy } from './proxy.ts'

let server: Server
let proxy: FaultyProxy
let received = 0

/** Answers every byte with itself. */
beforeEach(async () => {
  received = 0
  server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      received += chunk.length
      socket.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxy = await startProxy({ host: '127.0.0.1', port: (server.address() as { port: number }).port })
})

afterEach(async () => {
  await proxy.close()
  server.close()
})

class Client {
  readonly socket: Socket
  bytes = 0
  ended = false

  constructor() {
    this.socket = connect(proxy.port, proxy.host)
    this.socket.on('data', (chunk) => {
      this.bytes += chunk.length
    })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.ended = true
    })
  }

  send(bytes: number): void {
    this.socket.write(Buffer.alloc(bytes, 1))
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5_000; !condition(); await Bun.sleep(2)) {
    if (Date.now() > deadline) {
      throw new Error('it did not come to pass')
    }
  }
}

test('passes bytes both ways, more than a buffer holds', async () => {
  const client = new Client()
  client.send(20_000_000)
  await until(() => client.bytes === 20_000_000)
  client.socket.end()
  await until(() => client.ended && proxy.open === 0)
})

test('cut ends connections and takes no new ones until it is healed', async () => {
  const before = new Client()
  before.send(1)
  await until(() => before.bytes === 1)
  proxy.cut()
  await until(() => before.ended)
  const during = new Client()
  await until(() => during.ended)
  proxy.heal()
  const after = new Client()
  after.send(1)
  await until(() => after.bytes === 1)
  expect(received).toBe(2)
})

test('a black hole keeps the connection and passes nothing on, until it is healed', async () => {
  const client = new Client()
  client.send(1)
  await until(() => client.bytes === 1)
  proxy.blackhole()
  client.send(10)
  await Bun.sleep(100)
  expect([client.bytes, client.ended]).toEqual([1, false])
  proxy.heal()
  await until(() => client.bytes === 11)
})

test('slow holds every piece back', async () => {
  proxy.slow({ delayMs: 100 })
  const client = new Client()
  const start = performance.now()
  client.send(1)
  await until(() => client.bytes === 1)
  expect(performance.now() - start).toBeGreaterThan(190)
})

test('a lost answer reached the server and not the client, whose connection is reset', async () => {
  const client = new Client()
  client.send(10)
  await until(() => client.bytes === 10)
  proxy.loseNextAnswer({ requestBytesMin: 1_000 })
  client.send(13)
  await until(() => client.bytes === 23)
  client.send(5_000)
  await until(() => client.ended)
  expect([received, client.bytes, proxy.lostAnswers]).toEqual([5_023, 23, 1])
  const next = new Client()
  next.send(5_000)
  await until(() => next.bytes === 5_000)
})

test('what was slow when it came stays before what comes after the weather has cleared up', async () => {
  const seen: number[] = []
  const client = new Client()
  client.socket.on('data', (chunk) => seen.push(...chunk))
  client.send(1)
  await until(() => client.bytes === 1)
  proxy.slow({ delayMs: 300 })
  client.socket.write(Buffer.from([2]))
  await Bun.sleep(50)
  proxy.heal()
  client.socket.write(Buffer.from([3]))
  await until(() => client.bytes === 3)
  expect(seen).toEqual([1, 2, 3])
})

test('a connection of whose answers bytes were swallowed does not go on', async () => {
  const client = new Client()
  client.send(10)
  await until(() => client.bytes === 10)
  proxy.loseNextAnswer({ requestBytesMin: 5 })
  client.send(20)
  await until(() => received === 30)
  await Bun.sleep(50)
  expect([client.bytes, proxy.lostAnswers]).toEqual([10, 0])
  proxy.heal()
  await until(() => client.ended)
})
