/**
 * The Milvus SDK, loaded when the first connection is made and cut down to what redkite calls.
 *
 * The SDK builds message classes and descriptors for all 143 methods of Milvus, three times over, at each `new GRPCClient`: 350 ms and 55 MB.
 * Its descriptors are plain JSON modules; service.ts makes of them what the methods below need, each when it is first called.
 * `bench/null-milvus/sdk-start.ts` prints the figures. packaging/left-out.ts prunes the descriptors when the binary is made, and leaves out what
 * else is not needed.
 */

import type { ChannelCredentials, Client, Metadata, ServiceClientConstructor, ServiceDefinition } from '@grpc/grpc-js'
import type { ClientConfig } from '@zilliz/milvus2-sdk-node'
import type { DescriptorNode } from './prune.ts'
import { serviceOf } from './service.ts'

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
  const [sdk, grpc] = await Promise.all([import('@zilliz/milvus2-sdk-node'), import('@grpc/grpc-js')])
  // It writes messages to the console when NODE_ENV says test or dev.
  sdk.logger.silent = true
  const service = serviceOf(descriptorOf(all), milvusService, methods)
  const clients: Clients = {
    milvus: grpc.makeGenericClientConstructor(service, milvusService),
    others: grpc.makeGenericClientConstructor({}, 'none'),
  }
  // Only the SDK's own createCollection and row insert look types up in these two.
  const bases = [descriptorOf(milvusBase), descriptorOf(schemaBase)]
  return {
    version: sdk.MilvusClient.sdkInfo.version,
    service,
    newClient: (config) => withServices(clients, bases, () => new sdk.GRPCClient(config) as unknown as SdkClient),
    newMetadata: (entries) => {
      const metadata = new grpc.Metadata()
      for (const [key, value] of entries) metadata.set(key, value)
      return metadata
    },
  }
}

const milvusService = 'milvus.proto.milvus.MilvusService'

interface Clients {
  readonly milvus: ServiceClientConstructor
  /** Of telemetry, which is off. */
  readonly others: ServiceClientConstructor
}

/** Where the SDK's clients take their services from: the exports of a CommonJS module, which they look into at each `new`. */
interface SdkServices {
  getGRPCService(proto: { readonly serviceName: string }): ServiceClientConstructor
}

const sdkServices = (): SdkServices => require('@zilliz/milvus2-sdk-node/dist/milvus/utils/Grpc.js')

/** Has the SDK make a client with these services and no other descriptors. It is whole again afterwards, for whoever uses it in its own way. */
function withServices<T>({ milvus, others }: Clients, unused: readonly DescriptorNode[], make: () => T): T {
  const services = sdkServices()
  const { getGRPCService } = services
  const whole = unused.map(({ nested }) => nested)
  services.getGRPCService = ({ serviceName }) => (serviceName === milvusService ? milvus : others)
  for (const descriptor of unused) descriptor.nested = {}
  try {
    return make()
  } finally {
    services.getGRPCService = getGRPCService
    for (const [i, descriptor] of unused.entries()) descriptor.nested = whole[i] ?? {}
  }
}

/** A CommonJS module's `exports.default`, which Bun's import wraps once more or not, run from source or compiled. */
export function descriptorOf(module: { default: unknown }): DescriptorNode {
  const exported = module.default as DescriptorNode & { default?: DescriptorNode }
  return exported.default ?? exported
}
