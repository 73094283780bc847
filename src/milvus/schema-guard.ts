/**
 * Notices when the collection is not what it was when the rows were made for it: altered, dropped and made again, or an alias that was
 * switched to another collection.
 *
 * Milvus itself says so badly: it refuses every row as if the rows were to blame (taken at its word, all of them would become dead letters),
 * or takes them without the fields that are new. So a row that is refused by itself (all others are split first) is blamed only when the
 * schema is still the one it was made for, and while rows are sent the schema is looked at every few seconds.
 */
import { failure, RedkiteError } from '../errors/errors.ts'
import type { Log } from '../ops/log.ts'
import type { Answer, MilvusConnection } from './connection.ts'
import { type CollectionDescription, describeCollection } from './describe.ts'
import type { WriteRequest } from './request.ts'
import type { CollectionSchema } from './schema.ts'

/** One question takes Milvus a few ms. No timer asks it: an idle sink has nothing to notice. */
const lookIntervalMs = 5_000
const lookTimeoutMs = 5_000

export class SchemaGuard {
  readonly #expected: string
  #id: string | undefined
  #lookedMs = performance.now()
  #looking: Promise<void> | undefined

  constructor(
    readonly connection: MilvusConnection,
    readonly schema: CollectionSchema,
    readonly log: Pick<Log, 'warn'>,
    readonly intervalMs = lookIntervalMs,
  ) {
    this.#expected = shapeOf(schema)
  }

  async send(request: WriteRequest): Promise<Answer> {
    if (performance.now() - this.#lookedMs >= this.intervalMs) await this.#look(request.collection)
    try {
      return await this.connection.send(request)
    } catch (error) {
      if (request.rows === 1 && error instanceof RedkiteError && error.label === 'record') {
        // When the collection cannot be asked nobody knows yet who is to blame.
        this.#check(await describeCollection(this.connection, request.collection))
      }
      throw error
    }
  }

  close(): Promise<void> {
    return this.connection.close()
  }

  /** Once for all requests that are about to be sent. */
  #look(collection: string): Promise<void> {
    this.#looking ??= describeCollection(this.connection, collection, { timeoutMs: lookTimeoutMs })
      .then((description) => this.#check(description))
      .catch((error: unknown) => {
        // What keeps Milvus from answering, the request will meet as well, and be sent again for it.
        if (error instanceof RedkiteError && error.code === 'MILVUS_SCHEMA_CHANGED') throw error
      })
      .finally(() => {
        this.#lookedMs = performance.now()
        this.#looking = undefined
      })
    return this.#looking
  }

  #check({ id, name, schema }: CollectionDescription): void {
    const { endpoint, database } = this.connection
    const { collection } = schema
    if (shapeOf(schema) !== this.#expected) {
      throw failure('MILVUS_SCHEMA_CHANGED', { endpoint, database, collection }, 'its fields are others now')
    }
    if (this.#id !== undefined && this.#id !== id) {
      const how = name === collection ? 'it was made anew' : `the alias now stands for "${name}"`
      this.log.warn(`collection "${collection}" is another now (${how}); rows go there from here on`)
    }
    this.#id = id
  }
}

function shapeOf({ fields, dynamicField }: CollectionSchema): string {
  return JSON.stringify([fields, dynamicField])
}
