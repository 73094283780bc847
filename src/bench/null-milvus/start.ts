/**
 * A Milvus that holds one collection and only counts what is written to it, as cheaply as possible: it shares the machine with what it
 * measures. `bench/null-milvus/measure.ts` prints its own cost.
 */

import type { CollectionSchema, Field } from '../../milvus/schema.ts'
import { loadSdk } from '../../milvus/sdk.ts'
import { startPart } from '../part.ts'
import type { NullMilvusCounts, NullMilvusSetup } from './server.ts'

export type { NullMilvusCounts }

export interface NullMilvusOptions {
  readonly schema: CollectionSchema
  /** How long each Insert or Upsert takes, as if Milvus worked. */
  readonly delayMs?: number
}

export interface NullMilvus {
  readonly port: number
  counts(): Promise<NullMilvusCounts>
  stop(): Promise<void>
}

export async function startNullMilvus({ schema, delayMs = 0 }: NullMilvusOptions): Promise<NullMilvus> {
  const setup: NullMilvusSetup = { delayMs, answers: await answersFor(schema) }
  const server = startPart('milvus', setup)
  const port = Number(await server.hear())
  return {
    port,
    async counts() {
      server.say('counts')
      return JSON.parse(await server.hear()) as NullMilvusCounts
    },
    stop: () => server.stop(),
  }
}

/** What the server says besides counts, encoded by the SDK's own descriptors. */
async function answersFor(schema: CollectionSchema): Promise<Record<string, string>> {
  const { service } = await loadSdk()
  const status = { code: 0, error_code: 0 }
  const messages: Record<string, object> = {
    Connect: { status, identifier: '1' },
    GetVersion: { status, version: 'null' },
    HasCollection: { status, value: true },
    GetLoadState: { status, state: 3 },
    ListDatabases: { status, db_names: ['default'] },
    DescribeCollection: {
      status,
      collection_name: schema.collection,
      schema: {
        name: schema.collection,
        enable_dynamic_field: schema.dynamicField,
        fields: schema.fields.map(toMessage),
      },
    },
  }
  const encoded = Object.entries(messages).map(([method, message]) => [
    method,
    service[method]!.responseSerialize(message).toString('base64'),
  ])
  return Object.fromEntries(encoded) as Record<string, string>
}

function toMessage(field: Field): object {
  const parameters = { dim: field.dim, max_length: field.maxLengthBytes, max_capacity: field.maxCapacity }
  return {
    name: field.name,
    data_type: field.type,
    is_primary_key: field.primaryKey,
    autoID: field.autoId,
    nullable: field.nullable,
    is_partition_key: field.partitionKey,
    element_type: field.elementType ?? 0,
    type_params: Object.entries(parameters)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => ({ key, value: String(value) })),
  }
}
