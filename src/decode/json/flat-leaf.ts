import { quotedName } from '../fields/dynamic-text.ts'
import type { KeyTable } from './keys.ts'

const encoder = new TextEncoder()

/** A field of a flattened row that is no object: its name, and what the row knows it by. */
export class FlatLeaf {
  readonly name: Uint8Array
  /** As JSON. */
  readonly quoted: Uint8Array
  /** Among the row's keys, or -1. */
  id: number

  constructor(name: string, keys: KeyTable) {
    this.name = encoder.encode(name)
    this.quoted = quotedName(name)
    this.id = keys.find(this.name, 0, this.name.length)
  }
}
