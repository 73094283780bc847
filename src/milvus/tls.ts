/**
 * TLS to Milvus: public or private authorities, a client certificate, and servers that are addressed by number.
 *
 * The credentials are made here and put into the SDK's client, whose own setting takes a check of the server's name only together with a
 * client key. An IP address needs one: Bun refuses to announce it as server name (SNI is for names only), so such a server is greeted
 * by a name that cannot exist, while its certificate is held against the address.
 */

import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import type { ChannelCredentials } from '@grpc/grpc-js'
import { failure } from '../errors/errors.ts'

export interface TlsFiles {
  /** Certificates that sign the server's; the public ones when absent. */
  readonly caFile?: string | undefined
  /** The client's own certificate and key, for servers that ask for one. */
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
  /** The name that the server's certificate must hold, when it is not the host's. */
  readonly serverName?: string | undefined
}

export interface TlsSettings {
  readonly credentials: ChannelCredentials
  /** What to announce as server name; the host when undefined. */
  readonly announcedName: string | undefined
}

const nameForAddresses = 'milvus.invalid'

export async function tlsSettings(host: string, files: TlsFiles): Promise<TlsSettings> {
  const { credentials } = await import('@grpc/grpc-js')
  const ca = readPem(files.caFile, 'CA certificates')
  const key = readPem(files.keyFile, 'client key')
  const certificate = readPem(files.certFile, 'client certificate')
  const verifiedName = files.serverName ?? host
  const byAddress = isIP(verifiedName) !== 0
  return {
    credentials: credentials.createSsl(ca, key, certificate, {
      checkServerIdentity: (_announced: string, peer: PeerCertificate) => checkServerIdentity(verifiedName, peer),
    }),
    announcedName: byAddress ? nameForAddresses : files.serverName,
  }
}

function readPem(path: string | undefined, what: string): Buffer | null {
  if (!path) return null
  try {
    return readFileSync(path)
  } catch (error) {
    throw failure('MILVUS_TLS_FILE', path, what, (error as Error).message)
  }
}
