import type protobuf from 'protobufjs'
import { fault } from '../fields/trouble.ts'
import { isWritten } from '../fields/written.ts'
import type { EventOptions } from '../plan-options.ts'
import { hasPresence, isOneOfSeveral, objectType, wiresOf } from './field-traits.ts'
import { scalarOf } from './scalars.ts'
import type { ProtobufMessage } from './schema.ts'
import { gather, type Spans } from './spans.ts'
import { found, wire } from './wire.ts'

/** "op" of the change event that a step leads out of. */
interface EventOp {
  readonly number: number
  readonly accepts: ReadonlySet<number>
  /** Whether there has to be one: a field without presence always is. */
  readonly wanted: boolean
  /** Whether it has to say that the event writes its row. */
  readonly written: boolean
}

/** From a message into one that is a field of it. */
class Step {
  /** Where the inner message lies in the last record. */
  readonly inside: Spans = []
  private readonly accepts: ReadonlySet<number>
  private opFrom = -1
  private opTo = -1

  constructor(
    private readonly field: protobuf.Field,
    private readonly op: EventOp | undefined,
  ) {
    this.accepts = wiresOf(field)
  }

  /** 0 or a fault. */
  lead(bytes: Uint8Array, parts: Spans): number {
    this.inside.length = 0
    this.opFrom = -1
    const why = gather(bytes, parts, 0, this.take)
    if (why < 0) return why
    return this.inside.length > 0 && this.isWay(bytes) ? 0 : fault.unseen
  }

  private readonly take = (number: number): void => {
    const { op } = this
    if (number === this.field.id && this.accepts.has(found.wire)) this.inside.push(found.from, found.to, found.wire)
    else if (number === op?.number && op.accepts.has(found.wire)) {
      this.opFrom = found.from
      this.opTo = found.to
    }
  }

  private isWay(bytes: Uint8Array): boolean {
    const { op, opFrom, opTo } = this
    if (op === undefined) return true
    if (op.written) return opFrom >= 0 && opFrom < opTo && isWritten(bytes[opFrom]!)
    return opFrom >= 0 || !op.wanted
  }
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
  private readonly whole: Spans = [0, 0, wire.bytes]

  constructor(message: ProtobufMessage, path: readonly string[], event: EventOptions | undefined) {
    let type = message
    let leads = true
    for (const [depth, name] of path.entries()) {
      const field = type.fields[name]?.resolve()
      const inner = field === undefined || isOneOfSeveral(field) ? undefined : objectType(field)
      const isEvent = event?.at === depth
      const op = isEvent ? opOf(type, event) : undefined
      leads = inner !== undefined && (!isEvent || op !== undefined)
      if (!leads) break
      this.steps.push(new Step(field!, op))
      type = inner!
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
    let parts = this.whole
    parts[0] = start
    parts[1] = end
    for (let i = 0; i < this.steps.length; i++) {
      const step = this.steps[i]!
      const why = step.lead(bytes, parts)
      if (why < 0) return why
      parts = step.inside
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
