import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectOptions, connect } from '../../src/milvus/connect.ts'
import type { TlsFiles } from '../../src/milvus/tls.ts'
import { type Certificates, createCertificates } from '../servers/certificates.ts'
import { refusal } from './refusal.ts'
import { type StandIn, startStandIn } from './stand-in.ts'

let folder: string
let certificates: Certificates
let standIn: StandIn
let mutual: StandIn

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'redkite-tls-'))
  certificates = createCertificates(folder)
  const { serverCertificateFile: certFile, serverKeyFile: keyFile, caFile } = certificates
  standIn = await startStandIn({ tls: { certFile, keyFile } })
  mutual = await startStandIn({ tls: { certFile, keyFile, clientCaFile: caFile } })
})

afterAll(async () => {
  await standIn.stop()
  await mutual.stop()
  rmSync(folder, { recursive: true })
})

function options(host: string, tls: TlsFiles, server = standIn): ConnectOptions {
  return { endpoint: { host, port: server.port, tls: true }, token: 'key-1', tls, requestTimeoutMs: 5_000 }
}

async function versionOver(connecting: ConnectOptions): Promise<string> {
  const connection = await connect(connecting)
  await connection.close()
  return connection.serverVersion
}

describe('a connection over TLS', () => {
  test('trusts the private authority of caFile, by name', async () => {
    expect(await versionOver(options('localhost', { caFile: certificates.caFile }))).toBe('stand-in')
  })

  test('reaches a server by its IP address', async () => {
    expect(await versionOver(options('127.0.0.1', { caFile: certificates.caFile }))).toBe('stand-in')
  })

  test('carries the token', async () => {
    const { metadata } = standIn.requests.at(-1)!
    expect(metadata.get('authorization')).toEqual([Buffer.from('key-1').toString('base64')])
  })

  test('takes the server name it is told when the host is only a way there', async () => {
    const named = { caFile: certificates.caFile, serverName: 'localhost' }
    expect(await versionOver(options('127.0.0.1', named))).toBe('stand-in')
  })

  test('is refused when the certificate is for another name', async () => {
    const other = { caFile: certificates.caFile, serverName: 'milvus.example' }
    expect(await refusal(versionOver(options('localhost', other)))).toMatchObject({ code: 'MILVUS_TLS_REFUSED' })
  })

  test('is refused when no known authority signed the certificate', async () => {
    expect(await refusal(versionOver(options('localhost', {})))).toMatchObject({ code: 'MILVUS_TLS_REFUSED' })
    expect(await refusal(versionOver(options('127.0.0.1', {})))).toMatchObject({ code: 'MILVUS_TLS_REFUSED' })
  })

  test('shows a client certificate to a server that wants one', async () => {
    const { caFile, clientCertificateFile: certFile, clientKeyFile: keyFile } = certificates
    expect(await versionOver(options('127.0.0.1', { caFile, certFile, keyFile }, mutual))).toBe('stand-in')
    expect(await refusal(versionOver(options('127.0.0.1', { caFile }, mutual)))).toMatchObject({ exit: 20 })
  })

  test('names the PEM file that cannot be read', async () => {
    const caFile = join(folder, 'missing.pem')
    expect(await refusal(versionOver(options('localhost', { caFile })))).toMatchObject({
      code: 'MILVUS_TLS_FILE',
      message: expect.stringContaining(caFile),
    })
  })

  test('to a server without TLS, and without TLS to a server with it, is unreachable', async () => {
    const plain = await startStandIn()
    expect(await refusal(versionOver(options('127.0.0.1', {}, plain)))).toMatchObject({ code: 'MILVUS_UNREACHABLE' })
    const endpoint = { host: '127.0.0.1', port: standIn.port, tls: false }
    expect(await refusal(connect({ endpoint, requestTimeoutMs: 5_000 }))).toMatchObject({ code: 'MILVUS_UNREACHABLE' })
    await plain.stop()
  })
})
