/** Longer names that come in records are not kept. */
const nameBytesMax = 255

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * The names that a plan knows, found by the bytes of a record's key.
 *
 * Records of a topic bring their keys in the same order, so the key that followed last time is tried first: its bytes, quotes included, are compared
 * four at a time with those of the record. Only when they differ is the key hashed.
 */
export class KeyTable {
  /** Which id came after id - 1 last time; `successor[0]` is the first key. */
  private readonly successor: Int32Array
  /** Patterns `"name"` back to back; pattern i is `patternAt[i]` to `patternAt[i + 1]`. */
  private patterns = new Uint8Array(1024)
  private view = new DataView(this.patterns.buffer)
  private readonly patternAt: Int32Array
  /** Open addressing; -1 is free. */
  private readonly buckets: Int32Array
  readonly names: string[] = []

  constructor(readonly namesMax: number) {
    this.successor = new Int32Array(namesMax + 1).fill(-1)
    this.patternAt = new Int32Array(namesMax + 1)
    this.buckets = new Int32Array(2 ** Math.ceil(Math.log2(namesMax * 2 + 2))).fill(-1)
  }

  /** Adds the name that lies at `bytes[from…to]`; returns its id. */
  add(bytes: Uint8Array, from: number, to: number): number {
    const id = this.names.length
    const start = this.patternAt[id]!
    const end = start + to - from + 2
    if (end > this.patterns.length) this.grow(end)
    this.patterns[start] = 34
    for (let i = from; i < to; i++) this.patterns[start + 1 + i - from] = bytes[i]!
    this.patterns[end - 1] = 34
    this.patternAt[id + 1] = end
    let bucket = hash(bytes, from, to) & (this.buckets.length - 1)
    while (this.buckets[bucket]! >= 0) bucket = (bucket + 1) & (this.buckets.length - 1)
    this.buckets[bucket] = id
    this.names.push(decoder.decode(bytes.subarray(from, to)))
    return id
  }

  /** The same for a name that a record brought and nobody asked for: -1 where it is too long, or there is no room. */
  keep(bytes: Uint8Array, from: number, to: number): number {
    const isKept = this.names.length < this.namesMax && to - from <= nameBytesMax
    return isKept ? this.add(bytes, from, to) : -1
  }

  addName(name: string): number {
    const bytes = encoder.encode(name)
    return this.add(bytes, 0, bytes.length)
  }

  /** The id that came after `id` (-1: at the start) last time, or -1. */
  after(id: number): number {
    return this.successor[id + 1]!
  }

  learn(id: number, next: number): void {
    this.successor[id + 1] = next
  }

  /** Whether `bytes[at]` is the opening quote of this key; the index after its closing quote, or -1. Names with escapes never match. */
  match(id: number, bytes: Uint8Array, view: DataView, at: number): number {
    let pattern = this.patternAt[id]!
    const end = this.patternAt[id + 1]!
    const last = end - 4
    if (last < pattern) {
      while (pattern < end) if (this.patterns[pattern++] !== bytes[at++]) return -1
      return at
    }
    while (pattern < last) {
      if (this.view.getInt32(pattern, true) !== view.getInt32(at, true)) return -1
      pattern += 4
      at += 4
    }
    at -= pattern - last
    return this.view.getInt32(last, true) === view.getInt32(at, true) ? at + 4 : -1
  }

  /** The id of the name that lies at `bytes[from…to]`, or -1. */
  find(bytes: Uint8Array, from: number, to: number): number {
    let bucket = hash(bytes, from, to) & (this.buckets.length - 1)
    for (;;) {
      const id = this.buckets[bucket]!
      if (id < 0 || this.is(id, bytes, from, to)) return id
      bucket = (bucket + 1) & (this.buckets.length - 1)
    }
  }

  private is(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    let pattern = this.patternAt[id]! + 1
    if (this.patternAt[id + 1]! - pattern - 1 !== to - from) return false
    while (from < to) if (this.patterns[pattern++] !== bytes[from++]) return false
    return true
  }

  private grow(needed: number): void {
    const patterns = new Uint8Array(needed * 2)
    patterns.set(this.patterns)
    this.patterns = patterns
    this.view = new DataView(patterns.buffer)
  }
}

/** FNV-1a, folded because buckets take its low bits. */
export function hash(bytes: Uint8Array, from: number, to: number): number {
  let h = 0x811c9dc5
  for (let i = from; i < to; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193)
  return (h ^ (h >>> 15)) >>> 0
}
