/**
 * The librdkafka configuration of the producer of dead letters: `producer.…` of the worker and `producer.override.…` of the sink, as Connect
 * has it, over what the sink's consumer says of brokers and identity.
 *
 * Connect's producer has nothing of the consumer's. People who forget its prefix get dead letters that cannot log in, so the consumer's
 * identity counts here too, unless `producer.security.protocol` says that the producer has its own.
 */
import type { Findings } from '../entry.ts'
import { hiding } from '../secret.ts'
import type { ClientSettings } from './client-settings.ts'
import { clientConfig, security, translate } from './consumer.ts'
import type { LibrdkafkaConfig } from './librdkafka-keys.ts'
import { producerKeys, producerScopeOf } from './producer-keys.ts'
import { isSecretName } from './secret-names.ts'

/** @param file where to say that something is missing */
export function producerConfig(
  settings: ClientSettings,
  consumer: LibrdkafkaConfig,
  file: string,
  findings: Findings,
): LibrdkafkaConfig {
  const { 'client.id': _, 'message.max.bytes': __, ...all } = clientConfig(consumer) as Record<string, string>
  const hasOwnIdentity = settings.has('security.protocol')
  const config = hasOwnIdentity
    ? Object.fromEntries(Object.entries(all).filter(([name]) => !/^(security|sasl|ssl|enable\.ssl)\./.test(name)))
    : all
  const client = { name: 'producer', java: producerKeys, scopeOf: producerScopeOf } as const
  for (const [name, setting] of settings) translate(name, setting, config, findings, client)
  if (hasOwnIdentity) Object.assign(config, security(settings, file, findings))
  return hiding(config, isSecretName)
}
