/** A server as `--http` starts it, over sinks of the test. */
import { Secret } from '../../src/config/secret.ts'
import { parseAddress } from '../../src/http/address.ts'
import { Board, type SinkInfo } from '../../src/http/board.ts'
import { serveHttp } from '../../src/http/server.ts'
import { createLog } from '../../src/ops/log.ts'

export interface Served extends AsyncDisposable {
  readonly board: Board
  readonly log: readonly string[]
  ask(path: string, init?: RequestInit): Promise<Response>
}

export function sinkInfo(name: string, more: Partial<SinkInfo> = {}): SinkInfo {
  return { name, config: { name, topics: 'orders' }, topics: 'orders', collection: 'orders', tasksMax: 1, ...more }
}

interface ServedOptions {
  readonly address?: string
  readonly token?: string
  readonly names?: readonly string[]
  readonly clusterId?: () => Promise<string | undefined>
}

export function serve(
  infos: readonly SinkInfo[],
  { address = '127.0.0.1:0', token, names = [], clusterId = async () => undefined }: ServedOptions = {},
): Served {
  const lines: string[] = []
  const log = createLog({ write: (line) => lines.push(line), now: () => new Date() })
  const board = new Board(infos, log)
  const secret = token === undefined ? undefined : new Secret(token)
  const options = { address: parseAddress(address), token: secret, names, clusterId }
  const server = serveHttp(options, board, log)
  return {
    board,
    log: lines,
    ask: (path, init = {}) => fetch(`http://127.0.0.1:${server.port}${path}`, init),
    [Symbol.asyncDispose]: () => server.close(),
  }
}
