import protobuf from 'protobufjs'
import { fault } from '../fields/trouble.ts'
import { isWritten } from '../fields/written.ts'
import type { EventOptions } from '../plan-options.ts'
import { hasPresence, wiresOf } from './field-traits.ts'
import { isTimestamp, isTransparent } from './message-text.ts'
import { scalarOf } from './scalars.ts'
import type { ProtobufMessage } from './schema.ts'
import { gather, type Spans } from './spans.ts'
import { found, wire } from './wire.ts'

interface Step {
  readonly number: number
  readonly accepts: ReadonlySet<number>
  readonly op: EventOp | undefined
}

/** "op" of the change event that a step leads out of. */
interface EventOp {
  readonly number: number
  readonly accepts: ReadonlySet<number>
  /** Whether there has to be one: a field without presence always is. */
  readonly wanted: boolean
  /** Whether it has to say that the event writes its row. */
  readonly written: boolean
}

/**
 * The way from a record to the message within it that is the row. Where it leads through something else than a message, or none, and where a change event is to be more
 * than a way, records are `unseen`.
 */
export class RowPath {
  /** The type of the row, where there is one. */
  readonly row: ProtobufMessage
  /** Where the row lies in the last record, in one part or several; nothing where it is not there. */
  parts: Spans = []
  /** Whether it leads there in any record. */
  private readonly leads: boolean
  private readonly steps: Step[] = []

  constructor(message: ProtobufMessage, path: readonly string[], event: EventOptions | undefined) {
    let type = message
    let leads = true
    for (const [depth, name] of path.entries()) {
      const field = type.fields[name]?.resolve()
      const isEvent = event?.at === depth
      const op = isEvent ? opOf(type, event) : undefined
      leads = field !== undefined && isPlain(field) && (!isEvent || op !== undefined)
      if (!leads) break
      this.steps.push({ number: field!.id, accepts: wiresOf(field!), op })
      type = field!.resolvedType as ProtobufMessage
    }
    this.row = type
    this.leads = leads
  }

  get isEmpty(): boolean {
    return this.steps.length === 0 && this.leads
  }

  /** 0 or a fault. */
  find(bytes: Uint8Array, start: number, end: number): number {
    if (!this.leads) return fault.unseen
    let parts: Spans = [start, end, wire.bytes]
    for (const { number: wanted, accepts, op } of this.steps) {
      const next: Spans = []
      let letter = -1
      const why = gather(bytes, parts, 0, (number) => {
        if (number === wanted && accepts.has(found.wire)) next.push(found.from, found.to, found.wire)
        else if (number === op?.number && op.accepts.has(found.wire)) {
          letter = found.to > found.from ? bytes[found.from]! : 0
        }
      })
      if (why < 0) return why
      const isEvent = op === undefined || ((letter >= 0 || !op.wanted) && (isWritten(letter) || !op.written))
      if (next.length === 0 || !isEvent) return fault.unseen
      parts = next
    }
    this.parts = parts
    return 0
  }
}

/** undefined where the message is no event, or one of which more is wanted than its row. */
function opOf({ fields }: ProtobufMessage, { fields: taken, written = false }: EventOptions): EventOp | undefined {
  const field = fields.op?.resolve()
  if (field === undefined || taken.size > 0 || isOneOfSeveral(field)) return undefined
  if (written && (field.repeated || scalarOf(field) !== 'string')) return undefined
  return { number: field.id, accepts: wiresOf(field), wanted: hasPresence(field), written }
}

/** Whether it is a message whose JSON is an object of its fields. */
function isPlain(field: protobuf.Field): boolean {
  const type = field.resolvedType
  if (field.repeated || field.map || !(type instanceof protobuf.Type) || isOneOfSeveral(field)) return false
  return !isTransparent(type) && !isTimestamp(type)
}

/** A member that comes later undoes it. */
function isOneOfSeveral({ partOf }: protobuf.Field): boolean {
  return partOf !== null && partOf.fieldsArray.length > 1
}
