import type { RedkiteError } from '../../errors/errors.ts'
import type { Target } from '../fields/target.ts'
import { unfit } from '../fields/trouble.ts'

/**
 * One field of the message that is the row. The message is gone over once, in whatever order its fields come: `take` notes or copies what `found` is
 * about, and `finish` puts it into the row when all is there.
 */
export interface RowField {
  begin(): void
  /** 0 or a fault. */
  take(bytes: Uint8Array, view: DataView): number
  finish(bytes: Uint8Array, view: DataView): number
}

/** Of a oneof the last member that came counts. */
export class Oneof {
  chosen: RowField | undefined
}

/** A field that the collection has no place for: counted once a record. */
export class IgnoredField implements RowField {
  private came = false

  constructor(
    private readonly counter: { count: number },
    private readonly oneof: Oneof | undefined,
  ) {}

  begin(): void {
    this.came = false
  }

  take(): number {
    this.came = true
    if (this.oneof !== undefined) this.oneof.chosen = this
    return 0
  }

  finish(): number {
    if (this.came) this.counter.count++
    return 0
  }
}

/** A field that refuses the record when it comes: its type is none that the target takes, or it has a name that Milvus keeps. */
export class RefusedField implements RowField {
  constructor(
    private readonly error: RedkiteError,
    private readonly target?: Target,
  ) {}

  begin(): void {}

  take(): number {
    return unfit(this.error)
  }

  finish(): number {
    return this.target === undefined ? 0 : this.target.putMissing()
  }
}

/** A field of the collection that the message does not have. */
export class MissingField implements RowField {
  constructor(private readonly target: Target) {}

  begin(): void {}

  take(): number {
    return 0
  }

  finish(): number {
    return this.target.putMissing()
  }
}
