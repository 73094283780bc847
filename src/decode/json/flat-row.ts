import { type FlatNames, joinedName } from '../plan-options.ts'
import { FlatObject } from './flat-object.ts'
import type { KeyTable } from './keys.ts'
import type { RecordWalker } from './record.ts'

/** Objects told apart; records whose names are data could have any number. */
const objectsMax = 256

/**
 * A row whose fields lie in objects inside of it as well (`Flatten`): each is walked where it lies, and what a name means with those of the objects around it is
 * looked up when it comes for the first time.
 *
 * Only the common case is walked here. Names that come twice, and objects under no name or beyond a bound, make the whole record `declined`.
 */
export class FlatRow {
  /** Another one for each record. */
  stamp = 0
  private declined = false
  private objects = 0
  /** What walks the row. */
  readonly outermost: FlatObject
  /** What the row knows apart from names that it has met. */
  private readonly known: readonly string[]

  /** @param takesAll whether names that the row does not know go to its dynamic field */
  constructor(
    readonly row: Pick<RecordWalker, 'takeLeaf'>,
    private readonly names: FlatNames,
    /** Of the row. */
    readonly keys: KeyTable,
    private readonly takesAll: boolean,
  ) {
    this.known = [...keys.names]
    this.outermost = new FlatObject(this, names.prefix, (field) => names.nameOf(field))
  }

  begin(): void {
    this.stamp++
    this.declined = false
  }

  decline(): void {
    this.declined = true
  }

  get isDeclined(): boolean {
    return this.declined
  }

  /** The name of a field within the object that is called `prefix`. */
  joined(prefix: string, field: string): string {
    return joinedName(this.names, prefix, field)
  }

  /** undefined when there are too many. */
  open(name: string): FlatObject | undefined {
    return this.objects++ < objectsMax ? new FlatObject(this, name) : undefined
  }

  /** Whether nothing of an object with this name goes anywhere. */
  isStrange(name: string): boolean {
    return !this.takesAll && !this.known.some((each) => each === name || each.startsWith(this.joined(name, '')))
  }
}
