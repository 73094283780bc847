/**
 * A TCP proxy on loopback that misbehaves on demand: what a bad network does between redkite and Kafka or Milvus. It starts transparent;
 * heal() makes it so again for connections to come and those still open.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface LostAnswer {
  /** Bytes of the client that must have reached the server first: choose more than a keep-alive and less than the request. */
  readonly requestBytesMin: number
  /** Bytes of the server to swallow before the cut; gRPC's window updates are 13 bytes each, an answer is over 60. */
  readonly answerBytesMin?: number
}

export async function startProxy(target: { host: string; port: number }): Promise<FaultyProxy> {
  const proxy = new FaultyProxy(target)
  await proxy.listen()
  return proxy
}

export class FaultyProxy {
  readonly host = '127.0.0.1'
  /** Connections accepted so far. */
  accepted = 0
  /** Answers that were lost on purpose so far. */
  lostAnswers = 0
  private readonly server: Server
  private readonly links = new Set<Link>()
  private refusing = false
  private silent = false
  private bytesPerSecond = Number.POSITIVE_INFINITY
  private delayMs = 0
  private armed: Required<LostAnswer> | undefined

  constructor(private readonly target: { host: string; port: number }) {
    this.server = createServer((client) => this.accept(client))
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(0, this.host, resolve)
      this.server.unref()
    })
  }

  get port(): number {
    return (this.server.address() as { port: number }).port
  }

  get open(): number {
    return this.links.size
  }

  /** Resets every connection, and each new one at once. */
  cut(): void {
    this.refusing = true
    this.resetAll()
  }

  /** Resets every connection once; new ones work. */
  resetAll(): void {
    for (const link of this.links) {
      link.reset()
    }
  }

  /** Keeps connections open, accepts new ones, and passes nothing on in either direction. What came meanwhile is passed on after heal(). */
  blackhole(): void {
    this.silent = true
    this.turnTaps()
  }

  /** Each direction of each connection gets this rate, and each piece waits this long. */
  slow(options: { bytesPerSecond?: number; delayMs?: number }): void {
    this.bytesPerSecond = options.bytesPerSecond ?? Number.POSITIVE_INFINITY
    this.delayMs = options.delayMs ?? 0
  }

  /** Once: lets a request through to the server, swallows the answer and resets the connection. The client cannot know what happened. */
  loseNextAnswer({ requestBytesMin, answerBytesMin = 60 }: LostAnswer): void {
    this.armed = { requestBytesMin, answerBytesMin }
    for (const link of this.links) {
      link.countAnew()
    }
  }

  heal(): void {
    this.refusing = false
    this.silent = false
    this.disarm()
    this.slow({})
    this.turnTaps()
  }

  async close(): Promise<void> {
    this.resetAll()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private disarm(): void {
    this.armed = undefined
    for (const link of this.links) {
      link.resetIfHoled()
    }
  }

  private turnTaps(): void {
    for (const link of this.links) {
      link.turn(!this.silent)
    }
  }

  private accept(client: Socket): void {
    this.accepted++
    if (this.refusing) {
      client.resetAndDestroy()
      return
    }
    const link = new Link(client, connect(this.target.port, this.target.host), {
      pauseMs: (bytes) => this.delayMs + (bytes / this.bytesPerSecond) * 1000,
      armed: () => this.armed,
      answerLost: () => {
        this.disarm()
        this.lostAnswers++
      },
      closed: () => this.links.delete(link),
    })
    this.links.add(link)
    link.turn(!this.silent)
  }
}

interface Rules {
  pauseMs(bytes: number): number
  armed(): Required<LostAnswer> | undefined
  answerLost(): void
  closed(): void
}

/** A client's connection and the one to the server that belongs to it. */
class Link {
  private requestBytes = 0
  private answerBytes = 0
  private flowing = true
  private ended = false
  /** Bytes of an answer were swallowed: the connection must not go on with a hole in it. */
  private holed = false
  /** What waits to be passed on, by the socket that it came from. */
  private readonly held = new Map<Socket, Buffer[]>()

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly rules: Rules,
  ) {
    this.pump(client, server, (bytes) => {
      this.requestBytes += bytes
      return true
    })
    this.pump(server, client, (bytes) => this.mayAnswer(bytes))
  }

  countAnew(): void {
    this.requestBytes = 0
    this.answerBytes = 0
  }

  resetIfHoled(): void {
    if (this.holed) this.reset()
  }

  /** Stopped, bytes wait in the sockets' buffers. */
  turn(flowing: boolean): void {
    this.flowing = flowing
    for (const socket of [this.client, this.server]) {
      flowing && !this.held.has(socket) ? socket.resume() : socket.pause()
    }
  }

  reset(): void {
    if (!this.ended) {
      this.ended = true
      this.client.resetAndDestroy()
      this.server.resetAndDestroy()
      this.rules.closed()
    }
  }

  private mayAnswer(bytes: number): boolean {
    const armed = this.rules.armed()
    if (!armed || this.requestBytes < armed.requestBytesMin) {
      return true
    }
    this.answerBytes += bytes
    this.holed = true
    if (this.answerBytes >= armed.answerBytesMin) {
      this.rules.answerLost()
      this.reset()
    }
    return false
  }

  private pump(from: Socket, to: Socket, allow: (bytes: number) => boolean): void {
    from.setNoDelay(true)
    from.on('data', (chunk: Buffer) => {
      if (!allow(chunk.length)) {
        return
      }
      // What comes behind a chunk that is held back stays behind it, whatever the weather is by then: a network loses and delays, but TCP keeps the order.
      const held = this.held.get(from)
      if (held !== undefined) {
        held.push(chunk)
        return
      }
      const pauseMs = this.rules.pauseMs(chunk.length)
      if (pauseMs > 0) {
        const chunks = [chunk]
        this.held.set(from, chunks)
        from.pause()
        setTimeout(() => {
          this.held.delete(from)
          for (const each of chunks) this.forward(from, to, each)
        }, pauseMs)
      } else {
        this.forward(from, to, chunk)
      }
    })
    from.on('end', () => to.end())
    from.on('error', () => this.reset())
    from.on('close', () => this.reset())
  }

  private forward(from: Socket, to: Socket, chunk: Buffer): void {
    if (this.ended) {
      return
    }
    const goOn = () => this.flowing && !this.ended && from.resume()
    if (to.write(chunk)) {
      goOn()
    } else {
      from.pause()
      to.once('drain', goOn)
    }
  }
}
