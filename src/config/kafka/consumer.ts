/**
 * The librdkafka configuration of a sink's consumer: redkite's defaults, the user's settings translated over them, and, over all, what
 * redkite's delivery depends on.
 */

import { failure } from '../../errors/errors.ts'
import { fetching } from '../../kafka/consumer-defaults.ts'
import type { BufferShares } from '../buffer.ts'
import type { Findings } from '../entry.ts'
import { nearest } from '../nearest.ts'
import { hiding } from '../secret.ts'
import type { ClientSetting, ClientSettings } from './client-settings.ts'
import { internalTopics, type JavaKey, javaKeys } from './java-keys.ts'
import { type LibrdkafkaConfig, librdkafkaNames, type Scope, scopeOf } from './librdkafka-keys.ts'
import { oauthNames, translateSasl } from './sasl.ts'
import { isSecretName } from './secret-names.ts'
import { tlsNames, translateTls } from './tls.ts'

/**
 * `isolation.level` and `auto.offset.reset` are those of Connect's consumer. With librdkafka's fetch.queue.backoff.ms of 1,000 the
 * fetcher sleeps a second each time its queue fills, which nearly halves the rows a second, so the queue is limited by bytes and the
 * sleep is short. The queue's limit and that of a fetch, which comes on top (1 MB a partition, 50 MB in all by librdkafka's default), are most
 * of what memory depends on: 16 MiB are as fast as 32, and 50 MB less resident with small records (docs/performance.md).
 */
const defaults = {
  'auto.offset.reset': 'earliest',
  'isolation.level': 'read_uncommitted',
  'fetch.queue.backoff.ms': `${fetching['fetch.queue.backoff.ms']}`,
  'fetch.max.bytes': '16777216',
  'queued.max.messages.kbytes': `${fetching['queued.max.messages.kbytes']}`,
  'queued.min.messages': `${fetching['queued.min.messages']}`,
} as const

/** An offset is committed when Milvus has acknowledged what lies below it, never by a clock of librdkafka's. */
const ours = {
  'enable.auto.commit': 'false',
  'enable.auto.offset.store': 'false',
} as const

export interface ConsumerName {
  readonly sink: string
  readonly regex: boolean
  /** Where to say that something is missing. */
  readonly file: string
  /** What `buffer.bytes` asks for; a setting of the consumer's own goes before it. */
  readonly buffer: BufferShares['consumer'] | undefined
}

export function consumerConfig(name: ConsumerName, settings: ClientSettings, findings: Findings): LibrdkafkaConfig {
  const config: Record<string, string> = {
    'bootstrap.servers': 'localhost:9092',
    'group.id': `connect-${name.sink}`,
    'client.id': `connector-consumer-${name.sink}-0`,
    ...defaults,
    ...name.buffer,
    ...(name.regex ? { 'topic.blacklist': internalTopics } : {}),
  }
  for (const [setting, value] of settings) translate(setting, value, config, findings)
  Object.assign(config, security(settings, name.file, findings), ours)
  if (!name.regex || config['topic.blacklist'] === '') delete config['topic.blacklist']
  if (config['group.protocol'] === 'consumer') dropClassicSettings(config, settings, findings)
  reconcile(config)
  return hiding(config, isSecretName)
}

/** Whose settings they are, and what each name means to it. */
export interface Client {
  readonly name: 'consumer' | 'producer'
  readonly java: Readonly<Record<string, JavaKey>>
  readonly scopeOf: (name: string) => Scope | undefined
}

/** Java's names become librdkafka's, which go through as they are. */
export function translate(
  name: string,
  setting: ClientSetting,
  config: Record<string, string>,
  findings: Findings,
  client: Client = { name: 'consumer', java: javaKeys, scopeOf },
): void {
  const value = setting.value.trim()
  const java = Object.hasOwn(client.java, name) ? client.java[name] : undefined
  const scope = client.scopeOf(name)
  if (java?.kind === 'security' || securityNames.has(name)) return
  if (java?.kind === 'unused') {
    if (value !== '' && !isDefaultOfOurs(name, value))
      findings.notice(`${setting.at}: \`${setting.key}\` has no effect: ${java.why}`)
  } else if (java?.kind === 'translated') {
    if (value === '') return
    const converted = java.convert(value)
    if (converted !== undefined) config[java.to] = converted
    else
      findings.problem(
        failure(
          'VALUE_INVALID',
          setting.at,
          setting.key,
          java.takes,
          isSecretName(name) ? 'what is there' : `"${value}"`,
        ),
      )
  } else if (scope === 'client' || scope === client.name) {
    if (value !== '') config[name] = value
  } else if (scope === 'ours') {
    findings.notice(`${setting.at}: \`${setting.key}\` has no effect: redkite sets it itself`)
  } else if (scope === 'code') {
    findings.problem(failure('KEY_REFUSED', setting.at, setting.key, 'it cannot be given in a file; remove it'))
  } else {
    const near = nearest(name, [...Object.keys(client.java), ...librdkafkaNames])
    const hint =
      near === undefined ? '' : `; did you mean \`${setting.key.slice(0, setting.key.length - name.length)}${near}\`?`
    findings.warn(
      `${setting.at}: neither Java's ${client.name} nor librdkafka knows \`${setting.key}\`, it has no effect${hint}`,
    )
  }
}

