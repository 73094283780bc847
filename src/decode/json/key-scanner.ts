import type { KeyTable } from './keys.ts'
import { notJson } from './reason.ts'
import { copied, copyString, skipString } from './strings.ts'
import { paddingBytes } from './whitespace.ts'

/** Reads a key that prediction did not tell: where it ends, what it means with escapes resolved, and which known name that is. */
export class KeyScanner {
  id = -1
  /** The index after the closing quote. */
  keyEnd = 0
  /** The key's meaning is `name[nameFrom…nameTo]`: the record's own bytes unless it has escapes. */
  name: Uint8Array = new Uint8Array(0)
  nameFrom = 0
  nameTo = 0
  private scratch = new Uint8Array(256)
  private scratchView = new DataView(this.scratch.buffer)

  constructor(private readonly keys: KeyTable) {}

  /** `at` should be at an opening quote; returns `keyEnd`, or a reason. */
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
