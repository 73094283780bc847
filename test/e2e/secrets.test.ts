/** Secrets, and what records hold, reach neither stdout nor stderr: not where a run works, nor where it fails for whatever reason. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { properties } from '../servers/java.ts'
import type { KafkaServer } from '../servers/kafka.ts'
import { kafkaUsers } from '../servers/kafka-secure.ts'
import type { MilvusServer } from '../servers/milvus.ts'
import { serverTimeoutMs, sharedPyMilvus, sharedSecureKafka, sharedSecureMilvus, unique } from '../servers/shared.ts'
import { createPoints, points } from './points.ts'
import { type Properties, sinkFile, start, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

/** Stands wherever a secret may. */
const planted = 'open-sesame'
const [admitted] = kafkaUsers
const folder = mkdtempSync(join(tmpdir(), 'redkite-secrets-'))
const topic = unique('secrets')
let kafka: KafkaServer
let milvus: MilvusServer

beforeAll(async () => {
  const [broker, server, py] = await Promise.all([sharedSecureKafka(), sharedSecureMilvus(), sharedPyMilvus()])
  kafka = broker
  milvus = server
  await kafka.tools.createTopic(topic, 1)
  await kafka.tools.produce(topic, points(1, 2))
  await createPoints(py, milvus, topic)
}, serverTimeoutMs)

afterAll(() => rmSync(folder, { recursive: true }))

function jaas(user: string, password: string): string {
  return `org.apache.kafka.common.security.plain.PlainLoginModule required username="${user}" password="${password}";`
}

function goodWorker(): Properties {
  return workerFile(kafka.bootstrapSaslSsl, {
    'consumer.security.protocol': 'SASL_SSL',
    'consumer.sasl.mechanism': 'PLAIN',
    'consumer.sasl.jaas.config': jaas(admitted.name, admitted.password),
    'consumer.ssl.truststore.type': 'PEM',
    'consumer.ssl.truststore.location': kafka.security.certificates.caFile,
  })
}

interface Case {
  readonly worker?: () => Properties
  readonly sink?: () => Properties
  readonly args?: readonly string[]
  readonly env?: Record<string, string>
}

function write({ worker, sink }: Case): readonly [worker: string, sink: string] {
  const name = unique('sink')
  const files = [join(folder, `${name}.worker.properties`), join(folder, `${name}.properties`)] as const
  writeFileSync(files[0], properties({ ...goodWorker(), ...worker?.() }))
  const tls = { 'milvus.ssl.ca.file': milvus.caFile! }
  writeFileSync(files[1], properties({ ...sinkFile(name, milvus.endpoint, topic, topic, tls), ...sink?.() }))
  return files
}

async function run(what: Case): Promise<{ exitCode: number | null; output: string }> {
  const { args = [], env = {} } = what
  const files = write(what)
  const { exitCode, stdout, stderr } = await start([...files, '--until-caught-up', ...args], undefined, env).ended
  return { exitCode, output: stdout + stderr }
}

test('a run that works, with each secret from a place of its own and Kafka talkative, says none of them', async () => {
  const secrets = join(folder, 'secrets.properties')
  writeFileSync(secrets, properties({ password: admitted.password }))
  const { exitCode, output } = await run({
    worker: () => ({
      'config.providers': 'file,env',
      'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
      'config.providers.env.class': 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
      'consumer.sasl.jaas.config': jaas(admitted.name, '${file:SECRETS:password}').replace('SECRETS', secrets),
      'consumer.debug': 'all',
    }),
    sink: () => ({ token: '${env:MILVUS_TOKEN}' }),
    env: { MILVUS_TOKEN: 'root:Milvus' },
  })
  expect(exitCode, output).toBe(0)
  expect(output).toContain('1 row written')
  expect(output).not.toContain(admitted.password)
  expect(output).not.toContain('root:Milvus')
})