/** librdkafka's names that sasl.ts and tls.ts read together with Java's. */
const securityNames = new Set(['sasl.mechanisms', 'sasl.username', 'sasl.password', ...oauthNames, ...tlsNames])

/** Saying what is so anyway needs no remark. */
function isDefaultOfOurs(name: string, value: string): boolean {
  return name === 'enable.auto.commit' && value.toLowerCase() === 'false'
}

const protocols = ['plaintext', 'ssl', 'sasl_plaintext', 'sasl_ssl']

/**
 * Only what the protocol uses is looked at: a worker's JKS keystore for its REST interface is no reason to refuse a plaintext consumer.
 * Certificates without a protocol are a mistake that Java makes a puzzling time-out of.
 */
export function security(settings: ClientSettings, file: string, findings: Findings): Record<string, string> {
  const setting = settings.get('security.protocol')
  const protocol = setting?.value.trim().toLowerCase() || 'plaintext'
  if (setting !== undefined && !protocols.includes(protocol)) {
    findings.problem(
      failure(
        'VALUE_INVALID',
        setting.at,
        setting.key,
        protocols.map((each) => each.toUpperCase()).join(', '),
        `"${setting.value.trim()}"`,
      ),
    )
    return {}
  }
  const jaas = settings.get('sasl.jaas.config') ?? settings.get('sasl.username')
  if (!protocol.startsWith('sasl') && jaas !== undefined && jaas.value.trim() !== '') {
    findings.warn(
      `${jaas.at}: \`${jaas.key}\` has no effect: \`security.protocol\` is ${protocol.toUpperCase()}; write SASL_SSL or SASL_PLAINTEXT`,
    )
  }
  return {
    'security.protocol': protocol,
    ...(protocol.endsWith('ssl') ? translateTls(settings, findings) : {}),
    ...(protocol.startsWith('sasl') ? translateSasl(settings, file, findings) : {}),
  }
}

/** With the protocol of KIP-848 the broker decides these, and librdkafka refuses to start when they are set. */
function dropClassicSettings(config: Record<string, string>, settings: ClientSettings, findings: Findings): void {
  for (const name of [
    'session.timeout.ms',
    'heartbeat.interval.ms',
    'partition.assignment.strategy',
    'group.protocol.type',
  ]) {
    if (config[name] === undefined) continue
    delete config[name]
    const setting = settings.get(name)
    if (setting !== undefined)
      findings.notice(
        `${setting.at}: \`${setting.key}\` has no effect: with group.protocol=consumer the broker decides it`,
      )
  }
}

/** What librdkafka refuses together and Java does not: the setting that nobody wrote gives way. */
function reconcile(config: Record<string, string>): void {
  const messageBytesDefault = 1_000_000
  const fetchBytes = Number(config['fetch.max.bytes'] ?? messageBytesDefault)
  if (fetchBytes < messageBytesDefault) config['message.max.bytes'] ??= String(fetchBytes)

  const sessionDefaultMs = 45_000
  const heartbeatDefaultMs = 3_000
  const pollMs = Number(config['max.poll.interval.ms'] ?? sessionDefaultMs)
  if (pollMs < sessionDefaultMs && config['group.protocol'] !== 'consumer') {
    config['session.timeout.ms'] ??= String(pollMs)
    if (pollMs <= heartbeatDefaultMs) config['heartbeat.interval.ms'] ??= String(Math.max(1, Math.floor(pollMs / 3)))
  }
}

/** The same for one of several tasks: each is a member of the group, and a static member needs an id of its own. */
export function taskConfig(config: LibrdkafkaConfig, task: number): LibrdkafkaConfig {
  const instance = config['group.instance.id']
  const own: Record<string, string> = {
    ...config,
    'client.id': task === 0 ? config['client.id']! : `${config['client.id']!.replace(/-0$/, '')}-${task}`,
    ...(instance === undefined ? {} : { 'group.instance.id': task === 0 ? instance : `${instance}-${task}` }),
  }
  return hiding(own, isSecretName)
}

/** For questions and for producing: the same brokers and the same identity, nothing of the group. */
export function clientConfig(config: LibrdkafkaConfig): LibrdkafkaConfig {
  return hiding(Object.fromEntries(Object.entries(config).filter(([name]) => scopeOf(name) === 'client')), isSecretName)
}
