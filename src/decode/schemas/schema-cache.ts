/**
 * What is read with each schema of a registry, by schema id. An id that is not here yet is fetched while its record waits: for ever when the
 * registry is down, since that is a bad day; an id that the registry does not know is its record's fault.
 */
import { backoffMs } from '../../delivery/backoff.ts'
import { failure, RedkiteError } from '../../errors/errors.ts'
import type { RegisteredSchema, RegistryClient, SchemaType } from '../../registry/client.ts'

/** How a record names its schema: a GUID is a text. */
export type SchemaId = number | string

/** Ids kept: a topic has a handful of them, but what claims to be an id may be anything. */
export const schemasMax = 1_000
/** An unknown id is asked for again after this long: the registry that redkite asks may lag behind the producer's. */
const unknownMs = 10_000

const backoff = { firstMs: 200, maxMs: 10_000 }
const warnEachMs = 30_000

export interface CacheOptions<T> {
  readonly client: Pick<RegistryClient, 'schema'>
  /** "record value" or "record key", for messages. */
  readonly what: string
  /** What the converter reads. */
  readonly type: SchemaType
  /** Makes of a schema what reads its records. Whatever it throws of label `record` is remembered for the id. */
  readonly compile: (schema: RegisteredSchema) => T
  readonly warn: Warn | undefined
}

/**
 * Hears why nothing is read while a registry is down, for as long as it is. Where nobody listens nobody is to wait either: `waiting` then rejects
 * with the first error.
 */
export type Warn = (text: string) => void

interface Entry<T> {
  readonly value: T | undefined
  /** In place of a value. */
  readonly error: RedkiteError | undefined
  readonly untilMs: number
}

export class SchemaCache<T> {
  /** Why `get` gave nothing; undefined when the id is being fetched: see `waiting`. */
  error: RedkiteError | undefined
  /** Told of what is given up to make room. */
  onRetired: ((value: T) => void) | undefined
  readonly #options: CacheOptions<T>
  readonly #entries = new Map<SchemaId, Entry<T>>()
  #lastId: SchemaId = -1
  #last: T | undefined
  #fetching: Promise<void> = Promise.resolve()

  constructor(options: CacheOptions<T>) {
    this.#options = options
  }

  get(id: SchemaId): T | undefined {
    if (id === this.#lastId) return this.#last
    const entry = this.#entries.get(id)
    if (entry?.value !== undefined) {
      this.#lastId = id
      this.#last = entry.value
      return entry.value
    }
    if (entry !== undefined && performance.now() < entry.untilMs) this.error = entry.error
    else {
      this.error = undefined
      this.#fetching = this.#fetch(id)
      // Whoever waits hears of it; nobody may be waiting any more.
      this.#fetching.catch(() => {})
    }
    return undefined
  }

  /** Resolves when the id that was last asked for may be asked for again. Rejects with what somebody has to mend. */
  waiting(): Promise<void> {
    return this.#fetching
  }

  *values(): Generator<T> {
    for (const { value } of this.#entries.values()) if (value !== undefined) yield value
  }

  async #fetch(id: SchemaId): Promise<void> {
    const { client, what, warn } = this.#options
    let warnedMs = Number.NEGATIVE_INFINITY
    for (let attempt = 1; ; attempt++) {
      try {
        const value = this.#compile(await client.schema(typeof id === 'number' ? { id } : { guid: id }, what), id)
        this.#keep(id, { value, error: undefined, untilMs: Number.POSITIVE_INFINITY })
        return
      } catch (error) {
        if (!(error instanceof RedkiteError) || error.label === 'fatal') throw error
        if (error.label === 'record') {
          const isUnknown = error.code === 'SCHEMA_UNKNOWN'
          const untilMs = isUnknown ? performance.now() + unknownMs : Number.POSITIVE_INFINITY
          this.#keep(id, { value: undefined, error, untilMs })
          return
        }
        if (warn === undefined) throw error
        if (performance.now() - warnedMs >= warnEachMs) {
          warnedMs = performance.now()
          warn(`${error.message}; nothing more is read until it answers, it is asked again and again`)
        }
        await Bun.sleep(backoffMs(backoff, attempt, Math.random()))
      }
    }
  }

  #compile(schema: RegisteredSchema, id: SchemaId): T {
    const { type, what, compile } = this.#options
    const unusable = (why: string) => failure('SCHEMA_UNUSABLE', what, String(id), why)
    if (schema.type !== type) throw unusable(`it is of type ${schema.type}, and the converter reads ${type}`)
    try {
      return compile(schema)
    } catch (error) {
      if (error instanceof RedkiteError && error.label === 'record') throw unusable(error.message)
      throw error
    }
  }

  #keep(id: SchemaId, entry: Entry<T>): void {
    this.#entries.delete(id)
    if (this.#entries.size >= schemasMax) this.#drop()
    this.#entries.set(id, entry)
  }

  /** The oldest of those that are no schemas, or else the oldest. */
  #drop(): void {
    let oldest: SchemaId | undefined
    for (const [id, { error }] of this.#entries) {
      if (error === undefined) continue
      oldest = id
      break
    }
    const id = oldest ?? this.#entries.keys().next().value!
    const { value } = this.#entries.get(id)!
    this.#entries.delete(id)
    if (id === this.#lastId) this.#lastId = -1
    if (value !== undefined) this.onRetired?.(value)
  }
}
