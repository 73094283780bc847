import type { KeyTable } from './keys.ts'
import { notJson } from './reason.ts'
import { copied, copyString, skipString } from './strings.ts'
import { paddingBytes } from './whitespace.ts'

/** Reads keys: where they end, which known name each is, and of those that were not foreseen what they mean with escapes resolved. */
export class KeyScanner {
  /** The last key's, or -1 for a name that is not known. */
  id = -1
  /** Of a key that was not foreseen, and so of each that is not known: the index after the closing quote. */
  keyEnd = 0
  /** Its meaning is `name[nameFrom…nameTo]`: the record's own bytes unless it has escapes. */
  name: Uint8Array = new Uint8Array(0)
  nameFrom = 0
  nameTo = 0
  private scratch = new Uint8Array(256)
  private scratchView = new DataView(this.scratch.buffer)

  constructor(private readonly keys: KeyTable) {}

  /**
   * Reads the key at `at` behind one with the id `previous` (-1: none), and tries first what came there last time. Returns the index after its closing quote, or a
   * reason.
   */
  scanAfter(previous: number, bytes: Uint8Array, view: DataView, at: number): number {
    const foreseen = this.keys.after(previous)
    const next = foreseen < 0 ? -1 : this.keys.match(foreseen, bytes, view, at)
    if (next >= 0) {
      this.id = foreseen
      return next
    }
    const end = this.scan(bytes, view, at)
    if (end >= 0 && this.id >= 0) this.keys.learn(previous, this.id)
    return end
  }

  /** The same for keys in no order. `at` should be at an opening quote; returns `keyEnd`, or a reason. */
  scan(bytes: Uint8Array, view: DataView, at: number): number {
    if (bytes[at] !== 34) return notJson(at)
    const end = skipString(bytes, view, at + 1)
    if (end < 0) return end
    this.keyEnd = end
    this.name = bytes
    this.nameFrom = at + 1
    this.nameTo = end - 1
    for (let i = at + 1; i < end; i++) {
      if (bytes[i] !== 92) continue
      this.resolve(bytes, view, at + 1, end)
      break
    }
    this.id = this.keys.find(this.name, this.nameFrom, this.nameTo)
    return end
  }

  private resolve(bytes: Uint8Array, view: DataView, at: number, end: number): void {
    if (end - at + paddingBytes > this.scratch.length) {
      this.scratch = new Uint8Array((end - at + paddingBytes) * 2)
      this.scratchView = new DataView(this.scratch.buffer)
    }
    copyString(bytes, view, at, this.scratch, this.scratchView, 0)
    this.name = this.scratch
    this.nameFrom = 0
    this.nameTo = copied.end
  }
}
