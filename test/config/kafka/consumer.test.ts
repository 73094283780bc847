import { describe, expect, test } from 'bun:test'
import { taskConfig } from '../../../src/config/kafka/consumer.ts'
import { refusal, setup, sink } from '../files.ts'

const consumer = (lines: string) => sink({ worker: lines }).consumer
const sasl = (mechanism: string, jaas: string) =>
  `consumer.security.protocol=SASL_SSL\nconsumer.sasl.mechanism=${mechanism}\nconsumer.sasl.jaas.config=${jaas}`

test('with nothing said it is the group and the start of Connect, and nothing commits by itself', () => {
  expect({ ...sink().consumer }).toEqual({
    'bootstrap.servers': 'localhost:9092',
    'group.id': 'connect-zilliz-kafka-connect-milvus',
    'client.id': 'connector-consumer-zilliz-kafka-connect-milvus-0',
    'auto.offset.reset': 'earliest',
    'isolation.level': 'read_uncommitted',
    'enable.auto.commit': 'false',
    'enable.auto.offset.store': 'false',
    'fetch.queue.backoff.ms': '10',
    'fetch.max.bytes': '16777216',
    'queued.max.messages.kbytes': '16384',
    'queued.min.messages': '1000000',
    'security.protocol': 'plaintext',
  })
})

describe('a Java setting becomes librdkafka’s', () => {
  test.each([
    ['fetch.max.wait.ms=100', { 'fetch.wait.max.ms': '100' }],
    ['fetch.max.bytes=2000', { 'fetch.max.bytes': '2000', 'message.max.bytes': '2000' }],
    ['max.poll.interval.ms=30000', { 'max.poll.interval.ms': '30000', 'session.timeout.ms': '30000' }],
    ['max.poll.interval.ms=3000', { 'session.timeout.ms': '3000', 'heartbeat.interval.ms': '1000' }],
    ['fetch.min.bytes=0', { 'fetch.min.bytes': '1' }],
    ['max.partition.fetch.bytes=0', { 'max.partition.fetch.bytes': '1' }],
    ['request.timeout.ms=900000', { 'socket.timeout.ms': '300000' }],
    ['receive.buffer.bytes=-1', { 'socket.receive.buffer.bytes': '0' }],
    ['metadata.max.age.ms=60000', { 'topic.metadata.refresh.interval.ms': '60000' }],
    ['auto.offset.reset=none', { 'auto.offset.reset': 'error' }],
    ['auto.offset.reset=latest', { 'auto.offset.reset': 'latest' }],
    ['isolation.level=read_committed', { 'isolation.level': 'read_committed' }],
    ['group.id=mine', { 'group.id': 'mine' }],
    ['client.rack=a', { 'client.rack': 'a' }],
    ['bootstrap.servers= a:1 , PLAINTEXT://b:2 ', { 'bootstrap.servers': 'a:1,b:2' }],
    [
      'partition.assignment.strategy=org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
      { 'partition.assignment.strategy': 'cooperative-sticky' },
    ],
    [
      'partition.assignment.strategy=org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
      { 'partition.assignment.strategy': 'range' },
    ],
    [
      'partition.assignment.strategy=roundrobin,org.apache.kafka.clients.consumer.StickyAssignor',
      { 'partition.assignment.strategy': 'roundrobin' },
    ],
    ['queued.min.messages=7', { 'queued.min.messages': '7' }],
    ['log_level=7', { log_level: '7' }],
    ['debug=cgrp', { debug: 'cgrp' }],
  ])('%s', (line, want) => {
    expect(consumer(`consumer.${line}`)).toMatchObject(want)
  })
})

test.each([
  ['auto.offset.reset=by_duration:P1D', 'earliest'],
  ['fetch.min.bytes=x', 'whole number'],
  ['partition.assignment.strategy=com.example.Mine', 'RangeAssignor'],
  ['partition.assignment.strategy=org.apache.kafka.clients.consumer.StickyAssignor', 'RangeAssignor'],
  ['bootstrap.servers=a b', 'HOST:PORT'],
  ['security.protocol=TLS', 'SASL_SSL'],
])('%s is refused with what it takes', (line, takes) => {
  const error = refusal({ worker: `consumer.${line}` })
  expect(error.code).toBe('VALUE_INVALID')
  expect(error.message).toContain(takes)
})

