import protobuf from 'protobufjs'
import { failure } from '../../errors/errors.ts'
import { wiresOf } from './field-traits.ts'
import type { ProtobufMessage } from './schema.ts'
import { gather, type Spans } from './spans.ts'
import { found, wire } from './wire.ts'

/** The way from a record to the message within it that is the row. */
export class RowPath {
  /** The type of the row. */
  readonly row: ProtobufMessage
  /** Where the row lies in the last record, in one part or several; nothing where it is not there. */
  parts: Spans = []
  private readonly steps: { readonly number: number; readonly accepts: ReadonlySet<number> }[] = []

  constructor(message: ProtobufMessage, path: readonly string[]) {
    let type = message
    for (const name of path) {
      const field = type.fields[name]?.resolve()
      if (field === undefined || field.repeated || field.map || !(field.resolvedType instanceof protobuf.Type))
        throw failure('RECORD_NOT_ROW', `no message in a field "${name}"`)
      this.steps.push({ number: field.id, accepts: wiresOf(field) })
      type = field.resolvedType
    }
    this.row = type
  }

  get isEmpty(): boolean {
    return this.steps.length === 0
  }

  /** 0 or a fault. */
  find(bytes: Uint8Array, start: number, end: number): number {
    let parts: Spans = [start, end, wire.bytes]
    for (const step of this.steps) {
      const next: Spans = []
      const why = gather(bytes, parts, 0, (number) => {
        if (number === step.number && step.accepts.has(found.wire)) next.push(found.from, found.to, found.wire)
      })
      if (why < 0) return why
      parts = next
    }
    this.parts = parts
    return 0
  }
}
