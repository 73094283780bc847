/** systemd's end of NOTIFY_SOCKET: what a service tells, as a real datagram socket of Python's receives it. */
import { join } from 'node:path'
import { diesWithParent } from './child.ts'

export interface NotifySocket {
  /** What came so far, each with its lines by name. */
  readonly heard: readonly Readonly<Record<string, string>>[]
  stop(): Promise<void>
}

export async function startNotifySocket(address: string): Promise<NotifySocket> {
  const script = join(import.meta.dir, 'python', 'notify_socket.py')
  const command = [...diesWithParent, 'python3', script, address]
  const child = Bun.spawn(command, { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' })
  const heard: Record<string, string>[] = []
  const listening = Promise.withResolvers<void>()
  const reading = (async () => {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const chunk of child.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop()!
      for (const line of lines) {
        const said = JSON.parse(line) as { listening?: string; datagram?: string }
        if (said.datagram === undefined) listening.resolve()
        else heard.push(linesOf(said.datagram))
      }
    }
    listening.reject(new Error('the notify socket ended by itself'))
  })()
  await listening.promise
  return {
    heard,
    async stop() {
      child.kill()
      await reading
    },
  }
}

function linesOf(datagram: string): Record<string, string> {
  const pairs = datagram
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/=(.*)/s).slice(0, 2))
  return Object.fromEntries(pairs) as Record<string, string>
}
