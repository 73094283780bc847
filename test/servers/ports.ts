/**
 * Free ports on loopback. They are drawn from below the range that the system hands to outgoing connections: a server must get its port
 * back at a restart, and meanwhile nobody else may have been given it, in whatever process.
 */
import { createServer } from 'node:net'

const first = 15_000
const last = 32_000

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = first + Math.floor(Math.random() * (last - first))
    if (claim(port) && (await canListen(port))) {
      return port
    }
  }
  throw new Error(`no free port between ${first} and ${last}`)
}

export async function freePorts<Name extends string>(...names: Name[]): Promise<Record<Name, number>> {
  const ports = {} as Record<Name, number>
  for (const name of names) {
    ports[name] = await freePort()
  }
  return ports
}

/**
 * Takes the port until this process ends, whether somebody listens to it or not. Who has it is a socket with a name in the kernel's own
 * list, which has no two of one name and forgets those of a dead process: nothing lies about, nothing has to be swept away.
 */
function claim(port: number): boolean {
  try {
    Bun.listen({ unix: `\0redkite-tests-port-${port}`, socket: { data() {} } }).unref()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      return false
    }
    throw error
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    // Without a host: Milvus listens on every address, so the port must be free on every one.
    probe.listen(port, () => probe.close(() => resolve(true)))
  })
}
