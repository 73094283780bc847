import type { ColumnBatch } from '../../columns/batch.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import type { CollectionSchema } from '../../milvus/schema.ts'
import type { RowDecoder } from '../decoder.ts'
import { DynamicText } from '../fields/dynamic-text.ts'
import { errorOf } from '../fields/error-of.ts'
import { IgnoredFields } from '../fields/ignored-fields.ts'
import { RowFields } from '../fields/row-fields.ts'
import { fault } from '../fields/trouble.ts'
import type { IgnoredNames } from '../ignored-names.ts'
import { reason } from '../json/reason.ts'
import type { PlanOptions } from '../plan-options.ts'
import { RowPath } from './path.ts'
import { RowCompiler } from './row.ts'
import type { Oneof, RowField } from './row-field.ts'
import type { ProtobufMessage } from './schema.ts'
import { found, readField } from './wire.ts'

/** Fields with lower numbers are found in an array. Numbers go up to 2^29, and nearly all are small. */
const smallNumbersMax = 1024

/** Throws SCHEMA_UNSUPPORTED for a collection redkite cannot write, RECORD_NOT_ROW where `path` leads nowhere. */
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
export class ProtobufPlan implements RowDecoder {
  /** Fields whose type can never go into the collection's field of their name. Their records are refused one by one. */
  readonly mismatches: readonly RedkiteError[]
  private readonly fields: RowFields
  private readonly ignored = new IgnoredFields()
  private readonly dynamic = new DynamicText()
  private readonly path: RowPath
  private readonly small: (RowField | undefined)[] = []
  private readonly large = new Map<number, RowField>()
  private readonly all: readonly RowField[]
  private readonly oneofs: readonly Oneof[]
  private batch: ColumnBatch | undefined
  private bytes: Uint8Array = new Uint8Array(0)
  private view = new DataView(this.bytes.buffer)
  private error: RedkiteError | undefined

  constructor(message: ProtobufMessage, schema: CollectionSchema, options: PlanOptions) {
    this.fields = new RowFields(schema, options)
    this.path = new RowPath(message, options.path ?? [])
    const compiler = new RowCompiler(this.fields, this.ignored, this.dynamic)
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
    this.mismatches = compiler.mismatches
  }

  /** Fields of records that the collection has no place for, all in all. */
  get ignoredKeys(): number {
    return this.ignored.total
  }

  ignoredNames(): IgnoredNames {
    return this.ignored.names()
  }

  failure(): RedkiteError {
    return this.error ?? failure('RECORD_NULL')
  }

  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    if (batch !== this.batch) {
      this.batch = batch
      this.fields.bind(batch)
    }
    if (bytes !== this.bytes) {
      this.bytes = bytes
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    for (let i = 0; i < this.all.length; i++) this.all[i]!.begin()
    for (let i = 0; i < this.oneofs.length; i++) this.oneofs[i]!.chosen = undefined
    const why = this.path.isEmpty ? this.walk(bytes, start, end) : this.walkParts(bytes, start, end)
    if (why < 0) return this.refuse(why, start, end)
    this.dynamic.begin()
    for (let i = 0; i < this.all.length; i++) {
      const unfit = this.all[i]!.finish(bytes, this.view)
      if (unfit < 0) return this.refuse(unfit, start, end)
    }
    if (batch.dynamic !== undefined) this.dynamic.put(batch.dynamic)
    batch.commit()
    return 0
  }

  private walk(bytes: Uint8Array, at: number, end: number): number {
    while (at < end) {
      at = readField(bytes, at, end, 0)
      if (at < 0) return at
      const { number } = found
      const field = number < smallNumbersMax ? this.small[number] : this.large.get(number)
      if (field === undefined) continue
      const why = field.take(bytes, this.view)
      if (why < 0) return why
    }
    return 0
  }

  /** The row lies within the record, perhaps in several parts, which count as one. */
  private walkParts(bytes: Uint8Array, start: number, end: number): number {
    const why = this.path.find(bytes, start, end)
    if (why < 0) return why
    const { parts } = this.path
    if (parts.length === 0) return fault.nullValue
    for (let i = 0; i < parts.length; i += 3) {
      const bad = this.walk(bytes, parts[i]!, parts[i + 1]!)
      if (bad < 0) return bad
    }
    return 0
  }

  private refuse(why: number, start: number, end: number): number {
    if (why === fault.nullValue) {
      this.error = undefined
      return reason.nullValue
    }
    this.error = errorOf(why, start, end, 'RECORD_NOT_PROTOBUF')
    return reason.record
  }
}
