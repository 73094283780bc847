/**
 * A request as gRPC sends it: five bytes, then the message, which writes itself there from its columns with no buffer between.
 *
 * grpc-js would take a message as a Buffer and copy it into a new one for each request. So it is given the Frame itself, and the filter of the
 * channel that would make that copy, which `writesFrames` wraps, asks the Frame for its bytes instead.
 */

import type { Client } from '@grpc/grpc-js'
import { failure, type RedkiteError } from '../errors/errors.ts'
import type { FrameMemory } from './frame-memory.ts'
import type { WriteRequest } from './request.ts'

/** Whether the message is compressed, and its length. */
const headBytes = 5

export class Frame {
  /** An encoder that broke its word on its size; gRPC would only say that the call failed. */
  bug: RedkiteError | undefined
  #block: ArrayBuffer | undefined

  constructor(
    private readonly request: WriteRequest,
    private readonly memory: FrameMemory,
  ) {}

  /** What goes out. Once for a request; may throw. */
  write(): Buffer {
    const { kind, bytes } = this.request
    this.#block = this.memory.take(headBytes + bytes)
    const out = Buffer.from(this.#block, 0, headBytes + bytes)
    out[0] = 0
    out.writeUInt32BE(bytes, 1)
    let end: number
    try {
      end = this.request.encode(out, headBytes)
    } catch (error) {
      this.bug = failure('INTERNAL', `a ${kind} could not be encoded: ${(error as Error).message}`)
      throw this.bug
    }
    if (end - headBytes !== bytes) {
      this.bug = failure('INTERNAL', `a ${kind} of ${bytes} bytes was encoded in ${end - headBytes}`)
      throw this.bug
    }
    return out
  }

  /** Its memory may be used again: Milvus has answered for every row, and so must have got every byte. */
  release(): void {
    if (this.#block !== undefined) this.memory.giveBack(this.#block)
    this.#block = undefined
  }
}

/** What grpc-js is given as serializer. */
export function frameOf(frame: Frame): Buffer {
  return frame as unknown as Buffer
}

interface Message {
  readonly message: Buffer | Frame
  readonly flags?: number
}

interface Filter {
  sendMessage(message: Promise<Message>): Promise<Message>
}

/** What grpc-js' types hide of a channel. */
interface HiddenChannel {
  readonly internalChannel: {
    readonly filterStackFactory: { readonly factories: { createFilter(): Filter }[] }
  }
}

const channels = new WeakSet<Client>()

/** Has a channel take frames as they are, besides messages. */
export function writesFrames(client: Client): Client {
  if (channels.has(client)) return client
  channels.add(client)
  const { filterStackFactory } = (client.getChannel() as unknown as HiddenChannel).internalChannel
  // The only filter there is: it puts messages into frames, and compresses them where that is asked for.
  const [framing] = filterStackFactory.factories
  filterStackFactory.factories[0] = { createFilter: () => withFrames(framing!.createFilter()) }
  return client
}

function withFrames(filter: Filter): Filter {
  const sendMessage = filter.sendMessage.bind(filter)
  filter.sendMessage = async (sent) => {
    const { message, flags } = await sent
    if (!(message instanceof Frame)) return sendMessage(sent)
    return { message: message.write(), ...(flags === undefined ? {} : { flags }) }
  }
  return filter
}
