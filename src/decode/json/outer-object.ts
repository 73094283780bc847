import { KeyTable } from './keys.ts'
import { ObjectWalker } from './object-walker.ts'
import { reason } from './reason.ts'
import type { RecordWalker } from './record.ts'
import { skipValue } from './skip.ts'

/** Names beside those that are wanted are kept too, up to so many. */
const otherNamesMax = 32

/** What the field was that leads on. */
const none = 0
const object = 1
const nothing = 2
const other = 3

/**
 * An object around the row, of which one field leads on. Only the common case is walked here: a field that comes twice, or is something else than an object
 * or null, makes the whole record `declined`.
 */
export class OuterObject extends ObjectWalker {
  private readonly wanted: number
  private came = none
  private twice = false
  private led = false

  /** @param othersMax how many names more than this one somebody wants */
  constructor(
    name: string,
    private readonly inner: Pick<RecordWalker, 'walkFields'>,
    othersMax = 0,
  ) {
    super(new KeyTable(1 + othersMax + otherNamesMax))
    this.wanted = this.keys.addName(name)
  }

  begin(): void {
    this.came = none
    this.twice = false
    this.led = false
  }

  /** 0 where it leads to an object, or a negative `reason`. */
  get verdict(): number {
    if (this.twice || this.came === other) return reason.declined
    return this.came === object ? 0 : reason.nullValue
  }

  /** Whether there was an object to lead to. */
  get hasLed(): boolean {
    return this.led
  }

  protected take(id: number, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    return id === this.wanted
      ? this.lead(bytes, view, at, recordEnd, level)
      : this.takeOther(id, bytes, view, at, recordEnd, level)
  }

  /** Goes over the value of another field; -1 is the id of one that is not kept. */
  protected takeOther(
    _id: number,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    _recordEnd: number,
    level: number,
  ): number {
    return skipValue(bytes, view, at, level)
  }

  private lead(bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    const first = bytes[at]
    if (this.came !== none) this.twice = true
    this.came = first === 123 ? object : first === 110 ? nothing : other
    if (first !== 123) return skipValue(bytes, view, at, level)
    this.led = true
    return this.inner.walkFields(bytes, view, at, recordEnd, level + 1)
  }
}
