/** How a client reaches a Milvus that a test started, and how to know that it answers. */

import { readFileSync } from 'node:fs'
import { type ClientHttp2Session, connect, type SecureClientSessionOptions } from 'node:http2'

export interface MilvusEndpoint {
  readonly host: string
  readonly port: number
  /** As redkite's `public.endpoint` takes it: `http://…` or, with TLS, `https://…`. */
  readonly endpoint: string
  /** `user:password`, where the server asks for it. */
  readonly token?: string | undefined
  /** PEM of the authority that signed the server's certificate. */
  readonly caFile?: string | undefined
}

const versionPath = '/milvus.proto.milvus.MilvusService/GetVersion'

/**
 * Whether a question is answered, as the server's user where it asks for one. A refusal does not count: Milvus 2.3.5 has every question
 * refused from its first half second on, and says at /healthz that it is well as long as those of its parts are that have begun to start.
 */
export async function answersGrpc({ endpoint, caFile, token }: MilvusEndpoint): Promise<boolean> {
  const tls: SecureClientSessionOptions = caFile ? { ca: readFileSync(caFile) } : {}
  let session: ClientHttp2Session | undefined
  try {
    session = connect(endpoint, tls)
    return await ask(session, token)
  } finally {
    session?.destroy()
  }
}

function ask(session: ClientHttp2Session, token: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    session.once('error', () => resolve(false))
    const stream = session.request({
      ':method': 'POST',
      ':path': versionPath,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(token && { authorization: btoa(token) }),
    })
    const answered = ({ 'grpc-status': status }: Record<string, unknown>) =>
      status !== undefined && resolve(status === '0')
    stream.once('response', answered)
    stream.once('trailers', answered)
    stream.once('error', () => resolve(false))
    stream.once('close', () => resolve(false))
    stream.setTimeout(2_000, () => resolve(false))
    stream.resume()
    // An empty message: no compression, length 0.
    stream.end(new Uint8Array(5))
  })
}
