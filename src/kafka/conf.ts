/** librdkafka's configuration object, made from names and values. */
import type { Pointer } from 'bun:ffi'
import { failure } from '../errors/errors.ts'
import { cString, textIn } from './c-string.ts'
import { librdkafka } from './symbols.ts'

/** Settings by librdkafka's own names; the package's `ConsumerGlobalConfig` and `ProducerGlobalConfig` fit. */
export type KafkaConfig = Readonly<Record<string, string | number | boolean | undefined>>

/** Makes a `rd_kafka_conf_t`. The caller owns it until `rd_kafka_new` has succeeded with it. */
export function makeConf(config: KafkaConfig, events: number): Pointer {
  const rd = librdkafka()
  const conf = rd.rd_kafka_conf_new()!
  const why = Buffer.alloc(512)
  for (const [key, value] of Object.entries(config)) {
    if (value === undefined) continue
    if (rd.rd_kafka_conf_set(conf, cString(key), cString(String(value)), why, why.length) === 0) continue
    rd.rd_kafka_conf_destroy(conf)
    throw failure('KAFKA_CONF_INVALID', key, withoutValue(textIn(why), key, String(value)))
  }
  rd.rd_kafka_conf_set_events(conf, events)
  return conf
}

const secret = /password|secret|token|jaas|pem|\.key$/i

/** librdkafka repeats the value it refuses; that of a password must not reach a log. */
function withoutValue(why: string, key: string, value: string): string {
  return secret.test(key) && value !== '' ? why.replaceAll(value, '…') : why
}
