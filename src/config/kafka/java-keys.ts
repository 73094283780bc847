/**
 * What each setting of Java's consumer (ConsumerConfig of Kafka 4.1) becomes for librdkafka. Names that mean the same in both go through;
 * numbers are cut to what librdkafka takes. Security settings depend on each other and are in tls.ts and sasl.ts.
 */
import { parseFlag, parseInteger, parseList } from '../key.ts'
import type { LibrdkafkaName } from './librdkafka-keys.ts'
import type { ProducerName } from './producer-keys.ts'

export type JavaKey =
  | {
      readonly kind: 'translated'
      readonly to: LibrdkafkaName | ProducerName
      readonly takes: string
      /** librdkafka's value; undefined when the text is no value of this setting. */
      readonly convert: (text: string) => string | undefined
    }
  | { readonly kind: 'unused'; readonly why: string }
  | { readonly kind: 'security'; readonly doc: string }

const longMax = Number.MAX_SAFE_INTEGER
const intMax = 2 ** 31 - 1

/** A number that librdkafka takes from `min` to `max`; what Java allows beyond is cut. */
export function number(to: LibrdkafkaName | ProducerName, min: number, max: number): JavaKey {
  const convert = (text: string) => {
    const value = parseInteger(text, -longMax, longMax)
    return value === undefined ? undefined : String(Math.min(Math.max(value, min), max))
  }
  return { kind: 'translated', to, takes: 'a whole number', convert }
}

function flag(to: LibrdkafkaName): JavaKey {
  return { kind: 'translated', to, takes: 'true or false', convert: (text) => parseFlag(text)?.toString() }
}

function text(to: LibrdkafkaName): JavaKey {
  return { kind: 'translated', to, takes: 'a text', convert: (text) => text }
}

export function choice(to: LibrdkafkaName | ProducerName, choices: Readonly<Record<string, string>>): JavaKey {
  const convert = (text: string) =>
    Object.hasOwn(choices, text.toLowerCase()) ? choices[text.toLowerCase()] : undefined
  return { kind: 'translated', to, takes: Object.keys(choices).join(' or '), convert }
}

export const same = (...names: string[]) => Object.fromEntries(names.map((name) => [name, name]))
export const unused = (why: string): JavaKey => ({ kind: 'unused', why })
const security = (doc: string): JavaKey => ({ kind: 'security', doc })

const assignors: Record<string, string> = {
  'org.apache.kafka.clients.consumer.rangeassignor': 'range',
  'org.apache.kafka.clients.consumer.roundrobinassignor': 'roundrobin',
  'org.apache.kafka.clients.consumer.cooperativestickyassignor': 'cooperative-sticky',
  range: 'range',
  roundrobin: 'roundrobin',
  'cooperative-sticky': 'cooperative-sticky',
}

/**
 * Java's StickyAssignor has no counterpart and is left out where others are listed. librdkafka refuses lists that mix eager and cooperative
 * assignors; of such a list (Java's default) the eager ones stay, because every Java member that lists both can do those.
 */
function assignment(text: string): string | undefined {
  const names = parseList(text).map(
    (name) => assignors[name.toLowerCase()] ?? (/StickyAssignor$/.test(name) ? 'sticky' : undefined),
  )
  if (names.includes(undefined)) return undefined
  const had = [...new Set(names)].filter((name) => name !== 'sticky')
  const eager = had.filter((name) => name !== 'cooperative-sticky')
  const kept = eager.length > 0 ? eager : had
  return kept.length === 0 ? undefined : kept.join(',')
}

const own = 'redkite reads in batches of its own; `batch.size` and `batch.bytes` limit a request'
const commits = 'redkite commits itself, when Milvus has acknowledged; `offset.flush.interval.ms` says how often'
const javaOnly = 'only Java has it'
const metrics = 'Java metrics reporters do not run here'
const oauthServer = 'the broker checks tokens, not the client'
const loginRefresh = 'librdkafka refreshes tokens at 80 % of their life'

