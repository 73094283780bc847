import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { RedkiteError } from '../../src/errors/errors.ts'
import { Admin } from '../../src/kafka/admin.ts'
import type { KafkaConfig } from '../../src/kafka/conf.ts'
import { until } from '../e2e/until.ts'
import type { KafkaServer } from '../servers/kafka.ts'
import { kafkaUsers } from '../servers/kafka-secure.ts'
import { serverTimeoutMs, sharedSecureKafka, unique } from '../servers/shared.ts'
import { EventLoopMeter, stallMaxMs } from './event-loop.ts'
import { Member } from './member.ts'
import { numbered, send } from './send.ts'

setDefaultTimeout(serverTimeoutMs)

const [admitted, denied] = kafkaUsers
type User = { readonly name: string; readonly password: string }

let kafka: KafkaServer
let topic: string

beforeAll(async () => {
  kafka = await sharedSecureKafka()
  topic = unique('secure')
  const admin = new Admin({ 'bootstrap.servers': kafka.bootstrap })
  await admin.createTopics([{ name: topic, partitions: 1 }])
  await admin.close()
  await send({ 'bootstrap.servers': kafka.bootstrap }, topic, numbered(10))
})

function tls(): Record<string, string> {
  return {
    'bootstrap.servers': kafka.bootstrapSaslSsl,
    'security.protocol': 'sasl_ssl',
    'ssl.ca.location': kafka.security.certificates.caFile,
  }
}

function password(mechanism: string, user: User): KafkaConfig {
  return { ...tls(), 'sasl.mechanism': mechanism, 'sasl.username': user.name, 'sasl.password': user.password }
}

function oidc(user: User): KafkaConfig {
  return {
    ...tls(),
    'sasl.mechanism': 'OAUTHBEARER',
    'sasl.oauthbearer.method': 'oidc',
    'sasl.oauthbearer.client.id': user.name,
    'sasl.oauthbearer.client.secret': user.password,
    'sasl.oauthbearer.token.endpoint.url': kafka.security.oidc.tokenEndpoint,
    'https.ca.location': kafka.security.certificates.caFile,
  }
}

async function refusal(config: KafkaConfig, deadlineMs = 10_000): Promise<RedkiteError> {
  const meter = new EventLoopMeter()
  const admin = new Admin(config)
  try {
    return await admin.reachable(deadlineMs).then(
      () => {
        throw new Error('the cluster let us in')
      },
      (error) => error,
    )
  } finally {
    await admin.close()
    expect(meter.stop()).toBeLessThan(stallMaxMs)
  }
}

describe('a member reads over TLS, logged in by', () => {
  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'])('%s', async (mechanism) => {
    const config = mechanism === 'OAUTHBEARER' ? oidc(admitted) : password(mechanism, admitted)
    const member = new Member({ ...config, 'group.id': unique('group') }, [topic])
    await until('the records', () => member.read.length === 10, 60_000)
    await member.consumer.commit(member.positions())
    await member.consumer.close(10_000)
    expect(member.errors).toEqual([])
  })
})

describe('a wrong password is told at once, without the password, by', () => {
  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'])('%s', async (mechanism) => {
    const wrong = { name: admitted.name, password: 'open-sesame' }
    const started = performance.now()
    const error = await refusal(mechanism === 'OAUTHBEARER' ? oidc(wrong) : password(mechanism, wrong), 30_000)
    expect(performance.now() - started).toBeLessThan(29_000)
    expect(error).toMatchObject({ code: 'KAFKA_AUTH_REFUSED', label: 'fatal', exit: 11 })
    expect(error.message).not.toContain('open-sesame')
    expect(error.message).toMatch(/Authentication failed|invalid credentials|invalid_client/i)
  })
})

test('a broker whose CA is unknown is told at once', async () => {
  const { 'ssl.ca.location': _, ...config } = password('PLAIN', admitted) as Record<string, string>
  const error = await refusal(config, 30_000)
  expect(error).toMatchObject({ code: 'KAFKA_TLS_FAILED', label: 'fatal' })
  expect(error.message).toContain('certificate')
})

test.each([
  ['TLS spoken to a plaintext port', (config: KafkaConfig) => ({ ...config, 'bootstrap.servers': kafka.bootstrap })],
  ['plaintext spoken to a TLS port', (config: KafkaConfig) => ({ ...config, 'security.protocol': 'sasl_plaintext' })],
])('%s is told at the deadline, with the setting to look at', async (_what, change) => {
  const error = await refusal(change(password('PLAIN', admitted)), 2_000)
  console.log(`${error.code}: ${error.message}`)
  expect(['KAFKA_TLS_FAILED', 'KAFKA_UNREACHABLE', 'KAFKA_AUTH_REFUSED']).toContain(error.code)
  expect(error.message).toContain('security.protocol')
})

test('a user without rights learns what is denied', async () => {
  const admin = new Admin(password('PLAIN', denied))
  const error = await admin.topicPartitions([topic]).catch((error) => error)
  const group = await admin.committed('some-group', [{ topic, partition: 0 }]).catch((error) => error)
  await admin.close()
  expect(error).toMatchObject({ code: 'TOPIC_DENIED', exit: 12 })
  expect(error.message).toContain(topic)
  expect(group).toMatchObject({ code: 'GROUP_DENIED', exit: 12 })
  expect(group.message).toContain('some-group')
  const member = new Member({ ...password('PLAIN', denied), 'group.id': 'some-group' }, [topic])
  await until('an error', () => member.errors.length > 0)
  await member.consumer.close(5_000)
  expect(member.errors[0]!.label).toBe('fatal')
  expect(member.errors[0]!.exit).toBe(12)
})
