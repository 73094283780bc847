/**
 * A 64-bit hash in two 32-bit halves, made word by word: BigInt would cost more than the hash. Both halves take each word, in the way of
 * MurmurHash3's 128-bit variant for 32-bit machines; it tells rows apart and defends against nobody.
 */
export class Hash64 {
  high = 0
  low = 0
  #words = 0

  begin(): void {
    this.high = 0x3c6ef372 | 0
    this.low = 0x1b873593 | 0
    this.#words = 0
  }

  addWord(word: number): void {
    this.#words++
    const high = step(this.high, word, 0x239b961b, 0xab0e9789, 19, this.low, 0x561ccd1b)
    this.low = step(this.low, word, 0x38b34ae5, 0xa1e38b93, 13, high, 0x32ac3b17)
    this.high = high
  }

  /** With their number: no two lists of byte strings run into one another. */
  addBytes(view: DataView, from: number, to: number): void {
    let { high, low } = this
    let at = from
    for (const last = to - 3; at < last; at += 4) {
      const word = view.getInt32(at, true)
      high = step(high, word, 0x239b961b, 0xab0e9789, 19, low, 0x561ccd1b)
      low = step(low, word, 0x38b34ae5, 0xa1e38b93, 13, high, 0x32ac3b17)
    }
    this.high = high
    this.low = low
    this.#words += (to - from) >> 2
    let rest = 0
    for (let shift = 0; at < to; at++, shift += 8) rest |= view.getUint8(at) << shift
    this.addWord(rest)
    this.addWord(to - from)
  }

  end(): void {
    let high = this.high ^ this.#words
    let low = this.low ^ this.#words
    high = (high + low) | 0
    low = (low + high) | 0
    high = avalanche(high)
    low = avalanche(low)
    this.high = (high + low) | 0
    this.low = (low + this.high) | 0
  }
}

function step(half: number, word: number, a: number, b: number, bits: number, other: number, add: number): number {
  const mixed = half ^ Math.imul(rotate(Math.imul(word, a), 15), b)
  return (Math.imul((rotate(mixed, bits) + other) | 0, 5) + add) | 0
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

function avalanche(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
