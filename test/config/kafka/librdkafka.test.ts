import { expect, test } from 'bun:test'
import { taskConfig } from '../../../src/config/kafka/consumer.ts'
import { type JavaKey, javaKeys } from '../../../src/config/kafka/java-keys.ts'
import type { LibrdkafkaConfig } from '../../../src/config/kafka/librdkafka-keys.ts'
import { textIn } from '../../../src/kafka/c-string.ts'
import { makeConf } from '../../../src/kafka/conf.ts'
import { librdkafka } from '../../../src/kafka/symbols.ts'
import { sink } from '../files.ts'

/** What librdkafka has against a handle with this configuration; nothing is connected to but a closed port. */
function objection(config: LibrdkafkaConfig): string | undefined {
  const rd = librdkafka()
  const why = Buffer.alloc(512)
  const conf = makeConf({ ...config, 'bootstrap.servers': '127.0.0.1:1', log_level: '0' }, 0)
  const handle = rd.rd_kafka_new(1, conf, why, why.length)
  if (!handle) {
    rd.rd_kafka_conf_destroy(conf)
    return textIn(why)
  }
  rd.rd_kafka_destroy(handle)
  return undefined
}

const login = (mechanism: string, jaas: string) =>
  `consumer.security.protocol=SASL_SSL\nconsumer.sasl.mechanism=${mechanism}\nconsumer.sasl.jaas.config=${jaas}`

test.each([
  ['nothing said', ''],
  ['PLAIN', login('PLAIN', 'PlainLoginModule required username="u" password="p";')],
  ['SCRAM', login('SCRAM-SHA-512', 'ScramLoginModule required username="u" password="p";')],
  ['OAUTHBEARER', login('OAUTHBEARER', 'OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="u";')],
  [
    'OAUTHBEARER with a token endpoint',
    `${login('OAUTHBEARER', 'OAuthBearerLoginModule required clientId="c" clientSecret="s" extension_a="b";')}\nconsumer.sasl.oauthbearer.token.endpoint.url=https://127.0.0.1:1/token`,
  ],
  [
    'TLS without a check of the name',
    'consumer.security.protocol=SSL\nconsumer.ssl.endpoint.identification.algorithm=',
  ],
  [
    'the protocol of KIP-848',
    'consumer.group.protocol=CONSUMER\nconsumer.session.timeout.ms=9\nconsumer.heartbeat.interval.ms=3',
  ],
  ['small fetches', 'consumer.fetch.max.bytes=1'],
  ['a short poll interval', 'consumer.max.poll.interval.ms=1000'],
])('librdkafka takes what becomes of %s', (_, worker) => {
  expect(objection(sink({ worker }).consumer)).toBeUndefined()
  expect(objection(taskConfig(sink({ worker }).consumer, 3))).toBeUndefined()
})

test('librdkafka takes an expression with the topics to leave out', () => {
  expect(objection(sink({ sink: 'topics=\ntopics.regex=.*' }).consumer)).toBeUndefined()
})

/** The least and the greatest that Java takes, and each choice. */
function samples(key: JavaKey & { kind: 'translated' }): string[] {
  if (key.takes === 'a whole number') return ['-1', '0', '2147483647']
  if (key.takes === 'true or false') return ['true', 'false']
  if (key.takes.includes(' or ') && !key.takes.includes(',')) return key.takes.split(' or ')
  if (key.takes.includes('Assignor')) return ['org.apache.kafka.clients.consumer.RangeAssignor', 'cooperative-sticky']
  if (key.takes.startsWith('HOST')) return ['a:1,[::1]:2']
  return key.to === 'sasl.oauthbearer.assertion.algorithm' ? ['RS256'] : ['text']
}

const translated = Object.entries(javaKeys).flatMap(([name, key]) =>
  key.kind === 'translated' ? [[name, key] as const] : [],
)

test.each(translated)('librdkafka takes what becomes of %s, whatever Java takes', (name, key) => {
  const rd = librdkafka()
  for (const value of samples(key)) {
    const converted = key.convert(value)
    expect(converted, `${name}=${value}`).toBeDefined()
    const conf = makeConf({ [key.to]: converted! }, 0)
    rd.rd_kafka_conf_destroy(conf)
  }
})
