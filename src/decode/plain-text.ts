import type { PlainConverterSettings } from '../config/converters.ts'
import { failure, type RedkiteError } from '../errors/errors.ts'
import { reason } from './json/reason.ts'
import type { RecordText } from './record-text.ts'

const encoder = new TextEncoder()
/** A byte order mark is part of a text, as it is for Connect's StringConverter. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** What scanners may read and write behind the text. */
const roomBytes = 64

/** Values without fields as JSON: a text, a number, true or false. Bytes are taken for text. */
export class PlainText implements RecordText {
  bytes = new Uint8Array(256)
  length = 0
  #error: RedkiteError | undefined

  constructor(
    readonly converter: PlainConverterSettings,
    /** For messages. */
    readonly what: string,
  ) {}

  write(bytes: Uint8Array, start: number, end: number): number {
    const value = this.#read(bytes.subarray(start, end))
    if (value === undefined) return reason.record
    const json = typeof value === 'bigint' ? value.toString() : JSON.stringify(value)
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    if (json.length * 3 + roomBytes > this.bytes.length) this.bytes = new Uint8Array(json.length * 3 + roomBytes)
    this.length = encoder.encodeInto(json, this.bytes).written
    return 0
  }

  failure(): RedkiteError {
    return this.#error!
  }

  #read(bytes: Uint8Array): string | number | bigint | boolean | undefined {
    const { converter } = this
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    switch (converter.kind) {
      case 'string':
      case 'bytes':
        try {
          return decoder.decode(bytes)
        } catch {
          return this.#refuse('it is not UTF-8')
        }
      case 'boolean':
        if (bytes.length === 1 && bytes[0]! <= 1) return bytes[0] === 1
        return this.#refuse(`true and false are one byte, 1 or 0; it has ${bytes.length} bytes`)
      case 'number':
        if (bytes.length !== converter.bytes) return this.#refuseSize(converter.bytes, bytes.length)
        if (converter.bytes === 8) return view.getBigInt64(0)
        return converter.bytes === 4 ? view.getInt32(0) : view.getInt16(0)
      case 'float': {
        if (bytes.length !== converter.bytes) return this.#refuseSize(converter.bytes, bytes.length)
        const value = converter.bytes === 8 ? view.getFloat64(0) : view.getFloat32(0)
        return Number.isFinite(value) ? value : this.#refuse('it is no finite number')
      }
    }
  }

  #refuseSize(want: number, got: number): undefined {
    return this.#refuse(`its numbers have ${want} bytes, it has ${got}`)
  }

  #refuse(why: string): undefined {
    this.#error = failure('PLAIN_UNREADABLE', this.what, why)
    return undefined
  }
}
