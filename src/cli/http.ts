/** `--http`: from its options to a server that shows the sinks of a run. Loaded only when it is asked for. */
import { readFileSync } from 'node:fs'
import { Secret } from '../config/secret.ts'
import type { Setup } from '../config/setup.ts'
import { failure } from '../errors/errors.ts'
import { systemReason } from '../errors/system.ts'
import { parseAddress } from '../http/address.ts'
import { Board, type SinkInfo } from '../http/board.ts'
import { serveHttp } from '../http/server.ts'
import { ClusterId } from '../kafka/cluster-id.ts'
import type { Log } from '../ops/log.ts'
import type { RunningSink } from '../sink/running.ts'
import type { Io } from './io.ts'

export interface HttpFlags {
  /** A port, or HOST:PORT. */
  readonly http: string
  readonly tokenFile: string | undefined
  readonly names: readonly string[]
}

/** Which sinks there are and how they end is for the run to say. */
export interface Shown {
  /** These sinks run now, with these settings. */
  follow(setup: Setup, sinks: readonly RunningSink[]): void
  ended(sink: RunningSink, error: unknown): void
}

/** Listens from here on, before any sink is open. */
export function openHttp({ http, tokenFile, names }: HttpFlags, setup: Setup, log: Log, { env }: Io): Shown {
  const address = parseAddress(http)
  const token = tokenFile === undefined ? env.REDKITE_HTTP_TOKEN : readToken(tokenFile)
  const board = new Board(infosOf(setup), log)
  const cluster = new ClusterId()
  const { admin } = setup.sinks[0]!
  const clusterId = () => cluster.ask(admin)
  serveHttp({ address, token: token ? new Secret(token) : undefined, names, clusterId }, board, log)
  return {
    follow(setup, sinks) {
      board.plan(infosOf(setup))
      for (const sink of sinks) board.place(sink.name)?.opened(sink)
    },
    ended: (sink, error) => board.place(sink.name)?.ended(error, sink),
  }
}

function infosOf({ sinks, shown }: Setup): SinkInfo[] {
  return sinks.map(({ name, topics, collection, tasksMax }, index) => {
    return { name, config: shown[index]!, topics: topics.text, collection, tasksMax }
  })
}

function readToken(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw failure('HTTP_TOKEN_UNREADABLE', path, systemReason(error))
  }
  const token = text.trim()
  if (token === '' || /\s/.test(token)) throw failure('HTTP_TOKEN_UNREADABLE', path, 'it is no single word')
  return token
}
