/** `--http`: metrics, health, Kafka Connect's REST interface and a page, on one port of the main thread. */
import { hostname } from 'node:os'
import type { Secret } from '../config/secret.ts'
import { failure } from '../errors/errors.ts'
import { systemReason } from '../errors/system.ts'
import type { Log } from '../ops/log.ts'
import { version } from '../version.ts'
import { type Address, hostAndPort } from './address.ts'
import { connectError, json, notAllowed, text } from './answers.ts'
import type { Board } from './board.ts'
import { connectAnswer } from './connect.ts'
import { type Changers, changers, type GuardOptions, refusal } from './guard.ts'
import { Metrics } from './metrics.ts'
import { pageAnswer } from './page/page.ts'
import { statusOf, unready } from './status.ts'

export interface HttpOptions {
  readonly address: Address
  readonly token: Secret | undefined
  /** Names of this machine besides its own, for the Host header. */
  readonly names: readonly string[]
  /** Of the Kafka that the sinks read; undefined while it does not answer. */
  readonly clusterId: () => Promise<string | undefined>
}

export interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

/** No request has a body that anybody reads. */
const bodyBytesMax = 64 * 1024
const idleTimeoutSeconds = 30

export function serveHttp({ address, token, names, clusterId }: HttpOptions, board: Board, log: Log): HttpServer {
  const guard: GuardOptions = { address, token, names: [hostname(), ...names].map((name) => name.toLowerCase()) }
  const shown = { board, metrics: new Metrics(), clusterId, changes: changers(guard) }
  const server = listen(address, async (request, port) => {
    try {
      return refusal(request, guard) ?? (await answer(request, hostAndPort(address.host, port), shown))
    } catch (error) {
      log.error(`HTTP ${request.method}: ${error instanceof Error ? error.stack : error}`)
      return connectError(500, 'a bug in redkite; its log says more')
    }
  })
  const port = server.port!
  log.info(`http://${hostAndPort(address.host, port)} shows how it runs; /metrics, /readyz and Connect's REST too`)
  if (!address.isLoopback && token === undefined) {
    log.info('it can be read from other machines; to pause and restart sinks from there, give --http-token-file')
  }
  return { port, close: () => server.stop(true) }
}

function listen(address: Address, serve: (request: Request, port: number) => Promise<Response>) {
  try {
    return Bun.serve({
      hostname: address.host,
      port: address.port,
      development: false,
      maxRequestBodySize: bodyBytesMax,
      idleTimeout: idleTimeoutSeconds,
      fetch: (request, server) => serve(request, server.port!),
    })
  } catch (error) {
    const isTaken = (error as { code?: string }).code === 'EADDRINUSE'
    const why = isTaken ? 'the port is taken' : systemReason(error)
    throw failure('HTTP_LISTEN_FAILED', hostAndPort(address.host, address.port), why)
  }
}

interface Shown {
  readonly board: Board
  readonly metrics: Metrics
  readonly clusterId: () => Promise<string | undefined>
  readonly changes: Changers
}

async function answer(request: Request, worker: string, shown: Shown): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url)
  const { method } = request
  const own = ownPaths[pathname]
  if (own !== undefined) {
    return method === 'GET' || method === 'HEAD' ? await own(shown, request) : notAllowed(['GET', 'HEAD'])
  }
  const path = decodedPath(pathname)
  if (path === undefined) return connectError(400, 'HTTP 400 Bad Request')
  return await connectAnswer({ method, path, query: searchParams, worker }, shown.board)
}

const ownPaths: Record<string, (shown: Shown, request: Request) => Response | Promise<Response>> = {
  '/': async ({ clusterId }, request) =>
    request.headers.get('accept')?.includes('text/html')
      ? pageAnswer()
      : json({ version, commit: 'unknown', kafka_cluster_id: (await clusterId()) ?? null }),
  '/status': async ({ board, changes }) => json(await statusOf(board, changes)),
  '/metrics': async ({ board, metrics }) => {
    const sinks = (await board.view()).map(({ info, state, tasks }) => ({ name: info.name, state, tasks }))
    return text(await metrics.text(sinks), metrics.contentType)
  },
  '/healthz': () => text('ok\n'),
  '/readyz': async ({ board }) => {
    const whys = await unready(board)
    return whys.length === 0 ? text('ready\n') : text(`${whys.join('\n')}\n`, undefined, 503)
  },
  // Connect's own, since 3.9.
  '/health': async ({ board }) => {
    const whys = await unready(board)
    return whys.length === 0
      ? json({ status: 'healthy', message: 'Worker has completed startup and is ready to handle requests.' })
      : json({ status: 'starting', message: whys.join('; ') }, 503)
  },
}

/** Without the slash that may stand at its end. */
function decodedPath(pathname: string): string[] | undefined {
  try {
    return pathname
      .replace(/^\/|\/$/g, '')
      .split('/')
      .map(decodeURIComponent)
  } catch {
    return undefined
  }
}
