/**
 * The server's side of an HTTP/2 connection, cut to what costs next to nothing: frames are found in the bytes as they come, payloads of
 * Insert and Upsert are jumped over, everything else is answered with bytes made beforehand. For a client in its right mind on
 * loopback, not for the world. RFC 9113.
 */

import { HeaderTable } from './hpack.ts'
import { MessageWalker } from './message.ts'

export interface Wire {
  write(bytes: Uint8Array): void
  /** The connection is of no use any more. */
  end(): void
}

export interface Service {
  /** Body of the answer to a method that carries no rows; undefined when there is no such method. */
  answer(method: string): Uint8Array | undefined
  /** Body of the answer to an Insert or Upsert; it has been counted. */
  written(method: string, rows: number, bytes: number): Uint8Array
  /** How long Insert and Upsert take. */
  readonly delayMs: number
}

const Frame = { Data: 0, Headers: 1, ResetStream: 3, Settings: 4, Ping: 6, GoAway: 7, WindowUpdate: 8, Continuation: 9 }
const endStream = 0x1
const acknowledge = 0x1
const endHeaders = 0x4
const padded = 0x8
const withPriority = 0x20

const prefaceBytes = 24
const frameHeaderBytes = 9
const windowMax = 0x7fffffff
/** The connection's window is topped up each time so much of it is used. */
const windowStepBytes = 256 * 1024 * 1024

interface Stream {
  readonly method: string
  readonly walker: MessageWalker | undefined
}

export class Connection {
  private readonly headerTable = new HeaderTable()
  private readonly streams = new Map<number, Stream>()
  private skip = prefaceBytes
  private readonly header = new Uint8Array(frameHeaderBytes)
  private headerBytes = 0
  /** Of the frame that is coming in. */
  private left = 0
  private type = 0
  private flags = 0
  private streamId = 0
  private stream: Stream | undefined
  private inFrame = false
  private payload: Uint8Array[] = []
  private windowUsedBytes = 0

  constructor(
    private readonly wire: Wire,
    private readonly service: Service,
  ) {
    // MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE
    const settings = [...setting(3, 1000), ...setting(4, windowMax)]
    wire.write(frame(Frame.Settings, 0, 0, new Uint8Array(settings)))
    wire.write(windowUpdate(windowMax - 65_535))
  }

  receive(chunk: Uint8Array): void {
    let at = 0
    const end = chunk.length
    while (at < end) {
      if (this.skip > 0) {
        const jump = Math.min(this.skip, end - at)
        this.skip -= jump
        at += jump
        continue
      }
      if (!this.inFrame) {
        const take = Math.min(frameHeaderBytes - this.headerBytes, end - at)
        for (let i = 0; i < take; i++) this.header[this.headerBytes + i] = chunk[at + i]!
        this.headerBytes += take
        at += take
        if (this.headerBytes < frameHeaderBytes) return
        this.begin()
        if (this.left > 0) continue
        this.finish()
        continue
      }
      const take = Math.min(this.left, end - at)
      if (this.type === Frame.Data) this.stream?.walker?.push(chunk, at, at + take)
      else this.payload.push(chunk.slice(at, at + take))
      this.left -= take
      at += take
      if (this.left === 0) this.finish()
    }
  }

  private begin(): void {
    const header = this.header
    this.headerBytes = 0
    this.left = (header[0]! << 16) | (header[1]! << 8) | header[2]!
    this.type = header[3]!
    this.flags = header[4]!
    this.streamId = ((header[5]! & 0x7f) << 24) | (header[6]! << 16) | (header[7]! << 8) | header[8]!
    this.inFrame = true
    if (this.type !== Frame.Data) return
    this.stream = this.streams.get(this.streamId)
    this.windowUsedBytes += this.left
    if (this.windowUsedBytes >= windowStepBytes) {
      this.wire.write(windowUpdate(this.windowUsedBytes))
      this.windowUsedBytes = 0
    }
  }

  private finish(): void {
    this.inFrame = false
    switch (this.type) {
      case Frame.Headers:
        this.open()
        break
      case Frame.Data:
        break
      case Frame.Settings:
        if (!(this.flags & acknowledge)) this.wire.write(frame(Frame.Settings, acknowledge, 0, new Uint8Array(0)))
        break
      case Frame.Ping:
        if (!(this.flags & acknowledge)) this.wire.write(frame(Frame.Ping, acknowledge, 0, this.takePayload()))
        break
      case Frame.ResetStream:
        this.streams.delete(this.streamId)
        break
      case Frame.GoAway:
        this.wire.end()
        break
      case Frame.Continuation:
        throw new RangeError('a header block in several frames')
    }
    this.payload = []
    if ((this.type === Frame.Data || this.type === Frame.Headers) && this.flags & endStream) this.answer(this.streamId)
  }

  private open(): void {
    if (!(this.flags & endHeaders) || this.flags & padded) throw new RangeError('a header frame of an unusual kind')
    const payload = this.takePayload()
    const path = this.headerTable.pathOf(this.flags & withPriority ? payload.subarray(5) : payload)
    const method = path.slice(path.lastIndexOf('/') + 1)
    const carriesRows = method === 'Insert' || method === 'Upsert'
    this.streams.set(this.streamId, { method, walker: carriesRows ? new MessageWalker() : undefined })
  }

  private answer(streamId: number): void {
    const stream = this.streams.get(streamId)
    if (!stream) return
    this.streams.delete(streamId)
    const { method, walker } = stream
    const body = walker ? this.service.written(method, walker.numRows, walker.bytes) : this.service.answer(method)
    const bytes = body ? success(streamId, body) : unimplemented(streamId)
    if (walker && this.service.delayMs > 0) setTimeout(() => this.wire.write(bytes), this.service.delayMs)
    else this.wire.write(bytes)
  }

  private takePayload(): Uint8Array {
    return this.payload.length === 1 ? this.payload[0]! : Buffer.concat(this.payload)
  }
}

function setting(id: number, value: number): number[] {
  return [id >> 8, id & 0xff, (value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]
}

function windowUpdate(bytes: number): Uint8Array {
  const payload = new Uint8Array(4)
  new DataView(payload.buffer).setUint32(0, bytes)
  return frame(Frame.WindowUpdate, 0, 0, payload)
}

function frame(type: number, flags: number, streamId: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(frameHeaderBytes + payload.length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, payload.length >> 8)
  bytes[2] = payload.length & 0xff
  bytes[3] = type
  bytes[4] = flags
  view.setUint32(5, streamId)
  bytes.set(payload, frameHeaderBytes)
  return bytes
}

/** `:status: 200` is entry 8 of the static table, `content-type` entry 31. */
const responseHeaders = Buffer.concat([Buffer.from([0x88, 0x0f, 0x10]), literal('application/grpc')])

function success(streamId: number, body: Uint8Array): Uint8Array {
  const message = new Uint8Array(5 + body.length)
  new DataView(message.buffer).setUint32(1, body.length)
  message.set(body, 5)
  return Buffer.concat([
    frame(Frame.Headers, endHeaders, streamId, responseHeaders),
    frame(Frame.Data, 0, streamId, message),
    frame(Frame.Headers, endHeaders | endStream, streamId, grpcStatus('0')),
  ])
}

function unimplemented(streamId: number): Uint8Array {
  const headers = Buffer.concat([responseHeaders, grpcStatus('12')])
  return frame(Frame.Headers, endHeaders | endStream, streamId, headers)
}

function grpcStatus(status: string): Uint8Array {
  return Buffer.concat([Buffer.from([0x00]), literal('grpc-status'), literal(status)])
}

function literal(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])
}
