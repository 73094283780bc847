import type { Field } from '../../milvus/schema.ts'
import { misfit, misfitOf } from '../misfit.ts'
import { ScalarColumn, type ScalarMember } from '../scalar.ts'
import { nestedBytes, varintTag, writeNested } from '../wire.ts'

/** Tags and lengths of three messages, one in the other, of which none has 2^32 bytes. */
const headBytesMax = 3 * 6

/**
 * Rows of an ARRAY field: `ArrayArray.data`, a `ScalarField` a row. Its elements lie as they would in a column of their own; how many bytes they
 * take is known at their end only, so they are written behind room for the longest head, and moved up against theirs.
 *
 * A row is filled by `begin`, `add…` of the class as often as it takes, and `end`.
 */
export abstract class ArrayColumn extends ScalarColumn {
  readonly capacity: number
  /** Where the next element goes. */
  protected at = 0
  protected count = 0
  private first = 0

  constructor(
    field: Field,
    private readonly element: ScalarMember,
    rowsHint: number,
  ) {
    super(
      field,
      { number: 8, packed: false, tail: new Uint8Array([varintTag(2), field.elementType ?? 0]) },
      rowsHint,
      64,
    )
    this.capacity = field.maxCapacity ?? 4096
  }

  begin(): void {
    this.first = this.wire.start(headBytesMax) + headBytesMax
    this.at = this.first
    this.count = 0
  }

  end(): number {
    if (this.count > this.capacity) return misfitOf(misfit.capacity, -1, this.count)
    const { wire, at, first, element } = this
    const bytes = at - first
    const listed = element.packed && bytes > 0
    const list = listed ? nestedBytes(bytes) : bytes
    let next = writeNested(wire.bytes, wire.start(0), 1, nestedBytes(list))
    next = writeNested(wire.bytes, next, element.number, list)
    if (listed) next = writeNested(wire.bytes, next, 1, bytes)
    wire.bytes.copyWithin(next, first, at)
    wire.endAt(next + bytes)
    return 0
  }

  /** Where the row ends so far: what `takeBack` goes back to. */
  mark(): number {
    return this.at
  }

  /** Forgets what was added after the first `count` elements, which end at `mark`. */
  takeBack(mark: number, count: number): void {
    this.at = mark
    this.count = count
  }

  /** Makes room for so many more bytes. */
  protected room(bytes: number): void {
    this.wire.reach(this.at + bytes)
  }
}
