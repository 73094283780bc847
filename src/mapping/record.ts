import type { RecordPlace } from '../decode/decoder.ts'
import type { Arena } from '../kafka/arena.ts'
import type { Header } from '../kafka/header.ts'
import { open } from './text.ts'
import { Digits, type Fields, kindOf, type Opened, Span, type Value } from './value.ts'

/** A header: as Kafka has it, or as a transform made it. */
export interface RecordHeader {
  readonly name: string
  readonly value: Header['value'] | { readonly made: Value }
}

/** Which of the two a transform works on: the `$Key` or `$Value` of its class name. */
export type Side = 'key' | 'value'

/** One record on its way through transforms, which change it in place. One object serves all records. */
export class MappedRecord {
  topic = ''
  partition = 0
  offset = 0
  /** undefined where the producer gave none. */
  timestampMs: number | undefined
  /** null is none, too: a JSON null is a null to Connect. */
  key: Value = null
  value: Value = null
  headers: readonly RecordHeader[] = []

  /** Becomes the record in this row, but for its key and its value. */
  turnTo(arena: Arena, row: number, { topic, partition }: RecordPlace): void {
    this.topic = topic
    this.partition = partition
    this.offset = arena.offset[row]!
    const timestampMs = arena.timestampMs[row]
    this.timestampMs = timestampMs === undefined || Number.isNaN(timestampMs) ? undefined : timestampMs
    this.headers = arena.headers[row] ?? noHeaders
  }
}

const noHeaders: readonly RecordHeader[] = []

/** Why a transform cannot do its work on a record: becomes the record's error. Says kinds and names, never values. */
export class Unfit extends Error {}

/** The object that a transform needs, which stays in the record: what is changed in it is changed there. */
export function fieldsOf(record: MappedRecord, side: Side): Fields {
  const opened = open(record[side])
  if (opened instanceof Map) {
    record[side] = opened
    return opened
  }
  throw new Unfit(`takes an object, and the record's ${side} is ${kindOf(opened)}`)
}

export function isNull(record: MappedRecord, side: Side): boolean {
  const value = record[side]
  return value === null || (value instanceof Span && value.isNull)
}

/** A number without a fraction, as Connect's Long. */
export function isWhole(value: Opened): value is Digits {
  return value instanceof Digits && value.isWhole
}
