import type { Target } from '../fields/target.ts'
import { fault } from '../fields/trouble.ts'
import type { Oneof, RowField } from './row-field.ts'
import { found, readField } from './wire.ts'

/** What becomes of the fields of a message inside the row. */
export interface NestParts {
  readonly numbered: ReadonlyMap<number, RowField>
  /** Fields that the message does not have. */
  readonly missing: readonly RowField[]
  readonly oneofs: readonly Oneof[]
  /** All that the message brings, or would have. */
  readonly targets: readonly Target[]
}

/** A message of which fields are taken. Its parts are one message, as for protobuf's own readers. */
export class NestField implements RowField {
  private readonly fields: readonly RowField[]
  private came = false

  constructor(
    private readonly parts: NestParts,
    private readonly accepts: ReadonlySet<number>,
    private readonly oneof: Oneof | undefined,
  ) {
    this.fields = [...parts.numbered.values(), ...parts.missing]
  }

  begin(): void {
    this.came = false
    for (let i = 0; i < this.fields.length; i++) this.fields[i]!.begin()
    const { oneofs } = this.parts
    for (let i = 0; i < oneofs.length; i++) oneofs[i]!.chosen = undefined
  }

  take(bytes: Uint8Array, view: DataView): number {
    if (!this.accepts.has(found.wire)) return 0
    if (this.oneof !== undefined) {
      // A member of a oneof that comes after another one begins anew.
      if (this.came && this.oneof.chosen !== this) this.begin()
      this.oneof.chosen = this
    }
    this.came = true
    let at = found.from
    const end = found.to
    while (at < end) {
      at = readField(bytes, at, end, 1)
      if (at < 0) return at
      const why = this.parts.numbered.get(found.number)?.take(bytes, view) ?? 0
      // Another member may come that undoes this one: those who see all of the record first will know.
      if (why === fault.unfit && this.oneof !== undefined) return fault.unseen
      if (why < 0) return why
    }
    return 0
  }

  finish(bytes: Uint8Array, view: DataView): number {
    if (this.came && (this.oneof === undefined || this.oneof.chosen === this)) {
      for (let i = 0; i < this.fields.length; i++) {
        const why = this.fields[i]!.finish(bytes, view)
        if (why < 0) return why
      }
      return 0
    }
    for (const target of this.parts.targets) {
      const why = target.putMissing()
      if (why < 0) return why
    }
    return 0
  }
}

/** A path leads through what is no plain message: the record goes over JSON text. */
export class UnseenField implements RowField {
  begin(): void {}

  take(): number {
    return 0
  }

  finish(): number {
    return fault.unseen
  }
}

/** A member of a oneof that nobody takes: where it came last, the others are absent. */
export class UntakenMember implements RowField {
  constructor(
    private readonly accepts: ReadonlySet<number>,
    private readonly oneof: Oneof,
  ) {}

  begin(): void {}

  take(): number {
    if (this.accepts.has(found.wire)) this.oneof.chosen = this
    return 0
  }

  finish(): number {
    return 0
  }
}
