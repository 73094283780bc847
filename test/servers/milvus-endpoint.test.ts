import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { answersGrpc, type MilvusEndpoint } from './milvus-endpoint.ts'

const token = 'root:Milvus'
/** Refuses whoever is not its user, as status 16; `status` is what it has for the others. */
let server: Http2Server
let status = 0
let endpoint: MilvusEndpoint

beforeAll(async () => {
  server = createServer()
  server.on('stream', (stream, { authorization }) => {
    const known = authorization === btoa(token)
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(known ? status : 16) }))
    stream.end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  endpoint = { host: '127.0.0.1', port, endpoint: `http://127.0.0.1:${port}`, token }
})

afterAll(() => void server.close())

test('a server that answers its user is ready', async () => {
  status = 0
  expect(await answersGrpc(endpoint)).toBe(true)
})

test('one that refuses is not: as Milvus does while it starts, or as long as it does not know its user', async () => {
  status = 2
  expect(await answersGrpc(endpoint)).toBe(false)
  status = 0
  expect(await answersGrpc({ ...endpoint, token: undefined })).toBe(false)
})

test('nor is one that is not there', async () => {
  expect(await answersGrpc({ ...endpoint, endpoint: 'http://127.0.0.1:1' })).toBe(false)
})
