/**
 * Protobuf's wire format as a server sends it, read in place: columns/wire.ts is the other direction.
 *
 * https://protobuf.dev/programming-guides/encoding/
 */

const WireType = { Varint: 0, Fixed64: 1, Bytes: 2, Fixed32: 5 } as const

/** Walks the fields of a message in place; `next()` says whether one was found, the getters describe it. */
export class WireReader {
  field = 0
  wireType = 0
  /** A varint's value, exact to 2^53; 64-bit negatives come out as they are in two's complement, rounded. */
  value = 0
  /** Where the field's tag lies. */
  tagStart = 0
  /** Content of a length-delimited field. */
  start = 0
  end = 0

  constructor(
    readonly bytes: Uint8Array,
    private at = 0,
    private readonly stop: number = bytes.length,
  ) {}

  next(): boolean {
    if (this.at >= this.stop) return false
    this.tagStart = this.at
    const tag = this.varint()
    this.field = Math.floor(tag / 8)
    this.wireType = tag % 8
    switch (this.wireType) {
      case WireType.Varint:
        this.value = this.varint()
        break
      case WireType.Bytes: {
        const length = this.varint()
        this.start = this.at
        this.end = this.at + length
        this.at = this.end
        break
      }
      case WireType.Fixed64:
        this.at += 8
        break
      case WireType.Fixed32:
        this.at += 4
        break
      default:
        throw new RangeError(`wire type ${this.wireType} at byte ${this.at}`)
    }
    if (this.at > this.stop) throw new RangeError(`the message ends inside field ${this.field}`)
    return true
  }

  text(): string {
    return new TextDecoder().decode(this.bytes.subarray(this.start, this.end))
  }

  /** The content as a message of its own. */
  message(): WireReader {
    return new WireReader(this.bytes, this.start, this.end)
  }

  private varint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      if (this.at >= this.stop) throw new RangeError('the message ends inside a varint')
      const byte = this.bytes[this.at++]!
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 0x80
    }
  }
}
