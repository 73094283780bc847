/**
 * The frame that serializers of a Schema Registry put before each record: a zero byte, the schema's id in four bytes, big-endian, and with
 * Protobuf the message's indexes in its file. The newer ones may put it into a header of the record, and a GUID in place of the id. Finds what reads
 * the record, and where it begins.
 */

import { failure, type RedkiteError } from '../../errors/errors.ts'
import type { Header } from '../../kafka/header.ts'
import { reason } from '../json/reason.ts'
import type { SchemaCache, SchemaId } from './schema-cache.ts'
import { readSchemaHeader, type SchemaHeader, schemaHeader } from './schema-header.ts'

const frameBytes = 5

/** What reads the records of one schema. */
export interface SchemaPlans<P> {
  /** The plan for the record whose rest is `bytes[at…end]`; sets where it begins in `place.at`. Undefined: see `failure`. */
  choose(bytes: Uint8Array, at: number, end: number): P | undefined
  failure(): RedkiteError
  /** All of them. */
  readonly plans: Iterable<P>
}

/** Where the record that `choose` looked at begins. One variable of the thread, as in json/reason.ts. */
export const place = { at: 0 }

export class Framed<P> {
  /** Of the last record that `locate` found. */
  plan!: P
  #error: RedkiteError | undefined
  /** Of the record that comes next; undefined where its frame is before it. */
  #header: Uint8Array | undefined
  /** What was read last, as most records of a topic have the same. */
  #known: SchemaHeader | undefined

  constructor(
    readonly cache: SchemaCache<SchemaPlans<P>>,
    /** "record value" or "record key". */
    readonly what: string,
    /** Whether records may name their schema in a header; then `turnTo` comes before `locate`. */
    readonly wantsHeaders: boolean = false,
  ) {}

  /** Takes the headers of the record that comes next. */
  turnTo(headers: readonly Header[]): void {
    this.#header = this.wantsHeaders ? schemaHeader(headers, this.what) : undefined
  }

  /** Where the record in `bytes[start…end]` begins behind its frame, or a negative reason. */
  locate(bytes: Uint8Array, start: number, end: number): number {
    if (this.#header !== undefined) return this.#locateByHeader(this.#header, start)
    if (end - start < frameBytes || bytes[start] !== 0) return this.#refuse(this.#unframed(bytes, start, end))
    const id = bytes[start + 1]! * 0x1000000 + (bytes[start + 2]! << 16) + (bytes[start + 3]! << 8) + bytes[start + 4]!
    const result = this.#choose(id, bytes, start + frameBytes, end)
    return result < 0 ? result : place.at
  }

  /** What was wrong with the last record that `locate` refused. */
  failure(): RedkiteError {
    return this.#error!
  }

  /** The record is all of the value; with Protobuf the indexes lie in the header as well. */
  #locateByHeader(header: Uint8Array, start: number): number {
    const known = readSchemaHeader(header, this.#known)
    if (known === undefined) return this.#refuse(failure('SCHEMA_HEADER_UNREADABLE', this.what, header.length))
    this.#known = known
    const result = this.#choose(known.id, header, known.rest, header.length)
    return result < 0 ? result : start
  }

  /** Finds the plan by the schema's id and what stands behind it; 0, or a negative reason. */
  #choose(id: SchemaId, bytes: Uint8Array, at: number, end: number): number {
    const plans = this.cache.get(id)
    if (plans === undefined) {
      const { error } = this.cache
      return error === undefined ? reason.waits : this.#refuse(error)
    }
    const plan = plans.choose(bytes, at, end)
    if (plan === undefined) return this.#refuse(plans.failure())
    this.plan = plan
    return 0
  }

  #unframed(bytes: Uint8Array, start: number, end: number): RedkiteError {
    const first = bytes[start]
    const shown =
      end === start ? 'none' : first === 0x7b || first === 0x5b ? 'the first like JSON' : `the first is ${first}`
    return failure('RECORD_NOT_FRAMED', this.what, end - start, shown)
  }

  #refuse(error: RedkiteError): number {
    this.#error = error
    return reason.record
  }
}

/** A schema with one kind of record: Avro, JSON Schema. */
export class OnePlan<P> implements SchemaPlans<P> {
  readonly plans: readonly [P]

  constructor(plan: P) {
    this.plans = [plan]
  }

  choose(_bytes: Uint8Array, at: number, _end: number): P {
    place.at = at
    return this.plans[0]
  }

  failure(): RedkiteError {
    throw failure('INTERNAL', 'a schema with one plan has no other')
  }
}
