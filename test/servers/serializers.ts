/**
 * Records as producers write them with Confluent's serializers: confluent-kafka for Python, in one process (test/servers/python/serializers.py).
 * It registers the schemas where it is told to.
 */
import { join } from 'node:path'
import { LineJsonProcess } from './line-json.ts'
import { dataFolder, installed, removeFolder } from './place.ts'
import type { Reference } from './registry.ts'

export interface ToSerialize {
  readonly format: 'avro' | 'protobuf' | 'json-schema'
  /** Settings of confluent-kafka's SchemaRegistryClient: `url`, `basic.auth.user.info`, `ssl.ca.location`. */
  readonly registry: Readonly<Record<string, string>>
  readonly topic: string
  /** Keys, not values. */
  readonly key?: boolean
  /** Avro and JSON Schema as their text; Protobuf as a FileDescriptorProto in JSON. */
  readonly schema: string
  /** The full name of a Protobuf message. */
  readonly message?: string
  readonly references?: readonly Reference[]
  /** null stays null. In Avro `{"$bytes": BASE64}` stands for bytes, `{"$number": "NaN"}` for a number that JSON does not have. */
  readonly values: readonly unknown[]
  /** Of the serializer. */
  readonly conf?: Readonly<Record<string, unknown>>
}

export interface EachToSerialize extends Pick<ToSerialize, 'format' | 'registry' | 'topic'> {
  readonly each: readonly (Pick<ToSerialize, 'schema' | 'message'> & { readonly value: unknown })[]
}

export interface WithHeaders {
  readonly data: Buffer
  readonly headers: readonly { readonly name: string; readonly value: Buffer }[]
}

export class Serializers {
  private readonly folder = dataFolder('serializers')
  private readonly process = new LineJsonProcess(
    'the serializers',
    [installed('confluent', 'venv', 'bin', 'python'), join(import.meta.dir, 'python', 'serializers.py')],
    join(this.folder, 'serializers.log'),
  )

  /** Each value framed, with the id of its schema. */
  async serialize(what: ToSerialize): Promise<(Buffer | null)[]> {
    const encoded = await this.process.call<(string | null)[]>('serialize', what)
    return encoded.map((one) => (one === null ? null : Buffer.from(one, 'base64')))
  }

  /** Values that have a schema each. */
  async serializeEach(what: EachToSerialize): Promise<Buffer[]> {
    const encoded = await this.process.call<string[]>('serializeEach', what)
    return encoded.map((one) => Buffer.from(one, 'base64'))
  }

  /** The schema's GUID in a header of each record. */
  async serializeWithHeaders(what: ToSerialize): Promise<WithHeaders[]> {
    const encoded = await this.process.call<{ data: string; headers: { name: string; value: string }[] }[]>(
      'serializeWithHeaders',
      what,
    )
    return encoded.map(({ data, headers }) => ({
      data: Buffer.from(data, 'base64'),
      headers: headers.map(({ name, value }) => ({ name, value: Buffer.from(value, 'base64') })),
    }))
  }

  async stop(): Promise<void> {
    await this.process.stop()
    removeFolder(this.folder)
  }
}