describe('a run that fails says no secret', () => {
  const oauth = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required'
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required'
  const cases: [string, Case, number][] = [
    ['a wrong password', { worker: () => ({ 'consumer.sasl.jaas.config': jaas('redkite', planted) }) }, 11],
    [
      'a wrong SCRAM password',
      {
        worker: () => ({
          'consumer.sasl.mechanism': 'SCRAM-SHA-256',
          'consumer.sasl.jaas.config': `${scram} username="redkite" password="${planted}";`,
        }),
      },
      11,
    ],
    [
      'a wrong client secret',
      {
        worker: () => ({
          'consumer.sasl.mechanism': 'OAUTHBEARER',
          'consumer.sasl.oauthbearer.token.endpoint.url': kafka.security.oidc.tokenEndpoint,
          'consumer.sasl.jaas.config': `${oauth} clientId="redkite" clientSecret="${planted}";`,
        }),
      },
      11,
    ],
    [
      'a login without its end',
      { worker: () => ({ 'consumer.sasl.jaas.config': jaas('u', planted).slice(0, -2) }) },
      78,
    ],
    ['a login that is none', { worker: () => ({ 'consumer.sasl.jaas.config': planted }) }, 78],
    [
      'the login of another mechanism',
      { worker: () => ({ 'consumer.sasl.mechanism': 'OAUTHBEARER', 'consumer.sasl.jaas.config': jaas('u', planted) }) },
      78,
    ],
    [
      'a key that needs a password, and a wrong one',
      {
        worker: () => ({
          'consumer.ssl.keystore.type': 'PKCS12',
          'consumer.ssl.keystore.location': kafka.security.certificates.clientKeyFile,
          'consumer.ssl.keystore.password': planted,
          'consumer.ssl.key.password': planted,
        }),
      },
      78,
    ],
    [
      'a key that is no PEM',
      { worker: () => ({ 'consumer.override.ssl.key.pem': planted, 'consumer.ssl.key.pem': planted }) },
      78,
    ],
    ['a wrong token', { sink: () => ({ token: `root:${planted}` }) }, 77],
    ['a wrong API key', { sink: () => ({ token: planted }) }, 77],
    ['a token in the environment', { env: { REDKITE_TOKEN: planted } }, 77],
    ['a token in a variable that is misspelt', { env: { REDKITE_TOKN: planted }, sink: () => ({ token: 'x' }) }, 77],
    ['a token under a misspelt key', { sink: () => ({ tokne: planted, token: 'x' }) }, 77],
    [
      'a login under a misspelt key',
      { worker: () => ({ 'consumer.sasl.jaas.confg': planted }), sink: () => ({ 'batch.size': 'x' }) },
      78,
    ],
    ['a token as an argument', { args: ['--set', `token=${planted}`] }, 64],
    ['a token as an argument, without "="', { args: ['--set', `token:${planted}`] }, 64],
    ['a login as an argument', { args: ['--set', `consumer.override.sasl.jaas.config=${planted}`] }, 64],
    ['a password in the address', { sink: () => ({ 'public.endpoint': `https://root:${planted}@localhost:1` }) }, 78],
    [
      'the credentials of a registry, in its address',
      {
        worker: () => ({
          'value.converter': 'io.confluent.connect.avro.AvroConverter',
          'value.converter.schema.registry.url': `http://user:${planted}@127.0.0.1:1`,
        }),
        sink: () => ({ 'batch.size': 'x' }),
      },
      78,
    ],
    [
      'the credentials of a registry, in a key',
      {
        worker: () => ({
          'value.converter': 'io.confluent.connect.avro.AvroConverter',
          'value.converter.schema.registry.url': 'http://127.0.0.1:1',
          'value.converter.basic.auth.credentials.source': 'USER_INFO',
          'value.converter.basic.auth.user.info': planted,
        }),
      },
      78,
    ],
    ['a secret as the value of another key', { sink: () => ({ 'batch.size': 'x', token: planted }) }, 78],
  ]
  // The summary as well, and every other one in JSON, so that each way of saying it is gone.
  const forms = cases.map(([what, wrong, exitCode], index): [string, Case, number] => {
    const more = ['--summary', 'json', '--log-format', index % 2 === 0 ? 'text' : 'json']
    return [what, { ...wrong, args: [...(wrong.args ?? []), ...more] }, exitCode]
  })
  test.each(forms)('%s', async (_, wrong, exitCode) => {
    const ended = await run(wrong)
    expect(ended.output).not.toContain(planted)
    expect(ended.exitCode, ended.output).toBe(exitCode)
  })
})

describe('a record that is refused shows none of its values', () => {
  const values = [
    `{"id":"${planted}","v":[1,2]}`,
    `{"id":1,"v":["${planted}",2]}`,
    `{"id":1,"v":"${planted}"}`,
    `{"id":1,"v":[1,2], ${planted}`,
    planted,
    `"${planted}"`,
  ]
  test.each(values)('%s', async (value) => {
    const name = unique('refused')
    await kafka.tools.createTopic(name, 1)
    await kafka.tools.produce(name, [{ key: planted, value }])
    const { exitCode, output } = await run({ sink: () => ({ topics: name }) })
    expect(exitCode, output).toBe(65)
    expect(output).toContain('partition 0, offset 0')
    expect(output).not.toContain(planted)
  })
})

test('neither headers of dead letters nor the lines about them show a value or a secret', async () => {
  const [name, letters] = [unique('bad'), unique('letters')]
  await kafka.tools.createTopic(name, 1)
  const bad = [`{"id":"${planted}","v":[1,2]}`, `{"id":1,"v":[1,2],${planted}`, '{"id":7,"v":[1]}']
  await kafka.tools.produce(
    name,
    bad.map((value) => ({ key: planted, value })),
  )
  const { exitCode, output } = await run({
    sink: () => ({
      topics: name,
      'errors.tolerance': 'all',
      'errors.log.enable': 'true',
      'errors.deadletterqueue.topic.name': letters,
      'errors.deadletterqueue.topic.replication.factor': 1,
      'errors.deadletterqueue.context.headers.enable': 'true',
    }),
    args: ['--log-format', 'json', '--summary', 'json'],
  })
  expect(exitCode, output).toBe(0)
  expect(output).toContain('"deadLettered":3')
  const headers = (await kafka.tools.consume(letters)).flatMap((letter) => letter.headers)
  expect(headers.length).toBeGreaterThan(3 * 5)
  const said = output + headers.map(({ value }) => (value === null ? '' : Buffer.from(value).toString())).join('\n')
  for (const secret of [planted, admitted.password, 'root:Milvus']) expect(said).not.toContain(secret)
})

test('a reload, with a wrong token and with settings that are wrong, says no secret', async () => {
  const [worker, sink] = write({})
  const redkite = start([worker, sink])
  await until('it runs', () => redkite.stderr().includes('assigned'))
  const good = readFileSync(sink, 'utf8')
  for (const more of [`token=root:${planted}`, `token=${planted}\nbatch.size=x`]) {
    writeFileSync(sink, `${good}\n${more}\n`)
    const before = redkite.stderr().length
    redkite.signal('SIGHUP')
    await until('it is refused', () => redkite.stderr().slice(before).includes('not reloaded'))
  }
  redkite.signal('SIGTERM')
  const { exitCode, stdout, stderr } = await redkite.ended
  expect(exitCode, stderr).toBe(0)
  for (const secret of [planted, admitted.password, 'root:Milvus']) expect(stdout + stderr).not.toContain(secret)
})
