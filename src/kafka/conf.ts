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
    throw failure('KAFKA_CONF_INVALID', key, textIn(why))
  }
  rd.rd_kafka_conf_set_events(conf, events)
  // Logs come as events. What is still in a queue when the handle is destroyed would be printed on stderr by the default function.
  rd.rd_kafka_conf_set_log_cb(conf, null)
  return conf
}
