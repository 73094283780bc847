/**
 * The Milvus SDK, loaded when the first connection is made and cut down to what redkite calls.
 *
 * The SDK builds message classes and descriptors for all 143 methods of Milvus, three times over, at each `new GRPCClient`: 350 ms and 55 MB.
 * Its descriptors are plain JSON modules; a client is made from those pruned to the methods below and the types they reach: 30 ms and
 * 7 MB. `bench/null-milvus/sdk-start.ts` prints the figures.
 */

import type { ChannelCredentials, Client, Metadata, ServiceDefinition } from '@grpc/grpc-js'
import type { ClientConfig } from '@zilliz/milvus2-sdk-node'
import { type DescriptorNode, prune } from './prune.ts'

/** Methods of MilvusService that redkite, its checks and its demo use; a method that is not here does not exist. */
export const methods = [
  'Connect',
  'GetVersion',
  'DescribeCollection',
  'GetLoadState',
  'HasCollection',
  'ShowCollections',
  'ListDatabases',
  'CreateDatabase',
  'CreateCollection',
  'DropCollection',
  'AddCollectionField',
  'CreateIndex',
  'DescribeIndex',
  'LoadCollection',
  'HasPartition',
  'CreatePartition',
  'Insert',
  'Upsert',
  'Delete',
  'Query',
  'Search',
] as const

export type Method = (typeof methods)[number]

/** The parts of the SDK's client that its types hide and redkite needs. */
export interface SdkClient {
  connect(sdkVersion: string): void
  readonly connectPromise: Promise<unknown>
  readonly channelPool: { acquire(): Promise<Client>; release(client: Client): Promise<void> }
  /** `authorization`, `dbname`, `identifier`: what the SDK sends with each request. */
  readonly metadata: ReadonlyMap<string, string>
  creds: ChannelCredentials
  closeConnection(): Promise<unknown>
}

export interface Sdk {
  readonly version: string
  /** How each method's messages are encoded and decoded, by method name. */
  readonly service: ServiceDefinition
  newClient(config: ClientConfig): SdkClient
  newMetadata(entries: ReadonlyMap<string, string>): Metadata
}

let loading: Promise<Sdk> | undefined

export function loadSdk(): Promise<Sdk> {
  loading ??= load()
  return loading
}

async function load(): Promise<Sdk> {
  const [all, milvusBase, schemaBase] = await Promise.all([
    import('@zilliz/milvus2-sdk-node/dist/milvus/proto-json/milvus.js'),
    import('@zilliz/milvus2-sdk-node/dist/milvus/proto-json/milvus.base.js'),
    import('@zilliz/milvus2-sdk-node/dist/milvus/proto-json/schema.base.js'),
  ])
  const cut: Cut[] = [
    { of: descriptorOf(all), down: prune(descriptorOf(all), methods) },
    // Only the SDK's own createCollection and row insert look types up in these two.
    { of: descriptorOf(milvusBase), down: {} },
    { of: descriptorOf(schemaBase), down: {} },
  ]
  const [sdk, grpc] = await Promise.all([import('@zilliz/milvus2-sdk-node'), import('@grpc/grpc-js')])
  // It writes messages to the console when NODE_ENV says test or dev.
  sdk.logger.silent = true
  const options = { keepCase: true, longs: String, enums: Number, defaults: true, oneofs: true }
  const makeService = () => sdk.getGRPCService({ serviceName: 'milvus.proto.milvus.MilvusService' }, options)
  let service: ServiceDefinition | undefined
  return {
    version: sdk.MilvusClient.sdkInfo.version,
    get service() {
      service ??= during(cut, makeService).service
      return service
    },
    newClient: (config) => {
      const client = during(cut, () => new sdk.GRPCClient({ ...config, loaderOptions: options }))
      // It has made the same for itself: a fifth of the start.
      service ??= (client as unknown as { _MilvusService?: { service: ServiceDefinition } })._MilvusService?.service
      return client as unknown as SdkClient
    },
    newMetadata: (entries) => {
      const metadata = new grpc.Metadata()
      for (const [key, value] of entries) metadata.set(key, value)
      return metadata
    },
  }
}

interface Cut {
  readonly of: DescriptorNode
  readonly down: DescriptorNode
}

/** Descriptors are whole again afterwards, for whoever uses the SDK in its own way. */
function during<T>(cuts: readonly Cut[], make: () => T): T {
  const whole = cuts.map(({ of }) => of.nested)
  for (const { of, down } of cuts) of.nested = down.nested ?? {}
  try {
    return make()
  } finally {
    for (const [i, { of }] of cuts.entries()) of.nested = whole[i] ?? {}
  }
}

/** A CommonJS module's `exports.default`, which Bun's import wraps once more or not, run from source or compiled. */
function descriptorOf(module: { default: unknown }): DescriptorNode {
  const exported = module.default as DescriptorNode & { default?: DescriptorNode }
  return exported.default ?? exported
}
