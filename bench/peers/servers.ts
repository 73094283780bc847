/** The servers that all contenders write into: how each is started, and where a contender finds a collection that is new. */
import { startNullMilvus } from '../../src/bench/null-milvus/start.ts'
import { connect } from '../../src/milvus/connect.ts'
import { createCollection, loadCollection, type NewCollection } from '../../src/milvus/create.ts'
import { DataType } from '../../src/milvus/schema.ts'
import { proposedSchema } from '../../src/preflight/proposed-schema.ts'
import { startMilvus } from '../../test/servers/milvus.ts'
import { startMilvusLite } from '../../test/servers/milvus-lite.ts'

export const index = { type: 'FLAT', metric: 'L2', params: {} }

export interface Server {
  readonly what: string
  readonly address: string
  /** Undefined: redkite brings its own. */
  readonly pid: number | undefined
  /** Has a collection of this name while the work is done; a null Milvus has one alone, and says its name. */
  withCollection<T>(name: string, work: (name: string) => Promise<T>): Promise<T>
  stop(): Promise<void>
}

export async function openServer(kind: string, dim: number): Promise<Server> {
  const collection: NewCollection = {
    ...{ name: 'peers', dynamicField: false, shards: 1, consistency: 'Bounded', index },
    fields: [
      { name: 'id', type: DataType.Int64, primaryKey: true },
      { name: 'vector', type: DataType.FloatVector, dim },
    ],
  }
  if (kind === 'null') {
    const server = await startNullMilvus({ schema: proposedSchema({ collection }) })
    const address = `127.0.0.1:${server.port}`
    return {
      what: 'a null Milvus',
      address,
      pid: undefined,
      withCollection: (_, work) => work(collection.name),
      stop: () => server.stop(),
    }
  }
  const server = kind === 'lite' ? await startMilvusLite() : await startMilvus()
  const { host, port } = server
  const connection = await connect({ endpoint: { host, port, tls: false }, requestTimeoutMs: 120_000 })
  return {
    what: `Milvus ${connection.serverVersion}`,
    address: `${host}:${port}`,
    pid: server.pid,
    async withCollection(name, work) {
      await createCollection(connection, { ...collection, name })
      await loadCollection(connection, name, index)
      try {
        return await work(name)
      } finally {
        await connection.order('DropCollection', { collection_name: name }, name)
      }
    },
    async stop() {
      await connection.close()
      await server.stop()
    },
  }
}
