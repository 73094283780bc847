/** Where the bench writes: a collection that it makes and drops in a Milvus, or a Milvus of its own that only counts. Nothing else is touched. */
import type { SinkSettings } from '../config/setup.ts'
import { createCollection, loadCollection, type NewCollection } from '../milvus/create.ts'
import { DataType } from '../milvus/schema.ts'
import { checkProposal, proposeCollection } from '../preflight/propose.ts'
import { proposedSchema } from '../preflight/proposed-schema.ts'
import { connectWithin } from '../sink/open-milvus.ts'
import { askBounds } from '../sink/topic-bounds.ts'
import { fieldNames } from './kafka/records.ts'
import { startNullMilvus } from './null-milvus/start.ts'

export interface BenchTarget {
  /** In the place of what the files say; undefined: as they say. */
  readonly endpoint: string | undefined
  /** As the server says it. */
  readonly version: string
  /** Makes an empty collection, does the work, and drops it, however that ends. */
  withCollection<T>(name: string, work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** The least that the server must do, where there is no server to ask. */
const nullVersion = 'v2.3.5'

/** The collection for records that the bench makes. */
export function madeCollection({ onDemand }: SinkSettings, dims: number): NewCollection {
  const { shards, consistency, index } = onDemand
  const fields = [
    { name: fieldNames.id, type: DataType.Int64, primaryKey: true },
    { name: fieldNames.vector, type: DataType.FloatVector, dim: dims },
  ]
  return { name: '', fields, dynamicField: false, shards, consistency, index }
}

/** The collection that `auto.create` would make for the records of a topic. */
export async function collectionForTopic(settings: SinkSettings): Promise<NewCollection> {
  const { stretches } = await askBounds(settings)
  const proposal = await proposeCollection(settings, stretches, nullVersion)
  checkProposal(proposal)
  return proposal.collection
}

export async function openNull(collection: NewCollection): Promise<BenchTarget> {
  const server = await startNullMilvus({ schema: proposedSchema({ collection }) })
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    version: 'null',
    withCollection: (_, work) => work(),
    close: () => server.stop(),
  }
}

export async function openMilvus(
  settings: SinkSettings,
  endpoint: string | undefined,
  collection: NewCollection,
): Promise<BenchTarget> {
  const connection = await connectWithin(settings)
  return {
    endpoint,
    version: connection.serverVersion,
    async withCollection(name, work) {
      try {
        await createCollection(connection, { ...collection, name })
        await loadCollection(connection, name, collection.index)
        return await work()
      } finally {
        await connection.order('DropCollection', { collection_name: name }, name)
      }
    },
    close: () => connection.close(),
  }
}
