/**
 * A librdkafka handle: one client with its threads and connections. Made here for consumer, producer and admin alike, and taken down
 * without stopping the event loop.
 */
import { type Pointer, read } from 'bun:ffi'
import { failure } from '../errors/errors.ts'
import { textIn } from './c-string.ts'
import { type KafkaConfig, makeConf } from './conf.ts'
import { event } from './event.ts'
import { assertLayout } from './layout.ts'
import { type Librdkafka, librdkafka } from './symbols.ts'

export const handleType = { producer: 0, consumer: 1 } as const

/** How often the end of the destroying thread is looked for. */
const joinPollMs = 2

/**
 * `events` are those wanted beside errors and logs, which come always. What librdkafka logs while it is made (a wrong CA file) is in the
 * error it gives.
 */
export function newHandle(type: number, config: KafkaConfig, events: number): Pointer {
  assertLayout()
  const rd = librdkafka()
  const conf = makeConf({ ...reconnecting(config), ...config, 'log.queue': true }, events | event.error | event.log)
  // A token must be fetched on librdkafka's background thread: it is an HTTP request that would stop the event loop.
  const fetchesTokens =
    String(config['sasl.mechanism'] ?? config['sasl.mechanisms'] ?? '').toUpperCase() === 'OAUTHBEARER'
  if (fetchesTokens) rd.rd_kafka_conf_enable_sasl_queue(conf, 1)
  const why = Buffer.alloc(512)
  const handle = rd.rd_kafka_new(type, conf, why, why.length)
  if (handle === null) {
    rd.rd_kafka_conf_destroy(conf)
    const text = textIn(why)
    throw failure('KAFKA_CONF_INVALID', settingIn(text, config), text)
  }
  if (fetchesTokens) ignore(rd, rd.rd_kafka_sasl_background_callbacks_enable(handle))
  return handle
}

/**
 * Destroys a handle on a thread of its own, because the call waits for connections and, if a queue or message was not given back, for
 * ever. All queues, lists and messages of the handle must be destroyed before. False when it is not done at the deadline: the thread
 * then goes on alone.
 */
export async function destroyHandle(handle: Pointer, deadlineMs: number): Promise<boolean> {
  const rd = librdkafka()
  const thread = new Uint8Array(8)
  const destroy = (rd.rd_kafka_destroy as unknown as { ptr: number }).ptr as Pointer
  if (rd.pthread_create(thread, null, destroy, handle) !== 0) throw failure('INTERNAL', 'no thread could be started')
  const id = new BigUint64Array(thread.buffer)[0]!
  const end = performance.now() + deadlineMs
  while (rd.pthread_tryjoin_np(id, null) !== 0) {
    if (performance.now() > end) return false
    await Bun.sleep(joinPollMs)
  }
  return true
}

/** The fatal error that ended the handle's work, if any. */
export function fatalErrorOf(handle: Pointer): { code: number; why: string } | undefined {
  const why = Buffer.alloc(512)
  const code = librdkafka().rd_kafka_fatal_error(handle, why, why.length)
  return code === 0 ? undefined : { code, why: textIn(why) }
}

function ignore(rd: Librdkafka, error: Pointer | null): void {
  if (error !== null) rd.rd_kafka_error_destroy(error)
}

/**
 * As in Java's clients, a broker that is away is tried once a second; librdkafka lets ten seconds pass, in which it may long be back. Who
 * wants longer pauses says so by the shortest.
 */
function reconnecting(config: KafkaConfig): KafkaConfig {
  return { 'reconnect.backoff.max.ms': Math.max(1_000, Number(config['reconnect.backoff.ms']) || 0) }
}

/** librdkafka names the setting in its text with backticks, or not at all. */
function settingIn(text: string, config: KafkaConfig): string {
  const named = Object.keys(config).filter((key) => text.includes(key))
  return named.sort((a, b) => b.length - a.length)[0] ?? 'of the client'
}

/** A 64-bit number lying in memory; exact to 2^53. No BigInt is made. */
export function int64At(pointer: Pointer, offset: number): number {
  return read.u32(pointer, offset) + read.i32(pointer, offset + 4) * 4_294_967_296
}
