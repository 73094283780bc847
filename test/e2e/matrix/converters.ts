/** Each converter of the matrix test: its settings, and the records that a producer for it writes of the cases. A case that a format cannot say has none. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordToProduce } from '../../servers/kafka-tools.ts'
import type { FieldSpec } from '../../servers/pymilvus.ts'
import type { Serializers } from '../../servers/serializers.ts'
import type { Properties } from '../redkite.ts'
import { anyAvroSchema, avroSchema, isAnyAvro } from './avro.ts'
import { type Case, type Format, naturalRow } from './cases.ts'
import { anyProtobufSchema, isAnyProtobuf, parseable, protobufSchema } from './protobuf.ts'
import { rawRecord } from './raw.ts'
import { forSerializer, JsonText, jsonText, jsonValue, type Values } from './values.ts'

/** A case with the key of its record. */
export interface Numbered {
  readonly one: Case
  readonly id: number
}

export interface Place {
  readonly serializers: Serializers
  readonly registryUrl: string
  readonly folder: string
  /** A name that nothing else has: topic and Protobuf package. */
  readonly name: string
  /** The fields of the collection that the records are for. */
  readonly fields: readonly FieldSpec[]
  readonly vectorField: string
}

export interface Converter {
  readonly name: string
  /** Whose error codes it has. */
  readonly format: Format
  /** Where it gives another code or text than its format does. */
  readonly instead?: Readonly<Record<string, string>>
  /** Its records have no more fields than one collection, so each collection has a topic of its own. */
  readonly topicPerCollection?: boolean
  settings(place: Place): Properties
  /** A record for each case; undefined where the format cannot say it. */
  records(cases: readonly Numbered[], place: Place): Promise<(RecordToProduce | undefined)[]>
}

const classOf = {
  json: 'org.apache.kafka.connect.json.JsonConverter',
  'json-schema': 'io.confluent.connect.json.JsonSchemaConverter',
  avro: 'io.confluent.connect.avro.AvroConverter',
  protobuf: 'io.confluent.connect.protobuf.ProtobufConverter',
  raw: 'org.apache.kafka.connect.converters.ByteArrayConverter',
}

const names = ['id', ...Object.keys(naturalRow)]

/** The record of a case: all fields as they should be, but for the case's own. */
export function rowOf({ one: { field, value }, id }: Numbered): Values {
  const row: Values = { id, ...naturalRow }
  const { [field]: _, ...others } = row
  return value === undefined ? others : { ...others, [field]: value }
}

function withRegistry(kind: 'json-schema' | 'avro' | 'protobuf', { registryUrl }: Place): Properties {
  return { 'value.converter': classOf[kind], 'value.converter.schema.registry.url': registryUrl }
}

const recordOf = (value: string | Uint8Array | undefined): RecordToProduce | undefined =>
  value === undefined ? undefined : { value }

/** Only those that can be said are serialized, and then go where they belong. */
async function sayable<Said>(
  said: readonly (Said | undefined)[],
  serialize: (all: Said[]) => Promise<(Uint8Array | null)[]>,
): Promise<(RecordToProduce | undefined)[]> {
  const written = await serialize(said.filter((one) => one !== undefined) as Said[])
  let next = 0
  return said.map((one) => (one === undefined ? undefined : { value: written[next++]! }))
}

