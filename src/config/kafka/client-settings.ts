/**
 * The Kafka client settings of one sink as the files give them, before translation: the worker's own security settings, then
 * `consumer.…` of the worker, then `consumer.override.…` of the sink; the later wins.
 *
 * Connect itself takes a consumer's security settings from `consumer.` alone. People who forget that prefix get a consumer that cannot log
 * in, so the worker's settings count here too, unless `consumer.security.protocol` says that the consumer has its own: a file made for Connect
 * is then read exactly as Connect reads it.
 */
import { below, type Entries, type Entry } from '../entry.ts'
import { workerSecurity } from '../keys.ts'

export interface ClientSetting extends Entry {
  /** The whole key as it was written. */
  readonly key: string
}

export type ClientSettings = Map<string, ClientSetting>

/** The same for the producer of dead letters: `producer.…` of the worker, then `producer.override.…` of the sink, as Connect has it. */
export function producerSettings(worker: Entries, sink: Entries): ClientSettings {
  const settings: ClientSettings = new Map()
  for (const [prefix, entries] of [
    ['producer.', below(worker, 'producer.')],
    ['producer.override.', below(sink, 'producer.override.')],
  ] as const) {
    for (const [name, entry] of entries) settings.set(name, { ...entry, key: prefix + name })
  }
  return settings
}

export function clientSettings(worker: Entries, sink: Entries): ClientSettings {
  const settings: ClientSettings = new Map()
  const add = (prefix: string, entries: Entries) => {
    for (const [name, entry] of entries) settings.set(name, { ...entry, key: prefix + name })
  }
  const consumer = below(worker, 'consumer.')
  if (!consumer.has('security.protocol')) {
    add('', new Map([...worker].filter(([name]) => workerSecurity.test(name))))
  }
  const brokers = worker.get('bootstrap.servers')
  if (brokers !== undefined) add('', new Map([['bootstrap.servers', brokers]]))
  add('consumer.', consumer)
  add('consumer.override.', below(sink, 'consumer.override.'))
  return settings
}
