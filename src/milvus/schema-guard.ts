/**
 * Tells a row that does not fit the collection from a collection that no longer is what it was. After an ALTER, or when it was dropped and
 * made again with other fields, Milvus refuses every row as if the rows were to blame; taken at its word, all of them would become dead
 * letters. So a row that is refused by itself (all others are split first) is blamed only when the schema is still the one it was made for.
 */
import { failure, RedkiteError } from '../errors/errors.ts'
import type { Answer, MilvusConnection } from './connection.ts'
import { describeCollection } from './describe.ts'
import type { WriteRequest } from './request.ts'
import type { CollectionSchema } from './schema.ts'

export class SchemaGuard {
  readonly #expected: string

  constructor(
    readonly connection: MilvusConnection,
    readonly schema: CollectionSchema,
  ) {
    this.#expected = shapeOf(schema)
  }

  async send(request: WriteRequest): Promise<Answer> {
    try {
      return await this.connection.send(request)
    } catch (error) {
      if (request.rows === 1 && error instanceof RedkiteError && error.label === 'record') {
        await this.#checkSchema(request.collection)
      }
      throw error
    }
  }

  close(): Promise<void> {
    return this.connection.close()
  }

  /** Rejects when the collection has changed, and when it cannot be asked: then nobody knows yet who is to blame. */
  async #checkSchema(collection: string): Promise<void> {
    const { schema } = await describeCollection(this.connection, collection)
    if (shapeOf(schema) === this.#expected) return
    const { endpoint, database } = this.connection
    throw failure('MILVUS_SCHEMA_CHANGED', { endpoint, database, collection }, 'its fields are others now')
  }
}

function shapeOf({ fields, dynamicField }: CollectionSchema): string {
  return JSON.stringify([fields, dynamicField])
}
