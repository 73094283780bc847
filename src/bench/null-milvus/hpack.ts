/**
 * As much of HPACK (RFC 7541) as it takes to know which method a request calls: header blocks are read whole, because later ones refer
 * to what earlier ones put into the table, but only `:path` is kept. (A table of size 0 would spare us this; Bun's client does not heed
 * the setting.)
 */

/** Index of `:path` in the static table (appendix A). */
const pathIndex = 4
const staticEntries = 61
const tableBytesDefault = 4096
/** What an entry costs besides its name and value (section 4.1). */
const entryBytes = 32

/** Lengths of the static table's names, from index 1 on: what an entry with such a name takes. */
const staticNameBytes = [
  10, 7, 7, 5, 5, 7, 7, 7, 7, 7, 7, 7, 7, 7, 14, 15, 15, 13, 6, 27, 3, 5, 13, 13, 19, 16, 16, 14, 16, 13, 12, 6, 4, 4,
  6, 7, 4, 4, 8, 17, 13, 8, 19, 13, 4, 8, 12, 18, 19, 5, 7, 7, 11, 6, 10, 25, 17, 10, 4, 3, 16,
]

interface Entry {
  readonly isPath: boolean
  readonly nameBytes: number
  readonly value: string
}

/** One a connection. */
export class HeaderTable {
  /** Newest first. */
  private readonly entries: Entry[] = []
  private bytes = 0
  private bytesMax = tableBytesDefault

  /** The `:path` of the next header block. */
  pathOf(block: Uint8Array): string {
    const reader = new BlockReader(block)
    let path = ''
    while (!reader.done) {
      const first = reader.peek
      if (first >= 0x80) {
        const entry = this.entries[reader.integer(7) - staticEntries - 1]
        if (entry?.isPath) path = entry.value
      } else if (first >= 0x20 && first < 0x40) {
        this.bytesMax = reader.integer(5)
        this.evict()
      } else {
        const entry = this.literal(reader, first >= 0x40 ? 6 : 4)
        if (entry.isPath) path = entry.value
        if (first >= 0x40) this.add(entry)
      }
    }
    return path
  }

  private literal(reader: BlockReader, indexBits: number): Entry {
    const index = reader.integer(indexBits)
    const known = index > staticEntries ? this.entries[index - staticEntries - 1] : undefined
    // gRPC's C library writes the name out at first.
    const name = index === 0 ? reader.string() : undefined
    const nameBytes = known?.nameBytes ?? name?.length ?? staticNameBytes[index - 1]!
    const isPath = known?.isPath ?? (name === undefined ? index === pathIndex : name === ':path')
    return { isPath, nameBytes, value: reader.string() }
  }

  private add(entry: Entry): void {
    this.entries.unshift(entry)
    this.bytes += sizeOf(entry)
    this.evict()
  }

  private evict(): void {
    while (this.bytes > this.bytesMax) this.bytes -= sizeOf(this.entries.pop()!)
  }
}

function sizeOf({ nameBytes, value }: Entry): number {
  return nameBytes + value.length + entryBytes
}

class BlockReader {
  private at = 0

  constructor(private readonly block: Uint8Array) {}

  get peek(): number {
    return this.block[this.at]!
  }

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

  string(): string {
    const coded = this.peek >= 0x80
    const length = this.integer(7)
    const bytes = this.block.subarray(this.at, this.at + length)
    this.at += length
    return coded ? unpack(bytes) : Buffer.from(bytes).toString('latin1')
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

/** Bit by bit: a request has a few dozen coded characters that are not in the table already. */
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
