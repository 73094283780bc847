/**
 * So that two runs of cron do not overlap: one lock for each sink, which the kernel gives back however the process ends.
 *
 * By default the lock is a name in Linux's abstract socket space. It is no file: it needs no folder that can be written, and nothing is left behind,
 * not even after SIGKILL. It is seen by all processes of the machine, or of the container. `--lock-file` takes a file instead, for runs in several
 * containers that share a folder.
 */
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { failure } from '../errors/errors.ts'

export interface RunLock {
  release(): void
}

/** Resolves when the lock of each name is held; rejects with ALREADY_RUNNING when somebody has one, and holds none. */
export async function lockNames(names: readonly LockName[]): Promise<RunLock> {
  const servers: Server[] = []
  const release = () => {
    for (const server of servers) server.close()
  }
  try {
    // In one order for all, or two runs of the same sinks could refuse each other.
    for (const name of [...names].sort((a, b) => (a.key < b.key ? -1 : 1))) servers.push(await bind(name))
  } catch (error) {
    release()
    throw error
  }
  return { release }
}

export interface LockName {
  /** Whose run it is, for the message. */
  readonly sink: string
  readonly key: string
}

/** The group on its cluster is what two runs would share; the sink's name is what a person knows it by. */
export function lockName(sink: string, bootstrap: string, group: string): LockName {
  return { sink, key: createHash('sha256').update(`${bootstrap}\0${group}`).digest('hex').slice(0, 32) }
}

function bind({ sink, key }: LockName): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.on('error', (error: NodeJS.ErrnoException) => {
      const isHeld = error.code === 'EADDRINUSE'
      reject(isHeld ? failure('ALREADY_RUNNING', sink) : failure('LOCK_IMPOSSIBLE', sink, error.code ?? String(error)))
    })
    server.listen(`\0redkite-run-${key}`, () => resolve(server))
    server.unref()
  })
}
