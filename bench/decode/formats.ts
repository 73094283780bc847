import avro from 'avsc'
import { compileAvroPlan } from '../../src/decode/avro/plan.ts'
import { readAvroSchema } from '../../src/decode/avro/schema.ts'
import type { RowDecoder } from '../../src/decode/decoder.ts'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { compileProtobufPlan } from '../../src/decode/protobuf/plan.ts'
import { readProtobufText } from '../../src/decode/protobuf/schema.ts'
import { compileRawPlan } from '../../src/decode/raw/plan.ts'
import type { CollectionSchema } from '../../src/milvus/schema.ts'
import { parsedRows, workloads } from './workloads.ts'

/** The same rows, 768-d as JSON prints them with 8 digits, in every format: records in one block of memory, redkite's plan, and the format's library. */
export interface FormatWorkload {
  readonly name: string
  readonly schema: CollectionSchema
  readonly bytes: Uint8Array
  /** Record i is `bytes[starts[i]…starts[i + 1]]`. */
  readonly starts: Int32Array
  readonly plan: RowDecoder
  /** Whether the key's row is opened by somebody else. */
  readonly keyElsewhere: boolean
  /** A record's vector as the library gives it, as an array of JavaScript numbers. */
  readonly library: (record: Uint8Array) => ArrayLike<number>
}

interface Row {
  readonly id: number
  readonly v: readonly number[]
}

export const formatNames = [
  'JSON',
  'Avro array<float>',
  'Avro bytes',
  'Protobuf packed',
  'Protobuf bytes',
  'raw',
] as const

export function formatWorkload(name: string): FormatWorkload {
  const workload = workloads('768-d, 8 digits')[0]!
  const { schema, records } = workload
  const rows: readonly Row[] = parsedRows(workload)
  const made = formats[name]!(schema)
  const written = rows.map((row) => made.write(row))
  const at = new Int32Array(records + 1)
  for (const [i, record] of written.entries()) at[i + 1] = at[i]! + record.length
  const block = new Uint8Array(at[records]! + 64)
  for (const [i, record] of written.entries()) block.set(record, at[i]!)
  return { name, schema, bytes: block, starts: at, keyElsewhere: name === 'raw', ...made }
}

interface Format {
  readonly plan: RowDecoder
  readonly write: (row: Row) => Uint8Array
  readonly library: (record: Uint8Array) => ArrayLike<number>
}

const floats = (memory: Uint8Array): ArrayLike<number> => Array.from(new Float32Array(new Uint8Array(memory).buffer))
const memory = ({ v }: Row): Buffer => Buffer.from(Float32Array.from(v).buffer)

const formats: Record<string, (schema: CollectionSchema) => Format> = {
  JSON: (schema) => ({
    plan: compileJsonPlan(schema, { envelope: false }),
    write: (row) => new TextEncoder().encode(JSON.stringify(row)),
    library: (record) => JSON.parse(new TextDecoder().decode(record)).v,
  }),
  'Avro array<float>': (schema) =>
    avroFormat(
      schema,
      { type: 'array', items: 'float' },
      (row) => row.v,
      (v) => v as number[],
    ),
  'Avro bytes': (schema) => avroFormat(schema, 'bytes', memory, (v) => floats(v as Uint8Array)),
  'Protobuf packed': (schema) =>
    protobufFormat(
      schema,
      'repeated float',
      (row) => row.v,
      (v) => v as number[],
    ),
  'Protobuf bytes': (schema) => protobufFormat(schema, 'bytes', memory, (v) => floats(v as Uint8Array)),
  raw: (schema) => ({
    plan: compileRawPlan(schema, { vectorField: 'v', keyElsewhere: true }),
    write: memory,
    library: floats,
  }),
}

function avroFormat(
  schema: CollectionSchema,
  vector: unknown,
  put: (row: Row) => unknown,
  take: (v: unknown) => ArrayLike<number>,
): Format {
  const fields = [
    { name: 'id', type: 'long' },
    { name: 'v', type: vector },
  ]
  const text = JSON.stringify({ type: 'record', name: 'Row', fields })
  const type = avro.Type.forSchema(JSON.parse(text))
  return {
    plan: compileAvroPlan(readAvroSchema(text), schema),
    write: (row) => type.toBuffer({ id: row.id, v: put(row) }),
    library: ({ buffer, byteOffset, length }) => take(type.fromBuffer(Buffer.from(buffer, byteOffset, length)).v),
  }
}

function protobufFormat(
  schema: CollectionSchema,
  vector: string,
  put: (row: Row) => unknown,
  take: (v: unknown) => ArrayLike<number>,
): Format {
  const type = readProtobufText(`syntax = "proto3"; message Row { int64 id = 1; ${vector} v = 2; }`).message()
  return {
    plan: compileProtobufPlan(type, schema),
    write: (row) => type.encode(type.create({ id: row.id, v: put(row) })).finish(),
    library: (record) => take((type.decode(record) as unknown as { v: unknown }).v),
  }
}