export const converters: readonly Converter[] = [
  {
    name: 'JSON',
    format: 'json',
    settings: () => ({ 'value.converter': classOf.json, 'value.converter.schemas.enable': 'false' }),
    records: async (cases) => cases.map((one) => recordOf(jsonText(rowOf(one)))),
  },
  {
    name: 'JSON with schemas.enable=true',
    format: 'json',
    settings: () => ({ 'value.converter': classOf.json, 'value.converter.schemas.enable': 'true' }),
    records: async (cases) =>
      cases.map((one) => {
        const row = jsonText(rowOf(one))
        return recordOf(row && `{"schema":{"type":"struct","optional":false,"fields":[]},"payload":${row}}`)
      }),
  },
  {
    name: 'JSON Schema with a registry',
    format: 'json',
    settings: (place) => withRegistry('json-schema', place),
    records: (cases, { serializers, registryUrl, name }) => {
      const values = cases.map((one) => (one.one.value instanceof JsonText ? undefined : jsonValue(rowOf(one))))
      const schema = '{"title":"Row","type":"object"}'
      const where = { format: 'json-schema', registry: { url: registryUrl }, topic: name } as const
      return sayable(values, (values) => serializers.serialize({ ...where, schema, values }))
    },
  },
  {
    name: 'Avro with a registry',
    format: 'avro',
    settings: (place) => withRegistry('avro', place),
    records: (cases, { serializers, registryUrl, name }) => {
      const each = cases.map((one) => {
        const row = rowOf(one)
        const schema = avroSchema(row, naturalRow)
        return schema === undefined ? undefined : { schema, value: forSerializer(row) }
      })
      return sayable(each, (each) =>
        serializers.serializeEach({ format: 'avro', registry: { url: registryUrl }, topic: name, each }),
      )
    },
  },
  {
    name: 'Avro with schema.file, each field a union of all kinds',
    format: 'avro',
    // An array whose elements are of several kinds goes by way of JSON.
    instead: { VECTOR_NOT_FINITE: 'NESTED_NOT_FINITE' },
    settings: ({ folder, name }) => {
      const path = join(folder, `${name}.avsc`)
      writeFileSync(path, anyAvroSchema(names))
      return { 'value.converter': classOf.avro, 'value.converter.schema.file': path }
    },
    records: (cases, { serializers, registryUrl, name }) => {
      const values = cases.map((one) => {
        const row = rowOf(one)
        return one.one.value !== undefined && isAnyAvro(one.one.value) ? forSerializer(row) : undefined
      })
      const where = { format: 'avro', registry: { url: registryUrl }, topic: name } as const
      return sayable(values, async (values) => {
        const framed = await serializers.serialize({ ...where, schema: anyAvroSchema(names), values })
        return framed.map((one) => one!.subarray(5))
      })
    },
  },
  {
    name: 'Protobuf with a registry',
    format: 'protobuf',
    settings: (place) => withRegistry('protobuf', place),
    records: (cases, { serializers, registryUrl, name }) => {
      const each = cases.map((one, i) => {
        const row = rowOf(one)
        const schema = protobufSchema(`${name}_${i}`, row, naturalRow)
        return schema === undefined ? undefined : { schema, message: `${name}_${i}.Row`, value: parseable(row) }
      })
      return sayable(each, (each) =>
        serializers.serializeEach({ format: 'protobuf', registry: { url: registryUrl }, topic: name, each }),
      )
    },
  },
  {
    name: 'Protobuf with schema.file, each field a google.protobuf.Value',
    // What such a value holds is what JSON can say; its numbers are all doubles.
    format: 'json',
    instead: { '42': '42.0' },
    settings: ({ folder, name }) => {
      const path = join(folder, `${name}.proto`)
      writeFileSync(path, anyProtobufSchema(name, names).text)
      return { 'value.converter': classOf.protobuf, 'value.converter.schema.file': path }
    },
    records: (cases, { serializers, registryUrl, name }) => {
      const values = cases.map((one) => {
        const { field, value } = one.one
        return field === 'id' || !isAnyProtobuf(value) ? undefined : anyParseable(rowOf(one))
      })
      const { descriptor } = anyProtobufSchema(name, names)
      const where = { format: 'protobuf', registry: { url: registryUrl }, topic: name } as const
      return sayable(values, async (values) => {
        const framed = await serializers.serialize({ ...where, schema: descriptor, message: `${name}.Row`, values })
        // The magic byte, four of the id, and one for the first message of the file.
        return framed.map((one) => one!.subarray(6))
      })
    },
  },
  {
    name: 'raw bytes, with the other fields in headers',
    format: 'raw',
    topicPerCollection: true,
    settings: ({ vectorField }) => ({
      'value.converter': classOf.raw,
      'raw.vector.field': vectorField,
      'pk.mode': 'record_key',
      'key.converter': 'org.apache.kafka.connect.converters.LongConverter',
    }),
    records: async (cases, { fields, vectorField }) =>
      cases.map((one) => rawRecord(one.id, one.one, rowOf(one), fields, vectorField)),
  },
]

/** A null of google.protobuf.Value is there, unlike one of a message. */
function anyParseable(row: Values): Record<string, unknown> {
  const nulls = Object.entries(row).filter(([, value]) => value === null)
  return { ...parseable(row), ...Object.fromEntries(nulls) }
}
