import type { CollectionSchema } from '../../milvus/schema.ts'
import { SchemaPlan } from '../fields/schema-plan.ts'
import type { PlanOptions } from '../plan-options.ts'
import { RowPath } from './path.ts'
import { RowCompiler } from './row.ts'
import type { Oneof, RowField } from './row-field.ts'
import type { ProtobufMessage } from './schema.ts'
import { found, readField } from './wire.ts'

/** Fields with lower numbers are found in an array. Numbers go up to 2^29, and nearly all are small. */
const smallNumbersMax = 1024

/** Throws SCHEMA_UNSUPPORTED for a collection redkite cannot write. */
export function compileProtobufPlan(
  message: ProtobufMessage,
  schema: CollectionSchema,
  options: PlanOptions = {},
): ProtobufPlan {
  return new ProtobufPlan(message, schema, options)
}

/**
 * Turns Protobuf messages into rows of columns. A message is gone over once, in the order of its bytes; what it has of unknown fields is passed over.
 * Nothing is allocated for a message of numbers, texts and vectors.
 */
export class ProtobufPlan extends SchemaPlan {
  private readonly path: RowPath
  private readonly small: (RowField | undefined)[] = []
  private readonly large = new Map<number, RowField>()
  private readonly all: readonly RowField[]
  private readonly oneofs: readonly Oneof[]

  constructor(message: ProtobufMessage, schema: CollectionSchema, options: PlanOptions) {
    super(schema, options, 'RECORD_NOT_PROTOBUF')
    this.path = new RowPath(message, options.path ?? [], options.event)
    const compiler = new RowCompiler(this.fields, this.ignored, this.dynamic, options.flat)
    const { numbered, missing } = compiler.row(this.path.row)
    for (const [number, field] of numbered) {
      if (number >= smallNumbersMax) this.large.set(number, field)
      else {
        while (this.small.length <= number) this.small.push(undefined)
        this.small[number] = field
      }
    }
    this.all = [...numbered.values(), ...missing]
    this.oneofs = compiler.allOneofs
  }

  protected read(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    for (let i = 0; i < this.all.length; i++) this.all[i]!.begin()
    for (let i = 0; i < this.oneofs.length; i++) this.oneofs[i]!.chosen = undefined
    const why = this.path.isEmpty ? this.walk(bytes, view, start, end) : this.walkParts(bytes, view, start, end)
    if (why < 0) return why
    this.dynamic.begin()
    for (let i = 0; i < this.all.length; i++) {
      const unfit = this.all[i]!.finish(bytes, view)
      if (unfit < 0) return unfit
    }
    return 0
  }

  private walk(bytes: Uint8Array, view: DataView, at: number, end: number): number {
    while (at < end) {
      at = readField(bytes, at, end, 0)
      if (at < 0) return at
      const { number } = found
      const field = number < smallNumbersMax ? this.small[number] : this.large.get(number)
      if (field === undefined) continue
      const why = field.take(bytes, view)
      if (why < 0) return why
    }
    return 0
  }

  /** The row lies within the record, perhaps in several parts, which count as one. */
  private walkParts(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const why = this.path.find(bytes, start, end)
    if (why < 0) return why
    const { parts } = this.path
    for (let i = 0; i < parts.length; i += 3) {
      const bad = this.walk(bytes, view, parts[i]!, parts[i + 1]!)
      if (bad < 0) return bad
    }
    return 0
  }
}
