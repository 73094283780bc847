/**
 * Opens a connection to Milvus on a channel of the SDK's, whose TLS, token, database and keep-alive it is.
 */

import type { ServiceError } from '@grpc/grpc-js'
import { MilvusConnection } from './connection.ts'
import { errorOfGrpc, type Place } from './outcome.ts'
import { loadSdk } from './sdk.ts'
import type { StatusMessage } from './status-message.ts'
import { type TlsFiles, tlsSettings } from './tls.ts'

export interface ConnectOptions {
  readonly endpoint: { readonly host: string; readonly port: number; readonly tls: boolean }
  /** An API key, or user:password. */
  readonly token?: string | undefined
  readonly database?: string | undefined
  readonly tls?: TlsFiles | undefined
  /** How long a request may take unless it says otherwise. */
  readonly requestTimeoutMs: number
  /** When the other side of a request is asked whether it still lives, and how long it may take to say so. */
  readonly keepAlive?: { readonly timeMs: number; readonly timeoutMs: number } | undefined
}

/** Milvus' proxy allows a ping each 5 s. Pings are only sent while a request waits, so an idle connection costs nothing. */
const keepAliveDefault = { timeMs: 10_000, timeoutMs: 5_000 }
/** grpc-js would wait up to 2 minutes before it tries a server again that was away. */
const reconnectBackoffMs = { first: 200, max: 5_000 }
const defaultDatabase = 'default'

/** Connects and asks for the server's version: whoever gets a connection has talked to a Milvus that takes the token. */
export async function connect(options: ConnectOptions): Promise<MilvusConnection> {
  const { host, port, tls } = options.endpoint
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  const database = options.database || defaultDatabase
  const place: Place = { endpoint: address, database, collection: '' }
  const keepAlive = options.keepAlive ?? keepAliveDefault
  const secure = tls ? await tlsSettings(host, options.tls ?? {}) : undefined
  const sdk = await loadSdk()
  const client = sdk.newClient({
    address: tls ? `https://${address}` : address,
    ssl: tls,
    database,
    timeout: options.requestTimeoutMs,
    maxRetries: 0,
    // None at first: the channel is made when it is asked for, with the credentials set below.
    pool: { min: 0, max: 1 },
    telemetry: { enabled: false },
    channelOptions: {
      // grpc-js would share the socket, and its last failure, with another connection of this process.
      'grpc.use_local_subchannel_pool': 1,
      'grpc.keepalive_time_ms': keepAlive.timeMs,
      'grpc.keepalive_timeout_ms': keepAlive.timeoutMs,
      'grpc.keepalive_permit_without_calls': 0,
      'grpc.initial_reconnect_backoff_ms': reconnectBackoffMs.first,
      'grpc.max_reconnect_backoff_ms': reconnectBackoffMs.max,
      ...(secure?.announcedName ? { 'grpc.ssl_target_name_override': secure.announcedName } : {}),
    },
    ...(options.token ? { token: options.token } : {}),
  })
  if (secure) client.creds = secure.credentials
  const connection = new MilvusConnection(sdk, client, place, options.requestTimeoutMs)
  try {
    client.connect(sdk.version)
    await client.connectPromise.catch((error: ServiceError) => {
      throw errorOfGrpc(error.code ?? 2, error.details ?? error.message, place, 'Connect')
    })
    const { version } = await connection.call<{ status: StatusMessage; version: string }>('GetVersion', {}, '')
    connection.serverVersion = version
    return connection
  } catch (error) {
    await connection.close()
    throw error
  }
}
