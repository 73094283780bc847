import type { Target } from '../fields/target.ts'
import { fault } from '../fields/trouble.ts'
import { varint } from '../fields/varint.ts'
import { isWritten } from '../fields/written.ts'
import type { EventOptions } from '../plan-options.ts'
import { type AvroField, typeOf } from './kinds.ts'
import type { RowCompiler } from './row.ts'
import type { AvroSchema } from './schema.ts'
import { readBranch, readLength } from './skip.ts'
import { inOrder, missingReader, type Read, unionReader, unseen } from './values.ts'

/**
 * Compiles how records around the one that is the row are read: of each one field leads on, and of a change event others may stand in the row. What leads through
 * something else than a record, null too, is `unseen`.
 */
export class OuterCompiler {
  constructor(
    private readonly rows: RowCompiler,
    private readonly path: readonly string[],
    private readonly event: EventOptions | undefined,
    private readonly target: (field: string) => Target,
  ) {}

  /** The record so many steps on the way. */
  outer(fields: readonly AvroField[], depth: number): Read {
    const place = fields.findIndex(({ name }) => name === this.path[depth])
    const isEvent = this.event?.at === depth
    if (place < 0 || (isEvent && !has(fields, 'op'))) return unseen
    const reads = fields.map((field, i) => {
      if (i === place) return this.step(field.type, depth + 1)
      return isEvent ? this.ofEvent(field, fields) : this.rows.skip(field.type)
    })
    return inOrder(isEvent ? [...reads, ...this.missing(fields)] : reads)
  }

  private step(schema: AvroSchema, depth: number): Read {
    const type = typeOf(schema)
    if (type.is === 'union') return unionReader(type.branches.map((branch) => this.step(branch, depth)))
    if (type.is !== 'record') return unseen
    return depth === this.path.length ? this.rows.record(type.fields) : this.outer(type.fields, depth)
  }

  private ofEvent({ name, type }: AvroField, fields: readonly AvroField[]): Read {
    for (const [to, { struct, field }] of this.event!.fields) {
      if (struct === undefined && field === name) return this.rows.value(type, this.target(to))
    }
    const inside = this.inside(name)
    if (inside.size > 0) return this.struct(type, inside, fields)
    return name === 'op' && this.event!.written === true ? writtenReader(type) : this.rows.skip(type)
  }

  /** Which fields of an object of the event are taken, and where to. */
  private inside(name: string): ReadonlyMap<string, string> {
    return new Map(
      Array.from(this.event!.fields)
        .filter(([, { struct }]) => struct === name)
        .map(([to, { field }]) => [field, to]),
    )
  }

  private struct(schema: AvroSchema, names: ReadonlyMap<string, string>, fields: readonly AvroField[]): Read {
    const type = typeOf(schema)
    if (type.is === 'union') return unionReader(type.branches.map((branch) => this.struct(branch, names, fields)))
    if (type.is !== 'record' && type.is !== 'null') return unseen
    const own = type.is === 'record' ? type.fields : []
    // The event's own field of this name stands in.
    if ([...names.keys()].some((name) => !has(own, name) && has(fields, name))) return unseen
    return this.rows.nest(schema, names)
  }

  /** For what the event does not have at all. */
  private missing(fields: readonly AvroField[]): Read[] {
    return Array.from(this.event!.fields).flatMap(([to, { struct, field }]) => {
      if (has(fields, struct ?? field)) return []
      return has(fields, field) ? [unseen] : [missingReader(this.target(to))]
    })
  }
}

/** Goes over the letter of what was done; on only where that wrote a row. */
function writtenReader(schema: AvroSchema): Read {
  const type = typeOf(schema)
  if (type.is === 'union') return unionReader(type.branches.map(writtenReader))
  if (type.is === 'enum') {
    return (bytes, _, at, end) => {
      const next = readBranch(bytes, at, end, type.symbols.length)
      return next < 0 || isWritten(type.symbols[varint.low]!.charCodeAt(0)) ? next : fault.unseen
    }
  }
  if (type.is !== 'string') return unseen
  return (bytes, _, at, end) => {
    const next = readLength(bytes, at, end)
    if (next < 0) return next
    const to = varint.low
    return to > next && isWritten(bytes[next]!) ? to : fault.unseen
  }
}

const has = (fields: readonly AvroField[], name: string): boolean => fields.some((field) => field.name === name)
