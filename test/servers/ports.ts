/**
 * Free ports on loopback. They are drawn from below the range that the system hands to outgoing connections: a server must get its port
 * back at a restart, and meanwhile nobody else may have been given it.
 */
import { createServer } from 'node:net'

const first = 15_000
const last = 32_000
const given = new Set<number>()

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = first + Math.floor(Math.random() * (last - first))
    if (!given.has(port) && (await canListen(port))) {
      given.add(port)
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

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    // Without a host: Milvus listens on every address, so the port must be free on every one.
    probe.listen(port, () => probe.close(() => resolve(true)))
  })
}
