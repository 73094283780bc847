import { FlatLeaf } from './flat-leaf.ts'
import type { FlatRow } from './flat-row.ts'
import { KeyTable } from './keys.ts'
import { ObjectWalker } from './object-walker.ts'
import { skipValue } from './skip.ts'

/** Fields of one object told apart. */
const membersMax = 128

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
export class FlatObject extends ObjectWalker {
  /** By their ids. */
  private readonly members: Member[] = []

  /** @param nameOf what a field is called before it is joined; undefined where it is left out */
  constructor(
    private readonly flat: FlatRow,
    private readonly prefix: string,
    private readonly nameOf: (field: string) => string | undefined = (field) => field,
  ) {
    super(new KeyTable(membersMax))
  }

  protected take(id: number, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    const { flat } = this
    const member = id >= 0 ? this.members[id]! : this.meet()
    if (member.stamp === flat.stamp) flat.decline()
    member.stamp = flat.stamp
    const { leaf, name } = member
    if (leaf === undefined) return skipValue(bytes, view, at, level)
    if (bytes[at] !== 123) return flat.row.takeLeaf(leaf, bytes, view, at, recordEnd, level)
    // Its fields may come to have names that are thought to come from elsewhere.
    if (member.isNameless) flat.decline()
    if (id >= 0) member.inner ??= flat.open(name)
    if (member.inner !== undefined) return member.inner.walkFields(bytes, view, at, recordEnd, level + 1)
    // Counted as one.
    if (flat.isStrange(name)) return flat.row.takeLeaf(leaf, bytes, view, at, recordEnd, level)
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

  protected override learn(): number {
    const id = super.learn()
    if (id >= 0) this.members.push(this.meet())
    return id
  }
}
