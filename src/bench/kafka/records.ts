/**
 * The records that the bench makes: an id and a vector, in each form that redkite reads. A few hundred are made beforehand, from a seed; each is
 * written many times with its id changed in place, so that no two records have the same key and making them costs next to nothing.
 */
import { firstId, type IdWriter, writeDigits, writeInt64, writeVarint5 } from './ids.ts'

export const formats = ['json', 'avro', 'protobuf', 'raw'] as const
export type Format = (typeof formats)[number]

export interface MadeRecord {
  readonly key: Uint8Array | null
  readonly value: Uint8Array
}

/** The field names of records and collection. */
export const fieldNames = { id: 'id', vector: 'vector' } as const

export const avroSchema = JSON.stringify({
  type: 'record',
  name: 'Row',
  fields: [
    { name: fieldNames.id, type: 'long' },
    { name: fieldNames.vector, type: { type: 'array', items: 'float' } },
  ],
})

export const protobufSchema = `syntax = "proto3";
message Row {
  int64 ${fieldNames.id} = 1;
  repeated float ${fieldNames.vector} = 2;
}
`

/** So many numbers are made beforehand: enough that no processor learns them by heart. */
const numbersMade = 200_000
const recordsMade = { min: 64, max: 4096 }

interface Template {
  readonly key: Uint8Array | null
  readonly value: Uint8Array
  /** Where the id lies, and how it is written there. */
  readonly id: { readonly in: Uint8Array; readonly at: number; readonly write: IdWriter }
}

export class RecordMaker {
  readonly #templates: readonly Template[]
  /** Mean size of key and value. */
  readonly recordBytes: number

  constructor(format: Format, dims: number) {
    const count = Math.min(recordsMade.max, Math.max(recordsMade.min, Math.ceil(numbersMade / dims)))
    const random = randomFrom(20_260_101)
    const template = templates[format]
    this.#templates = Array.from({ length: count }, () =>
      template(Float32Array.from({ length: dims }, () => (random() - 0.5) * 0.2)),
    )
    const bytes = this.#templates.reduce((sum, { key, value }) => sum + value.length + (key?.length ?? 0), 0)
    this.recordBytes = bytes / count
  }

  /** Record number `row`, good until the next is asked for. */
  record(row: number): MadeRecord {
    const template = this.#templates[row % this.#templates.length]!
    template.id.write(template.id.in, template.id.at, firstId + row)
    return template
  }
}

const templates: Record<Format, (vector: Float32Array) => Template> = {
  json(vector) {
    // As float32 models print them: 8 digits.
    const numbers = Array.from(vector, (value) => String(Number(value.toPrecision(8))))
    const before = `{"${fieldNames.id}": `
    const text = `${before}${firstId}, "${fieldNames.vector}": [${numbers.join(', ')}]}`
    return withValue(new TextEncoder().encode(text), before.length, writeDigits)
  },
  avro(vector) {
    const count = varint(vector.length * 2)
    const value = joined([new Uint8Array(5), count, bytesOf(vector), Uint8Array.of(0)])
    return withValue(value, 0, (out, at, id) => writeVarint5(out, at, id * 2))
  },
  protobuf(vector) {
    const values = bytesOf(vector)
    const value = joined([Uint8Array.of(0x08), new Uint8Array(5), Uint8Array.of(0x12), varint(values.length), values])
    return withValue(value, 1, writeVarint5)
  },
  raw(vector) {
    const key = new Uint8Array(8)
    return { key, value: bytesOf(vector), id: { in: key, at: 0, write: writeInt64 } }
  },
}

function withValue(value: Uint8Array, at: number, write: IdWriter): Template {
  return { key: null, value, id: { in: value, at, write } }
}

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer)
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80)
  return Uint8Array.from([...bytes, value])
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

function randomFrom(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0
    return (seed >>> 0) / 2 ** 32
  }
}
