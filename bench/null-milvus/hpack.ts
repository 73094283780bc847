/**
 * As much of HPACK (RFC 7541) as it takes to know which method a request calls. The server announces a header table of size 0, so no entry
 * of a dynamic table can be meant.
 */

/** Index of `:path` in the static table (appendix A). */
const pathIndex = 4

/** The `:path` of a header block. */
export function pathOf(block: Uint8Array): string {
  const reader = new BlockReader(block)
  while (!reader.done) {
    const first = block[reader.at]!
    if (first >= 0x80) {
      const index = reader.integer(7)
      if (index > 61) throw new RangeError(`header ${index} of a table that was turned off`)
      continue
    }
    if (first >= 0x20 && first < 0x40) {
      reader.integer(5) // a new size of the dynamic table
      continue
    }
    const nameIndex = reader.integer(first >= 0x40 ? 6 : 4)
    if (nameIndex === 0) reader.skipString()
    if (nameIndex === pathIndex) return reader.string()
    reader.skipString()
  }
  throw new RangeError('a request without :path')
}

class BlockReader {
  at = 0

  constructor(private readonly block: Uint8Array) {}

  get done(): boolean {
    return this.at >= this.block.length
  }

  /** An integer whose first byte gives it `bits` bits (section 5.1). */
  integer(bits: number): number {
    const full = (1 << bits) - 1
    let value = this.block[this.at++]! & full
    if (value < full) return value
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.block[this.at++]!
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }

  skipString(): void {
    const length = this.integer(7)
    this.at += length
  }

  string(): string {
    const coded = this.block[this.at]! >= 0x80
    const length = this.integer(7)
    const bytes = this.block.subarray(this.at, this.at + length)
    this.at += length
    return coded ? unpack(bytes) : new TextDecoder().decode(bytes)
  }
}

/**
 * Length in bits of each byte's Huffman code (appendix B), in base 32, 0 to 255. The code is canonical: ordered by length, then by value, so
 * the lengths are all there is to know.
 */
const codeLengths =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad67777777777777777777777878djde6f56565666577666567655677777fbeds' +
  'kmkkmmmnmmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmnqqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq'

const byCode = new Map<string, string>()

function fillCodes(): void {
  const order = Array.from(codeLengths, (digit, value) => ({ value, bits: Number.parseInt(digit, 32) }))
  order.sort((a, b) => a.bits - b.bits || a.value - b.value)
  let code = 0
  let bits = 0
  for (const next of order) {
    code *= 2 ** (next.bits - bits)
    bits = next.bits
    byCode.set(code.toString(2).padStart(bits, '0'), String.fromCharCode(next.value))
    code++
  }
}

/** Slow, and asked once a path: connection.ts remembers what it has seen. */
function unpack(bytes: Uint8Array): string {
  if (byCode.size === 0) fillCodes()
  let text = ''
  let code = ''
  for (const byte of bytes) {
    for (const bit of byte.toString(2).padStart(8, '0')) {
      code += bit
      const char = byCode.get(code)
      if (char === undefined) continue
      text += char
      code = ''
    }
  }
  return text
}
