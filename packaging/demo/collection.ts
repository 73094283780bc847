/** The demo's side of Milvus: makes the quick start's collection and reads it back, through the Milvus SDK's own client, none of redkite's code. */
import { ConsistencyLevelEnum, DataType, IndexType, logger, MetricType, MilvusClient } from '@zilliz/milvus2-sdk-node'
import type { Article } from './articles.ts'

export const fields = 'id INT64 (key), title VARCHAR(512), title_vector FLOAT_VECTOR(8), link VARCHAR(512)'

/** Everything acknowledged is seen. */
const strong = { consistency_level: ConsistencyLevelEnum.Strong } as const

export interface Neighbour {
  readonly title: string
  readonly distance: number
}

export class Collection {
  readonly #client: MilvusClient

  constructor(
    address: string,
    readonly name: string,
  ) {
    // It writes each request to the console when NODE_ENV says test or dev.
    logger.silent = true
    this.#client = new MilvusClient({ address, ssl: false, maxRetries: 0, timeout: 30_000 })
  }

  /** As the quick start wants it, with an index and loaded, so that it can be searched. */
  async create(): Promise<void> {
    const answer = await this.#client.createCollection({
      collection_name: this.name,
      fields: [
        { name: 'id', data_type: DataType.Int64, is_primary_key: true },
        { name: 'title', data_type: DataType.VarChar, max_length: 512 },
        { name: 'title_vector', data_type: DataType.FloatVector, dim: 8 },
        { name: 'link', data_type: DataType.VarChar, max_length: 512 },
      ],
      index_params: [{ field_name: 'title_vector', index_type: IndexType.FLAT, metric_type: MetricType.L2 }],
    })
    check(answer)
    check(await this.#client.loadCollectionSync({ collection_name: this.name }))
  }

  async count(): Promise<number> {
    const answer = await this.#client.query({
      collection_name: this.name,
      filter: '',
      output_fields: ['count(*)'],
      ...strong,
    })
    check(answer.status)
    return Number(answer.data[0]!['count(*)'])
  }

  async read(id: number): Promise<Article | undefined> {
    const answer = await this.#client.query({
      collection_name: this.name,
      filter: `id == ${id}`,
      output_fields: ['id', 'title', 'title_vector', 'link'],
      ...strong,
    })
    check(answer.status)
    const row = answer.data[0]
    return row === undefined ? undefined : ({ ...row, id: Number(row.id) } as Article)
  }

  async neighbours(vector: readonly number[], limit: number): Promise<Neighbour[]> {
    const answer = await this.#client.search({
      collection_name: this.name,
      data: [...vector],
      limit,
      output_fields: ['title'],
      ...strong,
    })
    check(answer.status)
    // L2 in Milvus is the square.
    return answer.results.map(({ title, score }) => ({ title, distance: Math.sqrt(score) }))
  }

  async close(): Promise<void> {
    await this.#client.closeConnection()
  }
}

function check(status: {
  readonly code?: number
  readonly error_code: string | number
  readonly reason: string
}): void {
  if (status.error_code !== 'Success' && status.error_code !== 0) throw new Error(`Milvus: ${status.reason}`)
}
