/**
 * A Milvus that says what a test tells it to: a real gRPC server on a free loopback port, with Milvus' own message definitions, that
 * keeps what it was sent.
 */

import { readFileSync } from 'node:fs'
import {
  type Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js'
import { loadSdk, type Method, methods } from '../../src/milvus/sdk.ts'

/** What a method answers: a message, a gRPC status, or nothing at all. */
export type StandInAnswer = object | { grpc: number; details: string } | 'silence'
type AnswerMaker = (message: never, metadata: Metadata) => StandInAnswer

export interface StandInRequest {
  readonly method: Method
  // biome-ignore lint/suspicious/noExplicitAny: whichever message the method takes, as the SDK's descriptors decode it
  readonly message: any
  readonly metadata: Metadata
}

export interface StandIn {
  readonly port: number
  readonly requests: readonly StandInRequest[]
  /** From now on, `method` answers this. */
  answer(method: Method, answer: StandInAnswer | AnswerMaker): void
  stop(): Promise<void>
}

export interface StandInOptions {
  readonly host?: string
  readonly port?: number
  readonly tls?: { certFile: string; keyFile: string; clientCaFile?: string }
  /** Methods that the server does not have. */
  readonly without?: readonly Method[]
}

const ok = { code: 0, error_code: 0, reason: '' }

/** An upsert counts as insert and delete too, as in 2.3.5. */
const friendly: Partial<Record<Method, StandInAnswer | AnswerMaker>> = {
  Connect: { status: ok, identifier: '7' },
  GetVersion: { status: ok, version: 'stand-in' },
  Insert: ({ num_rows }: { num_rows: number }) => ({ status: ok, insert_cnt: num_rows }),
  Upsert: ({ num_rows }: { num_rows: number }) => ({
    status: ok,
    insert_cnt: num_rows,
    delete_cnt: num_rows,
    upsert_cnt: num_rows,
  }),
  Delete: { status: ok, delete_cnt: 1 },
}

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { service } = await loadSdk()
  const answers = new Map<Method, StandInAnswer | AnswerMaker>(Object.entries(friendly) as [Method, StandInAnswer][])
  const requests: StandInRequest[] = []
  const server = new Server({ 'grpc.max_receive_message_length': -1 })
  const offered = methods.filter((method) => !options.without?.includes(method))
  server.addService(
    Object.fromEntries(offered.map((method) => [method, service[method]!])),
    Object.fromEntries(offered.map((method) => [method, handler(method)])),
  )
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${options.host ?? '127.0.0.1'}:${options.port ?? 0}`, credentials(options.tls), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })

  function handler(method: Method) {
    return (call: ServerUnaryCall<object, object>, callback: sendUnaryData<object>) => {
      requests.push({ method, message: call.request, metadata: call.metadata })
      const known = answers.get(method) ?? { status: ok }
      const answer = typeof known === 'function' ? known(call.request as never, call.metadata) : known
      if (answer === 'silence') return
      if ('grpc' in answer) callback({ code: answer.grpc ?? status.UNKNOWN, details: answer.details })
      else callback(null, answer)
    }
  }

  return {
    port,
    requests,
    answer: (method, answer) => answers.set(method, answer),
    stop: async () => server.forceShutdown(),
  }
}

function credentials(tls: StandInOptions['tls']): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure()
  const pair = { cert_chain: readFileSync(tls.certFile), private_key: readFileSync(tls.keyFile) }
  const clientCa = tls.clientCaFile ? readFileSync(tls.clientCaFile) : null
  return ServerCredentials.createSsl(clientCa, [pair], clientCa !== null)
}