test.each([
  ['key.deserializer=x', 'the converters'],
  ['max.poll.records=5', '`batch.size`'],
  ['enable.auto.commit=true', '`offset.flush.interval.ms`'],
  ['interceptor.classes=x', 'no Java'],
  ['enable.partition.eof=true', 'sets it itself'],
])('%s is accepted and said to have no effect', (line, why) => {
  const { sinks, notices } = setup({ worker: `consumer.${line}` })
  expect(notices.at(-1)).toContain(why)
  expect(sinks[0]!.consumer).toMatchObject({ 'enable.auto.commit': 'false' })
  expect(sinks[0]!.consumer).not.toHaveProperty([line.slice(0, line.indexOf('='))], line.slice(line.indexOf('=') + 1))
})

test('a setting of code cannot be given, an unknown one is a warning', () => {
  expect(refusal({ worker: 'consumer.rebalance_cb=x' }).code).toBe('KEY_REFUSED')
  expect(setup({ worker: 'consumer.fetch.min.bites=1' }).warnings[0]).toContain(
    'did you mean `consumer.fetch.min.bytes`?',
  )
})

describe('the later wins', () => {
  test('bootstrap.servers, then consumer., then consumer.override.', () => {
    const worker = 'bootstrap.servers=w:1'
    expect(consumer(worker)['bootstrap.servers']).toBe('w:1')
    expect(consumer(`${worker}\nconsumer.bootstrap.servers=c:1`)['bootstrap.servers']).toBe('c:1')
    expect(
      sink({ worker: `${worker}\nconsumer.bootstrap.servers=c:1`, sink: 'consumer.override.bootstrap.servers=o:1' })
        .consumer['bootstrap.servers'],
    ).toBe('o:1')
  })
  test('the group of an override is the group', () => {
    expect(sink({ sink: 'consumer.override.group.id=mine' }).groupId).toBe('mine')
  })
})

describe('the worker’s own security settings', () => {
  const worker =
    'security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=PlainLoginModule required username="w" password="p";'
  test('count when the consumer has none', () => {
    expect(consumer(worker)).toMatchObject({ 'security.protocol': 'sasl_plaintext', 'sasl.username': 'w' })
  })
  test('do not count when the consumer has a protocol of its own, as in Connect', () => {
    expect(consumer(`${worker}\nconsumer.security.protocol=PLAINTEXT`)).not.toHaveProperty(['sasl.username'])
  })
  test('do no harm when they are for REST alone', () => {
    expect(consumer('ssl.keystore.location=/rest.jks\nssl.keystore.password=x')).toMatchObject({
      'security.protocol': 'plaintext',
    })
  })
})

