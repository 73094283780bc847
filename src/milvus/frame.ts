/**
 * Stands in for the serialized Buffer. grpc-js asks a message for its `length`, allocates the frame it sends, and has the message `copy`
 * itself in behind the 5-byte header: so columns are written into the frame directly, with no buffer between.
 */

import { failure, type RedkiteError } from '../errors/errors.ts'
import type { WriteRequest } from './request.ts'

export class Frame {
  /** An encoder that broke its word on its size; gRPC would only say that the call failed. */
  bug: RedkiteError | undefined

  constructor(private readonly request: WriteRequest) {}

  get length(): number {
    return this.request.bytes
  }

  copy(out: Uint8Array, at: number): number {
    let end = at
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
}

/** What grpc-js is given as serializer. */
export function frameOf(frame: Frame): Buffer {
  return frame as unknown as Buffer
}
