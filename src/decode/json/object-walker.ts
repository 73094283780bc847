import { KeyScanner } from './key-scanner.ts'
import type { KeyTable } from './keys.ts'
import { notJson } from './reason.ts'
import { skipBlanks } from './whitespace.ts'

/**
 * Goes over an object of a record, member by member; those who extend it say what becomes of each value. The row itself, whose members are the most, is gone over by
 * `RecordWalker`, which tries what comes as foreseen with fewer calls.
 */
export abstract class ObjectWalker {
  protected readonly scanner: KeyScanner

  constructor(protected readonly keys: KeyTable) {
    this.scanner = new KeyScanner(keys)
  }

  /** Walks the object whose `{` is at `at`; returns the index after its `}`, or a reason why this is not JSON. `level` counts this object. */
  walkFields(bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    at = skipBlanks(bytes, at + 1)
    if (bytes[at] === 125) return at + 1
    let previous = -1
    for (;;) {
      const next = this.scanner.scanAfter(previous, bytes, view, at)
      if (next < 0) return next
      const id = this.scanner.id >= 0 ? this.scanner.id : this.learn()
      at = skipBlanks(bytes, next)
      if (bytes[at] !== 58) return notJson(at)
      at = this.take(id, bytes, view, skipBlanks(bytes, at + 1), recordEnd, level)
      if (at < 0) return at
      if (id >= 0) previous = id
      at = skipBlanks(bytes, at)
      if (bytes[at] === 125) return at + 1
      if (bytes[at] !== 44) return notJson(at)
      at = skipBlanks(bytes, at + 1)
    }
  }

  /** Goes over the value at `at` of the key with this id, or -1; returns the index after it, or a reason. */
  protected abstract take(
    id: number,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    recordEnd: number,
    level: number,
  ): number

  /** The id that the key which was scanned last gets, since it is not known; -1 if it is not kept. What comes as foreseen is found faster. */
  protected learn(): number {
    const { name, nameFrom, nameTo } = this.scanner
    return this.keys.keep(name, nameFrom, nameTo)
  }
}
