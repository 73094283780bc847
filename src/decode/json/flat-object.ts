import { FlatLeaf } from './flat-leaf.ts'
import type { FlatRow, FlatSlots } from './flat-row.ts'
import { KeyScanner } from './key-scanner.ts'
import { KeyTable } from './keys.ts'
import { notJson } from './reason.ts'
import { skipValue } from './skip.ts'
import { skipBlanks } from './whitespace.ts'

/** Fields of one object told apart, and how long their names may be. */
const membersMax = 128
const nameBytesMax = 255

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** A field of an object, whatever its value is. */
interface Member {
  readonly name: string
  readonly isNameless: boolean
  /** undefined where it is left out. */
  readonly leaf: FlatLeaf | undefined
  /** What its value is walked by where that is an object. */
  inner: FlatObject | undefined
  /** Of the record that had it last. */
  stamp: number
}

/** An object of a flattened row. */
export class FlatObject {
  private readonly keys = new KeyTable(membersMax)
  private readonly scanner = new KeyScanner(this.keys)
  /** By their ids. */
  private readonly members: Member[] = []

  /** @param nameOf what a field is called before it is joined; undefined where it is left out */
  constructor(
    private readonly flat: FlatRow,
    private readonly prefix: string,
    private readonly nameOf: (field: string) => string | undefined = (field) => field,
  ) {}

  walk(row: FlatSlots, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    at = skipBlanks(bytes, at + 1)
    if (bytes[at] === 125) return at + 1
    let previous = -1
    for (;;) {
      const next = this.scanner.scanAfter(previous, bytes, view, at)
      if (next < 0) return next
      let { id } = this.scanner
      let member: Member
      if (id >= 0) member = this.members[id]!
      else {
        member = this.meet()
        id = this.keep(member)
      }
      at = skipBlanks(bytes, next)
      if (bytes[at] !== 58) return notJson(at)
      at = skipBlanks(bytes, at + 1)
      at = this.value(member, id >= 0, row, bytes, view, at, recordEnd, level)
      if (at < 0) return at
      if (id >= 0) previous = id
      at = skipBlanks(bytes, at)
      if (bytes[at] === 125) return at + 1
      if (bytes[at] !== 44) return notJson(at)
      at = skipBlanks(bytes, at + 1)
    }
  }

  private value(
    member: Member,
    isKept: boolean,
    row: FlatSlots,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    recordEnd: number,
    level: number,
  ): number {
    const { flat } = this
    if (member.stamp === flat.stamp) flat.decline()
    member.stamp = flat.stamp
    const { leaf, name } = member
    if (leaf === undefined) return skipValue(bytes, view, at, level)
    if (bytes[at] !== 123) return row.takeLeaf(leaf, bytes, view, at, recordEnd, level)
    // Its fields may come to have names that are thought to come from elsewhere.
    if (member.isNameless) flat.decline()
    if (isKept) member.inner ??= flat.open(name)
    if (member.inner !== undefined) return member.inner.walk(row, bytes, view, at, recordEnd, level + 1)
    // Counted as one.
    if (flat.isStrange(name)) return row.takeLeaf(leaf, bytes, view, at, recordEnd, level)
    flat.decline()
    return skipValue(bytes, view, at, level)
  }

  /** The field whose name was scanned last. */
  private meet(): Member {
    const { name, nameFrom, nameTo } = this.scanner
    const field = decoder.decode(name.subarray(nameFrom, nameTo))
    const before = this.nameOf(field)
    const joined = this.flat.joined(this.prefix, before ?? '')
    const leaf = before === undefined ? undefined : new FlatLeaf(joined, this.flat.keys)
    return { name: joined, isNameless: before === '', leaf, inner: undefined, stamp: -1 }
  }

  /** Its id, or -1 where it is not kept. */
  private keep(member: Member): number {
    const { name, nameFrom, nameTo } = this.scanner
    if (this.keys.full || nameTo - nameFrom > nameBytesMax) return -1
    this.members.push(member)
    return this.keys.add(name, nameFrom, nameTo)
  }
}
