/**
 * Stands in for the serialized Buffer. grpc-js asks a message for its `length`, allocates the frame it sends, and has the message `copy`
 * itself in behind the 5-byte header: so columns are written into the frame directly, with no buffer between.
 */

import { failure, type RedkiteError } from '../errors/errors.ts'
import type { WriteRequest } from './request.ts'

/** Smaller requests are the collector's. */
const releasedFromBytes = 65_536

export class Frame {
  /** An encoder that broke its word on its size; gRPC would only say that the call failed. */
  bug: RedkiteError | undefined
  /** gRPC's own, that the message went into. */
  private block: ArrayBuffer | undefined

  constructor(private readonly request: WriteRequest) {}

  get length(): number {
    return this.request.bytes
  }

  copy(out: Uint8Array, at: number): number {
    let end = at
    // Small ones may lie in a block with others.
    if (out.length >= releasedFromBytes && out.length === out.buffer.byteLength) this.block = out.buffer as ArrayBuffer
    try {
      end = this.request.encode(out, at)
    } catch (error) {
      this.bug = failure('INTERNAL', `a ${this.request.kind} could not be encoded: ${(error as Error).message}`)
      throw this.bug
    }
    if (end - at !== this.request.bytes) {
      this.bug = failure('INTERNAL', `a ${this.request.kind} of ${this.request.bytes} bytes was encoded in ${end - at}`)
      throw this.bug
    }
    return this.request.bytes
  }

  /**
   * Gives the memory back at once, when Milvus has answered for every row and so must have got every byte. Left to the collector, requests of some
   * megabytes lie about in great number, and each new one has to be made of memory that is cold.
   */
  release(): void {
    this.block?.transfer(0)
    this.block = undefined
  }
}

/** What grpc-js is given as serializer. */
export function frameOf(frame: Frame): Buffer {
  return frame as unknown as Buffer
}
