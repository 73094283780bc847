import type { EventOptions } from '../plan-options.ts'
import { OuterEvent } from './outer-event.ts'
import { OuterObject } from './outer-object.ts'
import { reason } from './reason.ts'
import type { RecordWalker } from './record.ts'

/** The way from a record to the object within it that is the row. Nothing of the row is read before it lies open. */
export class RowPath {
  /** From the outermost object inwards. */
  private readonly objects: readonly OuterObject[]

  /** @param event the object of the path that is a change event, if one is */
  constructor(
    private readonly walker: RecordWalker,
    path: readonly string[],
    event: EventOptions | undefined,
  ) {
    let inner: Pick<RecordWalker, 'walkFields'> = walker
    const objects: OuterObject[] = []
    for (let depth = path.length - 1; depth >= 0; depth--) {
      const object: OuterObject =
        depth === event?.at
          ? new OuterEvent(path[depth]!, walker.row, event, inner)
          : new OuterObject(path[depth]!, inner)
      objects.unshift(object)
      inner = object
    }
    this.objects = objects
  }

  /** Walks the record whose `{` is at `at` and the row in it; returns the index after its `}`, or a reason why this is not JSON. */
  walk(bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    for (let i = 0; i < this.objects.length; i++) this.objects[i]!.begin()
    this.walker.begin()
    return this.objects[0]!.walkFields(bytes, view, at, recordEnd, level)
  }

  /** Whether the record that was walked has a row: 0, or a negative `reason`. */
  get verdict(): number {
    let first = 0
    for (let i = 0; i < this.objects.length; i++) {
      const { verdict } = this.objects[i]!
      if (verdict === reason.unseen) return verdict
      if (first === 0) first = verdict
    }
    return first === reason.declined && !this.objects.at(-1)!.hasLed ? reason.unseen : first
  }
}
