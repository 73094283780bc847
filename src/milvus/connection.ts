/**
 * One connection to Milvus: the SDK's channel (its TLS, token, database and keep-alive), with requests of our own on it.
 *
 * Calls bypass the SDK's interceptors, which run JSON.stringify on each message and turn UNIMPLEMENTED into a success with an empty body;
 * what they add for the server (token, database, identifier) is added here. Nothing here tries again: delivery/ decides that.
 */

import type { CallOptions, Client, ClientUnaryCall, Interceptor, ServiceError } from '@grpc/grpc-js'
import { failure, RedkiteError } from '../errors/errors.ts'
import { type MutationResult, readMutationResult, type Status } from './answer.ts'
import { Frame, frameOf, writesFrames } from './frame.ts'
import { FrameMemory } from './frame-memory.ts'
import { errorOfGrpc, errorOfStatus, type Place } from './outcome.ts'
import type { WriteKind, WriteRequest } from './request.ts'
import { loadSdk, type Method, type Sdk, type SdkClient } from './sdk.ts'
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

export interface SendOptions {
  readonly timeoutMs?: number | undefined
  /** Gives the request up; it may have taken effect all the same. */
  readonly signal?: AbortSignal | undefined
}

export interface Answer {
  /** Rows that Milvus acknowledged: all of the request's. For a delete, what Milvus reports. */
  readonly rows: number
}

/** Milvus' proxy allows a ping each 5 s. Pings are only sent while a request waits, so an idle connection costs nothing. */
const keepAliveDefault = { timeMs: 10_000, timeoutMs: 5_000 }
/** grpc-js would wait up to 2 minutes before it tries a server again that was away. */
const reconnectBackoffMs = { first: 200, max: 5_000 }
const defaultDatabase = 'default'

const rpcOf: Record<WriteKind, Method> = { insert: 'Insert', upsert: 'Upsert', delete: 'Delete' }

/** A provider that gives no interceptor replaces those of the SDK's channel. */
const noInterceptors = [() => undefined as unknown as Interceptor]

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

/** `common.Status` as the SDK's descriptors decode it. */
export interface StatusMessage {
  readonly code: number
  readonly error_code: number
  readonly reason: string
  readonly retriable: boolean
  readonly extra_info?: Record<string, string>
}

export class MilvusConnection {
  /** As the server says it: `v2.3.5`, `milvus_lite-3.2.2`. */
  serverVersion = ''
  private readonly calls = new Set<ClientUnaryCall>()
  private readonly frames = new FrameMemory()

  constructor(
    private readonly sdk: Sdk,
    private readonly client: SdkClient,
    private readonly place: Place,
    private readonly requestTimeoutMs: number,
  ) {}

  get endpoint(): string {
    return this.place.endpoint
  }

  get database(): string {
    return this.place.database
  }

  /**
   * Sends rows, or the deletion of some, and waits for Milvus' word. The request is encoded once the connection takes it: what it refers
   * to must stay as it is until the promise settles. Rejects with a `RedkiteError` whose label says what to do.
   */
  async send(request: WriteRequest, options: SendOptions = {}): Promise<Answer> {
    const rpc = rpcOf[request.kind]
    const place = { ...this.place, collection: request.collection }
    const frame = new Frame(request, this.frames)
    const result = await this.unary<MutationResult>(rpc, frame, frameOf, readMutationResult, place, options).catch(
      (error: unknown) => {
        throw frame.bug ?? error
      },
    )
    const error = errorOfStatus(result.status, place, rpc)
    if (error) throw error
    const rows = acknowledgedRows(request.kind, result)
    if (request.kind !== 'delete' && rows !== request.rows) {
      throw failure('MILVUS_NOT_ACKNOWLEDGED', place, rpc, request.rows, rows)
    }
    frame.release()
    return { rows }
  }

