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
import type { Method, Sdk, SdkClient } from './sdk.ts'
import { type StatusMessage, toStatus } from './status-message.ts'

export interface SendOptions {
  readonly timeoutMs?: number | undefined
  /** Gives the request up; it may have taken effect all the same. */
  readonly signal?: AbortSignal | undefined
}

export interface Answer {
  /** Rows that Milvus acknowledged: all of the request's. For a delete, what Milvus reports. */
  readonly rows: number
}

const rpcOf: Record<WriteKind, Method> = { insert: 'Insert', upsert: 'Upsert', delete: 'Delete' }

/** A provider that gives no interceptor replaces those of the SDK's channel. */
const noInterceptors = [() => undefined as unknown as Interceptor]

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
    const read = this.sdk.service[method]!.responseDeserialize as (bytes: Buffer) => T
    const statusOf = ({ status }: T) => status && toStatus(status)
    return await this.ask(method, message, collection, read, statusOf, options)
  }

  /** A request of the control plane that is answered by a status alone. */
  async order(method: Method, message: object, collection: string, options: SendOptions = {}): Promise<void> {
    const read = this.sdk.service[method]!.responseDeserialize as (bytes: Buffer) => StatusMessage
    await this.ask(method, message, collection, read, toStatus, options)
  }

  /** A request whose answer is too large to become objects: `deserialize` reads its bytes, the status among them. */
  async read<T extends { readonly status: Status }>(
    method: Method,
    message: object,
    collection: string,
    deserialize: (bytes: Uint8Array) => T,
  ): Promise<T> {
    return await this.ask(method, message, collection, deserialize, ({ status }) => status, {})
  }

  /** Ends the connection; requests that wait are given up. */
  async close(): Promise<void> {
    // A closed channel would let them wait for their deadlines.
    for (const call of this.calls) call.cancel()
    this.frames.clear()
    await this.client.closeConnection()
  }

  private async ask<T>(
    method: Method,
    message: object,
    collection: string,
    deserialize: (bytes: Buffer) => T,
    statusOf: (answer: T) => Status | null,
    options: SendOptions,
  ): Promise<T> {
    const place = { ...this.place, collection }
    const serialize = this.sdk.service[method]!.requestSerialize
    const answer = await this.unary<T>(method, message, serialize, deserialize, place, options)
    const status = statusOf(answer)
    const error = status && errorOfStatus(status, place, method)
    if (error) throw error
    return answer
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
