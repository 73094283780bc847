/** Settings of Java's producer, and librdkafka's names, that the consumer does not have too. */
import { choice, type JavaKey, javaKeys, number, same, unused } from './java-keys.ts'
import { type Scope, scopeOf } from './librdkafka-keys.ts'

const ours = [
  ...['acks', 'request.required.acks', 'enable.idempotence', 'message.timeout.ms', 'delivery.timeout.ms'],
  ...['transactional.id', 'transaction.timeout.ms', 'enable.gapless.guarantee'],
] as const
const own = [
  ...[
    'linger.ms',
    'queue.buffering.max.ms',
    'batch.size',
    'batch.num.messages',
    'compression.type',
    'compression.codec',
  ],
  ...[
    'compression.level',
    'request.timeout.ms',
    'retry.backoff.max.ms',
    'partitioner',
    'sticky.partitioning.linger.ms',
  ],
  ...['queue.buffering.max.messages', 'queue.buffering.max.kbytes', 'queue.buffering.backpressure.threshold'],
  ...['retries', 'message.send.max.retries', 'queuing.strategy'],
] as const

export type ProducerName = (typeof own)[number]

const delivery = 'a dead letter is done when all in-sync replicas have it, and is tried until then'
const without = 'redkite keeps of it what one letter needs'
const compression = same('none', 'gzip', 'snappy', 'lz4', 'zstd')

/** Of `producer.…` and `producer.override.…`; what a client of any kind knows is in java-keys.ts. */
const producerOnly: Readonly<Record<string, JavaKey>> = {
  acks: unused(delivery),
  retries: unused(delivery),
  'delivery.timeout.ms': unused(delivery),
  'enable.idempotence': unused(delivery),
  'transactional.id': unused(delivery),
  'transaction.timeout.ms': unused(delivery),
  'batch.size': number('batch.size', 1, 2_147_483_647),
  'buffer.memory': unused(without),
  'compression.type': choice('compression.type', compression),
  'key.serializer': unused('a dead letter is the bytes that were read'),
  'value.serializer': unused('a dead letter is the bytes that were read'),
  'linger.ms': number('linger.ms', 0, 900_000),
  'max.block.ms': unused(without),
  'max.in.flight.requests.per.connection': number('max.in.flight.requests.per.connection', 1, 5),
  'max.request.size': number('message.max.bytes', 1_000, 1_000_000_000),
  'partitioner.class': unused('the key decides, as with Java'),
  'partitioner.ignore.keys': unused('the key decides, as with Java'),
  'request.timeout.ms': number('request.timeout.ms', 1, 900_000),
  'retry.backoff.max.ms': number('retry.backoff.max.ms', 1, 300_000),
}

export const producerKeys: Readonly<Record<string, JavaKey>> = {
  ...Object.fromEntries(
    Object.entries(javaKeys).filter(([, key]) => key.kind !== 'translated' || scopeOf(key.to) === 'client'),
  ),
  ...producerOnly,
}

export function producerScopeOf(name: string): Scope | undefined {
  if (ours.some((one) => one === name)) return 'ours'
  if (own.some((one) => one === name)) return 'producer'
  const scope = scopeOf(name)
  return scope === 'consumer' || scope === 'ours' ? undefined : scope
}
