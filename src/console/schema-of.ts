import type { SinkSettings } from '../config/setup.ts'
import { describeCollection } from '../milvus/describe.ts'
import type { CollectionSchema } from '../milvus/schema.ts'
import { connectWithin } from '../sink/open-milvus.ts'

/** The schema of a sink's collection, over a connection of its own. */
export async function schemaOf(settings: SinkSettings): Promise<CollectionSchema> {
  const connection = await connectWithin(settings)
  try {
    return (await describeCollection(connection, settings.collection)).schema
  } finally {
    await connection.close()
  }
}