  /** A request of the control plane, as plain objects in the SDK's descriptors; rejects when the answer's status is an error. */
  async call<T extends { status: StatusMessage | null }>(
    method: Method,
    message: object,
    collection: string,
    options: SendOptions = {},
  ): Promise<T> {
    const definition = this.sdk.service[method]!
    const place = { ...this.place, collection }
    const answer = await this.unary<T>(
      method,
      message,
      definition.requestSerialize,
      definition.responseDeserialize as (bytes: Buffer) => T,
      place,
      options,
    )
    const error = answer.status && errorOfStatus(toStatus(answer.status), place, method)
    if (error) throw error
    return answer
  }

  /** A request of the control plane that is answered by a status alone. */
  async order(method: Method, message: object, collection: string, options: SendOptions = {}): Promise<void> {
    const definition = this.sdk.service[method]!
    const place = { ...this.place, collection }
    const status = await this.unary<StatusMessage>(
      method,
      message,
      definition.requestSerialize,
      definition.responseDeserialize as (bytes: Buffer) => StatusMessage,
      place,
      options,
    )
    const error = errorOfStatus(toStatus(status), place, method)
    if (error) throw error
  }

  /** A request whose answer is too large to become objects: `deserialize` reads its bytes, the status among them. */
  async read<T extends { readonly status: Status }>(
    method: Method,
    message: object,
    collection: string,
    deserialize: (bytes: Uint8Array) => T,
  ): Promise<T> {
    const place = { ...this.place, collection }
    const serialize = this.sdk.service[method]!.requestSerialize
    const answer = await this.unary<T>(method, message, serialize, deserialize, place, {})
    const error = errorOfStatus(answer.status, place, method)
    if (error) throw error
    return answer
  }

  /** Ends the connection; requests that wait are given up. */
  async close(): Promise<void> {
    // A closed channel would let them wait for their deadlines.
    for (const call of this.calls) call.cancel()
    this.frames.clear()
    await this.client.closeConnection()
  }

  private async unary<T>(
    method: Method,
    message: object,
    serialize: (message: never) => Buffer,
    deserialize: (bytes: Buffer) => T,
    place: Place,
    { timeoutMs = this.requestTimeoutMs, signal }: SendOptions,
  ): Promise<T> {
    const channel = await this.channel(place)
    const metadata = this.sdk.newMetadata(this.client.metadata)
    const callOptions: CallOptions = {
      deadline: new Date(Date.now() + timeoutMs),
      interceptor_providers: noInterceptors,
    }
    const path = this.sdk.service[method]!.path
    let call: ClientUnaryCall | undefined
    const cancel = () => call?.cancel()
    signal?.addEventListener('abort', cancel)
    try {
      return await new Promise<T>((resolve, reject) => {
        call = channel.makeUnaryRequest<object, T>(
          path,
          serialize as (message: object) => Buffer,
          deserialize,
          message,
          metadata,
          callOptions,
          (error, answer) => (error ? reject(toError(error, place, method)) : resolve(answer as T)),
        )
        this.calls.add(call)
        if (signal?.aborted) cancel()
      })
    } finally {
      if (call) this.calls.delete(call)
      signal?.removeEventListener('abort', cancel)
    }
  }

  /** The SDK's gRPC client. Given back at once: it takes any number of calls, and a pool of one must not block the next. */
  private async channel(place: Place): Promise<Client> {
    const pool = this.client.channelPool
    try {
      const channel = await pool.acquire()
      void pool.release(channel)
      return writesFrames(channel)
    } catch {
      throw failure('MILVUS_CANCELLED', place, 'the connection is closed')
    }
  }
}

/** 2.3.5 counts an upsert as insert and delete too. */
function acknowledgedRows(kind: WriteKind, result: MutationResult): number {
  switch (kind) {
    case 'insert':
      return result.insertCount
    case 'upsert':
      return result.upsertCount
    case 'delete':
      return result.deleteCount
  }
}

function toError(error: ServiceError, place: Place, method: Method): Error {
  if (error instanceof RedkiteError) return error
  return errorOfGrpc(error.code ?? 2, error.details ?? error.message, place, method)
}

function toStatus(message: StatusMessage): Status {
  return {
    code: message.code,
    legacyCode: message.error_code,
    reason: message.reason,
    retriable: message.retriable,
    inputError: message.extra_info?.is_input_error === 'true',
  }
}
