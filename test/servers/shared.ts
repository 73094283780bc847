/**
 * Servers that all test files of one `bun test` process use together: each starts when it is first asked for, and preload.ts stops them
 * after the last test. A test keeps to itself by topic, group and collection names of its own (unique()), and starts a server of its own
 * when it kills, restarts or freezes it.
 */
import { type KafkaServer, startKafka } from './kafka.ts'
import { type MilvusServer, startMilvus } from './milvus.ts'
import { type MilvusLite, startMilvusLite } from './milvus-lite.ts'
import { type MilvusAddress, PyMilvus } from './pymilvus.ts'
import { Serializers } from './serializers.ts'

/**
 * The first test that asks for a server waits for its start, so each file that uses one begins with `setDefaultTimeout(serverTimeoutMs)`:
 * Bun has no such setting for all files, and kills what a test started when it runs out of its five seconds.
 */
export const serverTimeoutMs = 120_000

interface Stoppable {
  stop(): Promise<void>
}

const started = new Map<string, Promise<Stoppable>>()

function once<Server extends Stoppable>(name: string, start: () => Promise<Server>): Promise<Server> {
  let server = started.get(name) as Promise<Server> | undefined
  if (!server) {
    server = start()
    started.set(name, server)
  }
  return server
}

/** One broker, PLAINTEXT. */
export function sharedKafka(): Promise<KafkaServer> {
  return once('Kafka', () => startKafka())
}

/** One broker with SASL_SSL, SSL, an authorizer and an OIDC provider. */
export function sharedSecureKafka(): Promise<KafkaServer> {
  return once('secure Kafka', () => startKafka({ secure: true }))
}

/** Milvus 2.3.5: never a field of a type it does not know (see milvus.ts), or it takes all other tests with it. */
export function sharedMilvus(): Promise<MilvusServer> {
  return once('Milvus', () => startMilvus())
}

/** Milvus 2.3.5 over TLS, asking for a token. */
export function sharedSecureMilvus(): Promise<MilvusServer> {
  return once('secure Milvus', () => startMilvus({ tls: true, authorization: true }))
}

export function sharedMilvusLite(): Promise<MilvusLite> {
  return once('Milvus Lite', () => startMilvusLite())
}

/** For tests that are the same on both: `test.each(bothMilvus)('…, on %s', async (_, server) => …)`. */
export const bothMilvus: readonly [string, () => Promise<MilvusAddress>][] = [
  ['Milvus 2.3.5', sharedMilvus],
  ['Milvus Lite', sharedMilvusLite],
]

export function sharedPyMilvus(): Promise<PyMilvus> {
  return once('pymilvus', async () => new PyMilvus())
}

/** Confluent's serializers for a Schema Registry. */
export function sharedSerializers(): Promise<Serializers> {
  return once('serializers', async () => new Serializers())
}

let names = 0

/** A name that no other test of this process has, good for topics, groups, connectors and collections. */
export function unique(stem: string): string {
  return `${stem}_${process.pid}_${++names}`
}

export async function stopShared(): Promise<void> {
  const servers = [...started.values()]
  started.clear()
  await Promise.allSettled(servers.map(async (server) => (await server).stop()))
}
