/** Partitions that have names. Those that Milvus makes of a partition key are its own business. */
import { failure } from '../errors/errors.ts'
import type { MilvusConnection } from './connection.ts'
import type { StatusMessage } from './status-message.ts'

/** Sees that the partition is there; makes it where that is asked for. Throws MILVUS_PARTITION_MISSING. */
export async function openPartition(
  connection: MilvusConnection,
  collection: string,
  partition: string,
  creates: boolean,
): Promise<void> {
  const names = { collection_name: collection, partition_name: partition }
  const { value } = await connection.call<{ status: StatusMessage; value: boolean }>('HasPartition', names, collection)
  if (value) return
  if (creates) {
    // Another task may have been quicker; Milvus takes a partition that is there for made.
    await connection.call<{ status: StatusMessage }>('CreatePartition', names, collection)
    return
  }
  const { endpoint, database } = connection
  throw failure(
    'MILVUS_PARTITION_MISSING',
    { endpoint, database, collection },
    'the partition that a record names is not there; auto.create=true makes it',
  )
}