describe('SASL', () => {
  test('PLAIN', () => {
    expect(
      consumer(
        sasl(
          'PLAIN',
          'org.apache.kafka.common.security.plain.PlainLoginModule required username="KEY" password="a b";',
        ),
      ),
    ).toMatchObject({
      'security.protocol': 'sasl_ssl',
      'sasl.mechanisms': 'PLAIN',
      'sasl.username': 'KEY',
      'sasl.password': 'a b',
      'ssl.ca.location': 'probe',
    })
  })
  test.each(['SCRAM-SHA-256', 'SCRAM-SHA-512'])('%s', (mechanism) => {
    expect(
      consumer(
        sasl(mechanism, 'org.apache.kafka.common.security.scram.ScramLoginModule required username="u" password="p";'),
      ),
    ).toMatchObject({ 'sasl.mechanisms': mechanism, 'sasl.username': 'u' })
  })
  test('a login module in a package of its own, as managed Kafkas have it', () => {
    expect(consumer(sasl('PLAIN', 'shaded.kafka.PlainLoginModule required username="u" password="p";'))).toMatchObject({
      'sasl.username': 'u',
    })
  })
  test("librdkafka's own names", () => {
    expect(
      consumer(
        'consumer.security.protocol=SASL_SSL\nconsumer.sasl.mechanisms=PLAIN\nconsumer.sasl.username=u\nconsumer.sasl.password=p',
      ),
    ).toMatchObject({
      'sasl.mechanisms': 'PLAIN',
      'sasl.username': 'u',
      'sasl.password': 'p',
    })
  })
  test('OAUTHBEARER with a token endpoint', () => {
    const lines = `${sasl('OAUTHBEARER', 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId="id" clientSecret="s" scope="kafka" extension_logicalCluster="lkc-1" extension_identityPoolId="pool-2";')}
consumer.sasl.oauthbearer.token.endpoint.url=https://idp/token
consumer.sasl.login.callback.handler.class=org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerLoginCallbackHandler`
    const { sinks, notices } = setup({ worker: lines })
    expect(sinks[0]!.consumer).toMatchObject({
      'sasl.mechanisms': 'OAUTHBEARER',
      'sasl.oauthbearer.method': 'oidc',
      'sasl.oauthbearer.token.endpoint.url': 'https://idp/token',
      'sasl.oauthbearer.client.id': 'id',
      'sasl.oauthbearer.client.secret': 's',
      'sasl.oauthbearer.scope': 'kafka',
      'sasl.oauthbearer.extensions': 'logicalCluster=lkc-1,identityPoolId=pool-2',
      'https.ca.location': 'probe',
    })
    expect(notices).toHaveLength(2)
  })
  test('OAUTHBEARER with tokens that nobody signed', () => {
    expect(
      consumer(sasl('OAUTHBEARER', 'OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="ann";')),
    ).toMatchObject({
      'enable.sasl.oauthbearer.unsecure.jwt': 'true',
      'sasl.oauthbearer.config': 'principal=ann',
    })
  })
  test.each([
    ['consumer.security.protocol=SASL_SSL', 'KEY_MISSING', 'GSSAPI cannot be had'],
    [sasl('GSSAPI', 'com.sun.security.auth.module.Krb5LoginModule required;'), 'KEY_REFUSED', 'Kerberos'],
    [sasl('AWS_MSK_IAM', 'software.amazon.msk.auth.iam.IAMLoginModule required;'), 'KEY_REFUSED', 'SCRAM-SHA-512'],
    [sasl('PLAIN', 'com.example.Login required;'), 'KEY_REFUSED', 'PlainLoginModule'],
    [sasl('PLAIN', 'ScramLoginModule required username="u" password="p";'), 'KEYS_CONFLICT', 'ScramLoginModule'],
    [sasl('PLAIN', 'PlainLoginModule required username="u";'), 'KEY_MISSING', 'user and a password'],
    [sasl('PLAIN', 'PlainLoginModule required username="u" password="p"'), 'JAAS_INVALID', 'semicolon'],
    [sasl('MD5', 'x required;'), 'VALUE_INVALID', 'SCRAM-SHA-256'],
    [sasl('OAUTHBEARER', 'OAuthBearerLoginModule required;'), 'KEY_MISSING', 'token.endpoint.url'],
    [
      `${sasl('OAUTHBEARER', 'OAuthBearerLoginModule required clientId="i";')}\nconsumer.sasl.oauthbearer.token.endpoint.url=https://x`,
      'KEY_MISSING',
      'clientSecret',
    ],
    [
      `${sasl('OAUTHBEARER', 'OAuthBearerLoginModule required;')}\nconsumer.sasl.oauthbearer.token.endpoint.url=file:///t`,
      'VALUE_INVALID',
      'URL',
    ],
  ])('%s is refused with what to write', (lines, code, hint) => {
    const error = refusal({ worker: lines })
    expect(error.code).toBe(code as typeof error.code)
    expect(error.message).toContain(hint)
  })
  test('a login without a SASL protocol is a warning', () => {
    expect(
      setup({ worker: 'consumer.sasl.jaas.config=PlainLoginModule required username="u" password="p";' }).warnings[0],
    ).toContain('SASL_SSL')
  })
})

