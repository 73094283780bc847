/**
 * What makes plans of schemas, whatever the plan is: rows for columns (`compileDecoder`), or JSON text (`openRecordText`). The schemas come
 * from a registry, one for each id, or are one file's.
 */
import { readFileSync } from 'node:fs'
import type { SchemaConverterSettings, SchemaSource } from '../../config/converters.ts'
import { failure, RedkiteError } from '../../errors/errors.ts'
import { type ReferencedSchema, type RegisteredSchema, RegistryClient, type SchemaType } from '../../registry/client.ts'
import { type AvroSchema, readAvroSchema } from '../avro/schema.ts'
import { type ProtobufFile, type ProtobufMessage, readFileDescriptorSet, readProtobufText } from '../protobuf/schema.ts'
import { Framed, OnePlan, type SchemaPlans } from './framed.ts'
import { MessagePlans } from './message-plans.ts'
import { SchemaCache, type Warn } from './schema-cache.ts'
import { descriptorSet, isSerialized } from './serialized.ts'

/** How plans of one kind are made from schemas of each format. */
export interface PlanMaker<P> {
  avro(schema: AvroSchema): P
  protobuf(message: ProtobufMessage): P
  json(): P
}

type Format = SchemaConverterSettings['kind']

const types: Record<Format, SchemaType> = { avro: 'AVRO', protobuf: 'PROTOBUF', 'json-schema': 'JSON' }

interface FromRegistry {
  /** "record value" or "record key", for messages. */
  readonly what: string
  readonly warn: Warn | undefined
}

/** For records that name their schema. Throws REGISTRY_TLS_FILE. */
export function fromRegistry<P>(
  format: Format,
  { registry }: Extract<SchemaSource, { from: 'registry' }>,
  make: PlanMaker<P>,
  { what, warn }: FromRegistry,
): Framed<P> {
  const compile = (schema: RegisteredSchema): SchemaPlans<P> => {
    const { text, references } = schema
    if (format === 'json-schema') return new OnePlan(make.json())
    if (format === 'avro') {
      const dependencies = references.map((each) => each.text)
      return new OnePlan(make.avro(readAvroSchema(text, dependencies)))
    }
    return new MessagePlans(readProtobuf(text, references), (message) => make.protobuf(message), what)
  }
  const client = new RegistryClient(registry)
  const cache = new SchemaCache({ client, type: types[format], what, compile, warn })
  return new Framed(cache, what, registry.idsInHeaders)
}

function readProtobuf(text: string, references: readonly ReferencedSchema[]): ProtobufFile {
  if (isSerialized(text)) return readFileDescriptorSet(descriptorSet(text, references))
  return readProtobufText(text, new Map(references.map((each) => [each.name, each.text])))
}

/** For records that all have the file's schema, and no frame. Throws SCHEMA_FILE_UNUSABLE. */
export function fromFile<P>(format: Format, file: Extract<SchemaSource, { from: 'file' }>, make: PlanMaker<P>): P {
  const unusable = (why: string) => failure('SCHEMA_FILE_UNUSABLE', file.at, file.path, why)
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file.path)
  } catch (error) {
    throw unusable((error as Error).message)
  }
  try {
    if (format === 'avro') return make.avro(readAvroSchema(new TextDecoder().decode(bytes)))
    const schema = isText(bytes) ? readProtobufText(new TextDecoder().decode(bytes)) : readFileDescriptorSet(bytes)
    return make.protobuf(schema.message(file.messageName))
  } catch (error) {
    if (error instanceof RedkiteError && error.label === 'record') throw unusable(error.message)
    throw error
  }
}

/** A FileDescriptorSet has small numbers for its fields and their kinds, which are control characters in a text. */
function isText(bytes: Uint8Array): boolean {
  return !bytes.some((byte) => byte < 9 || (byte > 13 && byte < 32))
}
