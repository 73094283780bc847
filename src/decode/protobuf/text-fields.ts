import type { CapturedFields } from '../fields/captured-fields.ts'
import type { DynamicText } from '../fields/dynamic-text.ts'
import { JsonText } from '../fields/json-text.ts'
import { putJson } from '../fields/put-json.ts'
import { putReal } from '../fields/put-number.ts'
import type { Target } from '../fields/target.ts'
import { inField, malformed } from '../fields/trouble.ts'
import type { WriteField } from './message-text.ts'
import type { Oneof, RowField } from './row-field.ts'
import type { Spans } from './spans.ts'
import { timestampMillis } from './timestamp.ts'
import { found } from './wire.ts'

/** Everything else: where its parts lie is noted, and at the end they are written as JSON, for a column or for the dynamic field. */
export abstract class TextField implements RowField {
  protected readonly spans: Spans = []

  constructor(
    private readonly accepts: ReadonlySet<number>,
    private readonly last: boolean,
    /** Whether a field that did not come is absent, and not its default. */
    private readonly absent: boolean,
    private readonly oneof: Oneof | undefined,
  ) {}

  begin(): void {
    this.spans.length = 0
  }

  take(): number {
    if (!this.accepts.has(found.wire)) return 0
    // A member of a oneof that comes after another one begins anew.
    if (this.last || (this.oneof !== undefined && this.oneof.chosen !== this)) this.spans.length = 0
    this.spans.push(found.from, found.to, found.wire)
    if (this.oneof !== undefined) this.oneof.chosen = this
    return 0
  }

  abstract finish(bytes: Uint8Array, view: DataView): number

  protected get isHere(): boolean {
    if (this.oneof !== undefined && this.oneof.chosen !== this) return false
    return this.spans.length > 0 || !this.absent
  }
}

const scratch = new JsonText()

export class ColumnTextField extends TextField {
  constructor(
    private readonly target: Target,
    private readonly write: WriteField,
    ...field: ConstructorParameters<typeof TextField>
  ) {
    super(...field)
  }

  finish(bytes: Uint8Array, view: DataView): number {
    if (!this.isHere) return this.target.putMissing()
    scratch.clear()
    const why = this.write(bytes, view, this.spans, 1, scratch)
    return why < 0 ? inField(why, this.target.field.name) : putJson(scratch, this.target)
  }
}

/** A Timestamp for a field of numbers: milliseconds since 1970, as Connect has them. */
export class MillisField extends TextField {
  constructor(
    private readonly target: Target,
    ...field: ConstructorParameters<typeof TextField>
  ) {
    super(...field)
  }

  finish(bytes: Uint8Array): number {
    if (!this.isHere) return this.target.putMissing()
    const millis = timestampMillis(bytes, this.spans)
    return Number.isNaN(millis) ? malformed(this.spans[0]!) : putReal(this.target, millis)
  }
}

export class CapturedField extends TextField {
  constructor(
    private readonly into: CapturedFields,
    private readonly which: number,
    private readonly write: WriteField,
    ...field: ConstructorParameters<typeof TextField>
  ) {
    super(...field)
  }

  finish(bytes: Uint8Array, view: DataView): number {
    if (!this.isHere) return 0
    this.into.name(this.which)
    return this.write(bytes, view, this.spans, 1, this.into.text)
  }
}

export class DynamicField extends TextField {
  constructor(
    private readonly name: Uint8Array,
    private readonly write: WriteField,
    private readonly dynamic: DynamicText,
    ...field: ConstructorParameters<typeof TextField>
  ) {
    super(...field)
  }

  finish(bytes: Uint8Array, view: DataView): number {
    if (!this.isHere) return 0
    this.dynamic.name(this.name)
    return this.write(bytes, view, this.spans, 1, this.dynamic)
  }
}