describe('TLS', () => {
  const ssl = 'consumer.security.protocol=SSL\n'
  test.each([
    ['', { 'ssl.ca.location': 'probe' }],
    ['consumer.ssl.truststore.type=PEM\nconsumer.ssl.truststore.location=/ca.pem', { 'ssl.ca.location': '/ca.pem' }],
    ['consumer.ssl.truststore.location=/ca.crt', { 'ssl.ca.location': '/ca.crt' }],
    ['consumer.ssl.ca.location=/ca.pem', { 'ssl.ca.location': '/ca.pem' }],
    [
      'consumer.ssl.truststore.type=PEM\nconsumer.ssl.truststore.certificates=-----BEGIN CERTIFICATE-----\\nAA\\n-----END CERTIFICATE-----',
      { 'ssl.ca.pem': '-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----' },
    ],
    [
      'consumer.ssl.keystore.type=PEM\nconsumer.ssl.keystore.location=/me.pem\nconsumer.ssl.key.password=p',
      { 'ssl.certificate.location': '/me.pem', 'ssl.key.location': '/me.pem', 'ssl.key.password': 'p' },
    ],
    [
      'consumer.ssl.keystore.type=PEM\nconsumer.ssl.keystore.certificate.chain=C\nconsumer.ssl.keystore.key=K',
      { 'ssl.certificate.pem': 'C', 'ssl.key.pem': 'K' },
    ],
    [
      'consumer.ssl.keystore.type=PKCS12\nconsumer.ssl.keystore.location=/me\nconsumer.ssl.keystore.password=p',
      { 'ssl.keystore.location': '/me', 'ssl.keystore.password': 'p' },
    ],
    [
      'consumer.ssl.keystore.location=/me.p12\nconsumer.ssl.keystore.password=p',
      { 'ssl.keystore.location': '/me.p12' },
    ],
    ['consumer.ssl.endpoint.identification.algorithm=', { 'ssl.endpoint.identification.algorithm': 'none' }],
    ['consumer.ssl.endpoint.identification.algorithm=HTTPS', { 'ssl.endpoint.identification.algorithm': 'https' }],
    ['consumer.ssl.cipher.suites=ECDHE-RSA-AES256-GCM-SHA384', { 'ssl.cipher.suites': 'ECDHE-RSA-AES256-GCM-SHA384' }],
  ])('%j', (lines, want) => {
    expect(consumer(ssl + lines)).toMatchObject({ 'security.protocol': 'ssl', ...want })
  })
  test.each([
    ['ssl.truststore.location=/t.jks', 'keytool -list -rfc -keystore /t.jks > ca.pem'],
    ['ssl.truststore.type=PKCS12\nconsumer.ssl.truststore.location=/t', 'openssl pkcs12 -in /t -nokeys -out ca.pem'],
    [
      'ssl.keystore.location=/k.jks',
      'keytool -importkeystore -srckeystore /k.jks -destkeystore client.p12 -deststoretype PKCS12',
    ],
  ])('a Java store is refused with the command that converts it: %s', (line, command) => {
    const error = refusal({ worker: `${ssl}consumer.${line}` })
    expect(error.code).toBe('STORE_UNSUPPORTED')
    expect(error.message).toContain(command)
  })
  test.each([
    ['ssl.engine.factory.class=x', 'KEY_REFUSED'],
    ['ssl.keystore.key=K', 'KEYS_CONFLICT'],
    ['ssl.keystore.location=/me.p12', 'KEY_MISSING'],
    ['ssl.endpoint.identification.algorithm=ldaps', 'VALUE_INVALID'],
  ])('%s is refused', (line, code) => {
    expect(refusal({ worker: `${ssl}consumer.${line}` }).code).toBe(code as 'KEY_REFUSED')
  })
  test("Java's names of cipher suites have no effect, which is said", () => {
    expect(
      setup({ worker: `${ssl}consumer.ssl.cipher.suites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384` }).notices.at(-1),
    ).toContain("Java's names")
  })
})

test("with KIP-848's protocol the settings that the broker decides are left out", () => {
  const config = consumer(
    'consumer.group.protocol=CONSUMER\nconsumer.session.timeout.ms=9\nconsumer.partition.assignment.strategy=range',
  )
  expect(config['group.protocol']).toBe('consumer')
  expect(config).not.toHaveProperty(['session.timeout.ms'])
  expect(config).not.toHaveProperty(['partition.assignment.strategy'])
})

test("an expression does not subscribe to Kafka's own topics unless somebody asks for it", () => {
  const regex = 'topics=\ntopics.regex=.*'
  expect(sink({ sink: regex }).consumer['topic.blacklist']).toContain('__consumer_offsets')
  expect(sink({ sink: `${regex}\nconsumer.override.exclude.internal.topics=false` }).consumer).not.toHaveProperty([
    'topic.blacklist',
  ])
  expect(sink().consumer).not.toHaveProperty(['topic.blacklist'])
})

test('each task is a member of its own', () => {
  const { consumer: config } = sink({ sink: 'consumer.override.group.instance.id=me' })
  expect(taskConfig(config, 0)).toMatchObject({
    'client.id': 'connector-consumer-zilliz-kafka-connect-milvus-0',
    'group.instance.id': 'me',
  })
  expect(taskConfig(config, 2)).toMatchObject({
    'client.id': 'connector-consumer-zilliz-kafka-connect-milvus-2',
    'group.instance.id': 'me-2',
  })
})

test('a client that only asks has the same brokers and identity, and no group', () => {
  const { admin } = sink({ worker: sasl('PLAIN', 'PlainLoginModule required username="u" password="hunter2";') })
  expect(admin).toMatchObject({
    'bootstrap.servers': 'localhost:9092',
    'sasl.username': 'u',
    'sasl.password': 'hunter2',
  })
  expect(admin).not.toHaveProperty(['group.id'])
  expect(admin).not.toHaveProperty(['enable.auto.commit'])
  expect(JSON.stringify(admin)).not.toContain('hunter2')
})
