/**
 * A client of the Schema Registry's REST interface, as much of it as reading needs: a schema by its id or GUID, with all that it refers to.
 * Confluent's own client is 171 MB of packages for these two questions.
 */
import type { RegistrySettings } from '../config/registry.ts'
import { failure } from '../errors/errors.ts'
import { Addresses } from './address.ts'
import { textOf } from './answer.ts'

export type SchemaType = 'AVRO' | 'PROTOBUF' | 'JSON'

export interface ReferencedSchema {
  /** What the schema that refers to it calls it: an Avro name, a path to import, a URL. */
  readonly name: string
  readonly text: string
}

export interface RegisteredSchema {
  readonly type: SchemaType
  readonly text: string
  /** Each once, before those that refer to it. */
  readonly references: readonly ReferencedSchema[]
}

/** A schema refers to others, and they to others, so deep at most and so many in all. */
export const referencesDeepMax = 32
export const referencesMax = 256

/** What a record says of its schema: an id, or (Confluent's newer form) a GUID. */
export type SchemaName = { readonly id: number } | { readonly guid: string }

export class RegistryClient {
  readonly #addresses: Addresses

  /** Throws REGISTRY_TLS_FILE. */
  constructor(settings: RegistrySettings) {
    this.#addresses = new Addresses(settings)
  }

  get text(): string {
    return this.#addresses.text
  }

  /**
   * `what` is what names the schema, "record value" or "record key", for messages. Rejects with SCHEMA_UNKNOWN or SCHEMA_UNUSABLE when it is
   * the record's fault, with a retriable error while the registry is down, else with a fatal one.
   */
  async schema(name: SchemaName, what: string): Promise<RegisteredSchema> {
    const shown = 'id' in name ? String(name.id) : name.guid
    const answer = await this.#addresses.get('id' in name ? `/schemas/ids/${name.id}` : `/schemas/guids/${name.guid}`)
    if (answer === undefined) throw failure('SCHEMA_UNKNOWN', what, shown)
    const { url, said } = answer
    const unusable = (why: string) => failure('SCHEMA_UNUSABLE', what, shown, why)
    const type = said.schemaType ?? 'AVRO'
    if (type !== 'AVRO' && type !== 'PROTOBUF' && type !== 'JSON') throw unusable(`its type is ${String(type)}`)
    const references = new Map<string, string>()
    await this.#collect(said.references, 1, references, unusable)
    return {
      type,
      text: textOf(url, said, 'schema'),
      references: Array.from(references, ([name, text]) => ({ name, text })),
    }
  }

  async #collect(
    references: unknown,
    depth: number,
    found: Map<string, string>,
    unusable: (why: string) => Error,
  ): Promise<void> {
    if (!Array.isArray(references)) return
    if (depth > referencesDeepMax) throw unusable(`its references go more than ${referencesDeepMax} deep`)
    for (const { name, subject, version } of references as Record<string, unknown>[]) {
      if (typeof name !== 'string' || typeof subject !== 'string' || typeof version !== 'number') {
        throw unusable('a reference of it has no name, subject or version')
      }
      if (found.has(name)) continue
      if (found.size >= referencesMax) throw unusable(`it refers to more than ${referencesMax} schemas`)
      const answer = await this.#addresses.get(`/subjects/${encodeURIComponent(subject)}/versions/${version}`)
      if (answer === undefined) throw unusable(`it refers to version ${version} of "${subject}", which is not there`)
      await this.#collect(answer.said.references, depth + 1, found, unusable)
      found.set(name, textOf(answer.url, answer.said, 'schema'))
    }
  }
}