export const javaKeys: Readonly<Record<string, JavaKey>> = {
  'allow.auto.create.topics': flag('allow.auto.create.topics'),
  'auto.commit.interval.ms': unused(commits),
  'auto.offset.reset': choice('auto.offset.reset', {
    ...same('earliest', 'latest', 'smallest', 'beginning', 'largest', 'end', 'error'),
    none: 'error',
  }),
  'bootstrap.servers': {
    kind: 'translated',
    to: 'bootstrap.servers',
    takes: 'HOST:PORT, separated by commas',
    convert: (text) => {
      const brokers = parseList(text).map((broker) => broker.replace(/^[0-9A-Za-z_]+:\/\//, ''))
      return brokers.length > 0 &&
        brokers.every((broker) => /^(\[[0-9A-Fa-f:.%]+\]|[^\s:[\]]+)(:\d{1,5})?$/.test(broker))
        ? brokers.join(',')
        : undefined
    },
  },
  'check.crcs': flag('check.crcs'),
  'client.dns.lookup': choice('client.dns.lookup', {
    ...same('use_all_dns_ips', 'resolve_canonical_bootstrap_servers_only'),
    default: 'use_all_dns_ips',
  }),
  'client.id': text('client.id'),
  'client.rack': text('client.rack'),
  'connections.max.idle.ms': number('connections.max.idle.ms', 0, intMax),
  'default.api.timeout.ms': unused(javaOnly),
  'enable.auto.commit': unused(commits),
  'enable.metrics.push': flag('enable.metrics.push'),
  'exclude.internal.topics': {
    kind: 'translated',
    to: 'topic.blacklist',
    takes: 'true or false',
    convert: (text) => (parseFlag(text) === undefined ? undefined : parseFlag(text) ? internalTopics : ''),
  },
  'fetch.max.bytes': number('fetch.max.bytes', 1_000, 2_147_483_135),
  'fetch.max.wait.ms': number('fetch.wait.max.ms', 0, 300_000),
  'fetch.min.bytes': number('fetch.min.bytes', 1, 100_000_000),
  'group.id': text('group.id'),
  'group.instance.id': text('group.instance.id'),
  'group.protocol': choice('group.protocol', same('classic', 'consumer')),
  'group.remote.assignor': text('group.remote.assignor'),
  'heartbeat.interval.ms': number('heartbeat.interval.ms', 1, 3_600_000),
  'interceptor.classes': unused('redkite runs no Java'),
  'internal.leave.group.on.close': unused(javaOnly),
  'internal.throw.on.fetch.stable.offset.unsupported': unused(javaOnly),
  'isolation.level': choice('isolation.level', same('read_committed', 'read_uncommitted')),
  'key.deserializer': unused('the converters say how bytes are read'),
  'value.deserializer': unused('the converters say how bytes are read'),
  'max.partition.fetch.bytes': number('max.partition.fetch.bytes', 1, 1_000_000_000),
  'max.poll.interval.ms': number('max.poll.interval.ms', 1, 86_400_000),
  'max.poll.records': unused(own),
  'metadata.max.age.ms': number('topic.metadata.refresh.interval.ms', 1, 3_600_000),
  'metadata.recovery.rebootstrap.trigger.ms': number('metadata.recovery.rebootstrap.trigger.ms', 0, intMax),
  'metadata.recovery.strategy': choice('metadata.recovery.strategy', same('none', 'rebootstrap')),
  'metric.reporters': unused(metrics),
  'auto.include.jmx.reporter': unused(metrics),
  'metrics.num.samples': unused(metrics),
  'metrics.recording.level': unused(metrics),
  'metrics.sample.window.ms': unused(metrics),
  'partition.assignment.strategy': {
    kind: 'translated',
    to: 'partition.assignment.strategy',
    takes: 'RangeAssignor, RoundRobinAssignor or CooperativeStickyAssignor of org.apache.kafka.clients.consumer',
    convert: assignment,
  },
  'receive.buffer.bytes': number('socket.receive.buffer.bytes', 0, 100_000_000),
  'send.buffer.bytes': number('socket.send.buffer.bytes', 0, 100_000_000),
  'reconnect.backoff.max.ms': number('reconnect.backoff.max.ms', 0, 3_600_000),
  'reconnect.backoff.ms': number('reconnect.backoff.ms', 0, 3_600_000),
  'request.timeout.ms': number('socket.timeout.ms', 10, 300_000),
  'retry.backoff.max.ms': number('retry.backoff.max.ms', 1, 300_000),
  'retry.backoff.ms': number('retry.backoff.ms', 1, 300_000),
  'session.timeout.ms': number('session.timeout.ms', 1, 3_600_000),
  'share.acknowledgement.mode': unused('redkite reads as a consumer group, not as a share group'),
  'socket.connection.setup.timeout.ms': number('socket.connection.setup.timeout.ms', 1_000, intMax),
  'socket.connection.setup.timeout.max.ms': unused(javaOnly),
  'security.providers': unused(javaOnly),

  'security.protocol': security('PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.'),
  'sasl.mechanism': security(
    'PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER. GSSAPI (Kerberos), which is what Java takes when nothing is said, cannot be had.',
  ),
  'sasl.jaas.config': security(
    'PlainLoginModule, ScramLoginModule or OAuthBearerLoginModule become `sasl.username` and `sasl.password`, or `sasl.oauthbearer.…`.',
  ),
  'sasl.login.callback.handler.class': security(
    'With a token endpoint, Java’s OAuthBearerLoginCallbackHandler is built in; others are Java.',
  ),
  'sasl.oauthbearer.token.endpoint.url': security(
    'Where tokens come from; makes it `sasl.oauthbearer.method=oidc`. Not a file: URL.',
  ),
  'sasl.oauthbearer.scope': security('As in Java, over the `scope` of the JAAS options.'),
  'sasl.oauthbearer.client.credentials.client.id': security('As in Java, over the `clientId` of the JAAS options.'),
  'sasl.oauthbearer.client.credentials.client.secret': security(
    'As in Java, over the `clientSecret` of the JAAS options.',
  ),
  'sasl.oauthbearer.sub.claim.name': text('sasl.oauthbearer.sub.claim.name'),
  'sasl.oauthbearer.assertion.algorithm': text('sasl.oauthbearer.assertion.algorithm'),
  'sasl.oauthbearer.assertion.claim.aud': text('sasl.oauthbearer.assertion.claim.aud'),
  'sasl.oauthbearer.assertion.claim.exp.seconds': number('sasl.oauthbearer.assertion.claim.exp.seconds', 1, intMax),
  'sasl.oauthbearer.assertion.claim.iss': text('sasl.oauthbearer.assertion.claim.iss'),
  'sasl.oauthbearer.assertion.claim.jti.include': flag('sasl.oauthbearer.assertion.claim.jti.include'),
  'sasl.oauthbearer.assertion.claim.nbf.seconds': number('sasl.oauthbearer.assertion.claim.nbf.seconds', 0, intMax),
  'sasl.oauthbearer.assertion.claim.sub': text('sasl.oauthbearer.assertion.claim.sub'),
  'sasl.oauthbearer.assertion.file': text('sasl.oauthbearer.assertion.file'),
  'sasl.oauthbearer.assertion.private.key.file': text('sasl.oauthbearer.assertion.private.key.file'),
  'sasl.oauthbearer.assertion.private.key.passphrase': text('sasl.oauthbearer.assertion.private.key.passphrase'),
  'sasl.oauthbearer.assertion.template.file': text('sasl.oauthbearer.assertion.jwt.template.file'),
  'sasl.oauthbearer.jwt.retriever.class': unused('the token endpoint is asked by librdkafka'),
  'sasl.oauthbearer.jwt.validator.class': unused(oauthServer),
  'sasl.oauthbearer.header.urlencode': unused(javaOnly),
  'sasl.oauthbearer.clock.skew.seconds': unused(oauthServer),
  'sasl.oauthbearer.expected.audience': unused(oauthServer),
  'sasl.oauthbearer.expected.issuer': unused(oauthServer),
  'sasl.oauthbearer.jwks.endpoint.refresh.ms': unused(oauthServer),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms': unused(oauthServer),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.ms': unused(oauthServer),
  'sasl.oauthbearer.jwks.endpoint.url': unused(oauthServer),
  'sasl.oauthbearer.scope.claim.name': unused(oauthServer),
  'sasl.client.callback.handler.class': unused('redkite runs no Java'),
  'sasl.login.class': unused('redkite runs no Java'),
  'sasl.login.connect.timeout.ms': unused(javaOnly),
  'sasl.login.read.timeout.ms': unused(javaOnly),
  'sasl.login.refresh.buffer.seconds': unused(loginRefresh),
  'sasl.login.refresh.min.period.seconds': unused(loginRefresh),
  'sasl.login.refresh.window.factor': unused(loginRefresh),
  'sasl.login.refresh.window.jitter': unused(loginRefresh),
  'sasl.login.retry.backoff.max.ms': unused(javaOnly),
  'sasl.login.retry.backoff.ms': unused(javaOnly),
  'sasl.kerberos.kinit.cmd': unused('Kerberos cannot be had'),
  'sasl.kerberos.min.time.before.relogin': unused('Kerberos cannot be had'),
  'sasl.kerberos.service.name': unused('Kerberos cannot be had'),
  'sasl.kerberos.ticket.renew.jitter': unused('Kerberos cannot be had'),
  'sasl.kerberos.ticket.renew.window.factor': unused('Kerberos cannot be had'),

  'ssl.truststore.type': security('PEM. JKS and PKCS12 have to be converted; the message says how.'),
  'ssl.truststore.location': security('With type PEM it becomes `ssl.ca.location`.'),
  'ssl.truststore.certificates': security('It becomes `ssl.ca.pem`.'),
  'ssl.truststore.password': security('A PEM truststore has none.'),
  'ssl.keystore.type': security('PEM or PKCS12. JKS has to be converted; the message says how.'),
  'ssl.keystore.location': security(
    'With type PEM `ssl.certificate.location` and `ssl.key.location`; with PKCS12 it stays.',
  ),
  'ssl.keystore.password': security('Of a PKCS12 keystore.'),
  'ssl.keystore.certificate.chain': security('It becomes `ssl.certificate.pem`.'),
  'ssl.keystore.key': security('It becomes `ssl.key.pem`.'),
  'ssl.key.password': security('The same in librdkafka.'),
  'ssl.endpoint.identification.algorithm': security('https, or empty for none.'),
  'ssl.cipher.suites': security("OpenSSL's names; Java's (TLS_…) have no effect."),
  'ssl.engine.factory.class': security('Refused: it is a Java class.'),
  'ssl.enabled.protocols': unused('OpenSSL takes TLS 1.2 and 1.3'),
  'ssl.protocol': unused('OpenSSL takes TLS 1.2 and 1.3'),
  'ssl.provider': unused(javaOnly),
  'ssl.secure.random.implementation': unused(javaOnly),
  'ssl.keymanager.algorithm': unused(javaOnly),
  'ssl.trustmanager.algorithm': unused(javaOnly),
  'ssl.client.auth': unused('concerns servers'),
}

/** Topics of Kafka itself, which an expression must not subscribe to. */
export const internalTopics = '^__consumer_offsets$,^__transaction_state$,^__share_group_state$'
