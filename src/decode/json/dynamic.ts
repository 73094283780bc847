import type { JsonColumn } from '../../columns/json.ts'
import type { JsonText } from '../fields/json-text.ts'
import { hash } from './keys.ts'

/** Numbers an entry takes in `entries`: hash of the name; name from, to; key from, to with its quotes; value from, to. */
const stride = 7

/**
 * The keys of one record that the schema does not name: gathered as spans of the record, then written as one JSON object for the dynamic field.
 * Keys and values are copied as they stand there.
 *
 * A key that comes twice is written once, with its last value: readers of JSON differ in which of two they take. Keys are one if their UTF-8 is,
 * where each lone surrogate is U+FFFD.
 */
export class DynamicRow {
  private entries = new Int32Array(stride * 256)
  private count = 0
  /** What the keys mean, escapes resolved: two keys are one if these are. */
  private names = new Uint8Array(4096)
  private namesEnd = 0
  /** Name → entry, open addressing. A bucket counts only if its stamp is this record's, so nothing needs clearing. */
  private buckets = new Int32Array(256)
  private stamps = new Int32Array(256)
  private stamp = 0
  /** Keys that do not stand in the record: entries name them by -1 - index. */
  private readonly made: Uint8Array[] = []

  begin(): void {
    this.count = 0
    this.made.length = 0
    this.namesEnd = 0
    this.stamp = (this.stamp + 1) | 0
    if (this.stamp === 0) {
      this.stamps.fill(0)
      this.stamp = 1
    }
  }

  /** The name is at `name[nameFrom…nameTo]`; the other spans are of the record. */
  add(
    name: Uint8Array,
    nameFrom: number,
    nameTo: number,
    keyFrom: number,
    keyTo: number,
    valueFrom: number,
    valueTo: number,
  ): void {
    if (this.count * 2 >= this.buckets.length) this.grow()
    const bytes = nameTo - nameFrom
    if (this.namesEnd + bytes > this.names.length) this.growNames(this.namesEnd + bytes)
    const start = this.namesEnd
    for (let i = 0; i < bytes; i++) this.names[start + i] = name[nameFrom + i]!
    const h = hash(this.names, start, start + bytes) | 0
    const mask = this.buckets.length - 1
    let bucket = h & mask
    let entry = this.count
    while (this.stamps[bucket] === this.stamp) {
      if (this.isNamed(this.buckets[bucket]!, h, start, bytes)) {
        entry = this.buckets[bucket]!
        break
      }
      bucket = (bucket + 1) & mask
    }
    const e = entry * stride
    if (entry === this.count) {
      this.count++
      this.namesEnd += bytes
      this.stamps[bucket] = this.stamp
      this.buckets[bucket] = entry
      this.entries[e] = h
      this.entries[e + 1] = start
      this.entries[e + 2] = start + bytes
    }
    this.entries[e + 3] = keyFrom
    this.entries[e + 4] = keyTo
    this.entries[e + 5] = valueFrom
    this.entries[e + 6] = valueTo
  }

  /** The same for a name that is not as it stands in the record; `quoted` is it as JSON. */
  addNamed(name: Uint8Array, quoted: Uint8Array, valueFrom: number, valueTo: number): void {
    this.made.push(quoted)
    this.add(name, 0, name.length, -this.made.length, quoted.length, valueFrom, valueTo)
  }

  /**
   * Ends the column's open row with the object of all entries, taken from `bytes`, where the record's length is `recordBytes`. `more` has members from
   * elsewhere, of other names.
   */
  write(column: JsonColumn, bytes: Uint8Array, recordBytes: number, more: JsonText): void {
    let madeBytes = 0
    for (let i = 0; i < this.made.length; i++) madeBytes += this.made[i]!.length
    const start = column.wire.start(recordBytes + madeBytes + more.length + 16)
    const out = column.wire.bytes
    let to = start + 2
    out[to++] = 123
    for (let e = 0; e < this.count * stride; e += stride) {
      if (e > 0) out[to++] = 44
      const key = this.entries[e + 3]!
      if (key >= 0) for (let at = key; at < this.entries[e + 4]!; ) out[to++] = bytes[at++]!
      else to = this.writeMade(-1 - key, out, to)
      out[to++] = 58
      for (let at = this.entries[e + 5]!; at < this.entries[e + 6]!; ) out[to++] = bytes[at++]!
    }
    if (more.length > 0) {
      if (this.count > 0) out[to++] = 44
      for (let at = 0; at < more.length; at++) out[to++] = more.bytes[at]!
    }
    out[to++] = 125
    column.end(start, to)
  }

  private writeMade(index: number, out: Uint8Array, to: number): number {
    const quoted = this.made[index]!
    for (let i = 0; i < quoted.length; i++) out[to++] = quoted[i]!
    return to
  }

  private isNamed(entry: number, h: number, start: number, bytes: number): boolean {
    const e = entry * stride
    const other = this.entries[e + 1]!
    if (this.entries[e] !== h || this.entries[e + 2]! - other !== bytes) return false
    for (let i = 0; i < bytes; i++) if (this.names[other + i] !== this.names[start + i]) return false
    return true
  }

  /** Twice as many buckets; the entries so far find their new ones. */
  private grow(): void {
    const size = this.buckets.length * 2
    this.buckets = new Int32Array(size)
    this.stamps = new Int32Array(size)
    this.stamp = 1
    const entries = new Int32Array(size * stride)
    entries.set(this.entries)
    this.entries = entries
    for (let entry = 0; entry < this.count; entry++) {
      let bucket = this.entries[entry * stride]! & (size - 1)
      while (this.stamps[bucket] === this.stamp) bucket = (bucket + 1) & (size - 1)
      this.stamps[bucket] = this.stamp
      this.buckets[bucket] = entry
    }
  }

  private growNames(needed: number): void {
    const names = new Uint8Array(needed * 2)
    names.set(this.names)
    this.names = names
  }
}
