/** The PEM files of a TLS connection, read once, in the form the SDK takes. */

import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { ClientConfig } from '@zilliz/milvus2-sdk-node'
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

type SdkTls = NonNullable<ClientConfig['tls']>

export function sdkTls(host: string, files: TlsFiles): SdkTls {
  const tls: SdkTls = {}
  if (files.caFile) tls.rootCert = readPem(files.caFile, 'CA certificates')
  if (files.keyFile) tls.privateKey = readPem(files.keyFile, 'client key')
  if (files.certFile) tls.certChain = readPem(files.certFile, 'client certificate')
  const serverName = files.serverName ?? (isIP(host) ? host : undefined)
  if (serverName) tls.serverName = serverName
  return tls
}

function readPem(path: string, what: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw failure('MILVUS_TLS_FILE', path, what, (error as Error).message)
  }
}
