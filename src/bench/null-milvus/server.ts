/**
 * The null Milvus in a process of its own: says its port, its counts for each line `counts`, and ends when there are no more lines.
 * Everything it answers besides row counts comes ready-made from start.ts.
 */

import { writeVarint } from '../../columns/wire.ts'
import { Connection, type Service } from './connection.ts'

export interface NullMilvusSetup {
  readonly delayMs: number
  /** Encoded answers by method name, in base64. */
  readonly answers: Record<string, string>
}

export interface NullMilvusCounts {
  rows: number
  requests: number
  /** Of the requests' messages. */
  bytes: number
  /** CPU that the server itself has used. */
  cpuMs: number
  /** When the first and the last request since the counts were last asked for were answered, in Unix time, and the first one's rows. */
  firstMs: number
  lastMs: number
  firstRows: number
}

export async function serveNullMilvus(
  setup: NullMilvusSetup,
  lines: AsyncIterable<string>,
  say: (line: string) => void,
): Promise<void> {
  const answers = new Map(
    Object.entries(setup.answers).map(([method, answer]) => [method, Buffer.from(answer, 'base64')]),
  )
  const counts = { rows: 0, requests: 0, bytes: 0, firstMs: 0, lastMs: 0, firstRows: 0 }
  const service: Service = {
    delayMs: setup.delayMs,
    answer: (method) => answers.get(method),
    written(method, rows, bytes) {
      counts.rows += rows
      counts.requests++
      counts.bytes += bytes
      counts.lastMs = performance.timeOrigin + performance.now()
      if (counts.firstMs === 0) {
        counts.firstMs = counts.lastMs
        counts.firstRows = rows
      }
      return mutationResult(method, rows)
    },
  }
  const listener = Bun.listen<Connection>({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open(socket) {
        socket.setNoDelay(true)
        socket.data = new Connection(
          { write: (bytes) => void socket.write(bytes), end: () => void socket.end() },
          service,
        )
      },
      data(socket, chunk) {
        socket.data.receive(chunk)
      },
    },
  })
  say(String(listener.port))
  for await (const line of lines) {
    if (line !== 'counts') break
    const { user, system } = process.cpuUsage()
    say(JSON.stringify({ ...counts, cpuMs: (user + system) / 1000 } satisfies NullMilvusCounts))
    counts.firstMs = 0
  }
}

/** `MutationResult` with an empty status; an upsert counts as insert and delete too, as in 2.3.5. */
function mutationResult(method: string, rows: number): Uint8Array {
  const bytes = new Uint8Array(32)
  bytes[0] = 0x0a
  let at = 2
  const fields = method === 'Upsert' ? [6, 7, 8] : [6]
  for (const field of fields) {
    bytes[at++] = field * 8
    at = writeVarint(bytes, at, rows)
  }
  return bytes.subarray(0, at)
}
