import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { properties, runTool } from './java.ts'
import { type KafkaServer, startKafka } from './kafka.ts'
import { kafkaUsers } from './kafka-secure.ts'
import { isAlive } from './place.ts'
import { serverTimeoutMs } from './shared.ts'

setDefaultTimeout(serverTimeoutMs)

describe('a Kafka of one broker', () => {
  let kafka: KafkaServer

  beforeAll(async () => {
    kafka = await startKafka({ killed: true })
    await kafka.tools.createTopic('orders', 2)
  })
  afterAll(() => kafka.stop())

  test('gives back records with keys, nulls, headers and timestamps, of every compression', async () => {
    for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
      const topic = `of-${compression}`
      await kafka.tools.createTopic(topic)
      const offsets = await kafka.tools.produce(
        topic,
        [
          { key: 'k', value: 'v', timestamp: 1_700_000_000_000 },
          { value: null, headers: [{ name: 'h', value: new Uint8Array([0, 255]) }] },
        ],
        { compression },
      )
      expect(offsets).toEqual([0, 1])
      const [first, second] = await kafka.tools.consume(topic)
      expect([String(first!.key), String(first!.value), first!.timestamp]).toEqual(['k', 'v', 1_700_000_000_000])
      expect([second!.key, second!.value]).toEqual([null, null])
      expect(second!.headers).toEqual([{ name: 'h', value: Buffer.from([0, 255]) }])
    }
  })

  test('takes a file, a record a line', async () => {
    const file = join(kafka.folder, 'lines')
    writeFileSync(file, 'a|{"n":1}\nb|{"n":2}\n')
    await kafka.tools.createTopic('lines')
    expect(await kafka.tools.produceFile('lines', file, { keySeparator: '|' })).toBe(2)
    const records = await kafka.tools.consume('lines')
    expect(records.map(({ key, value }) => [String(key), String(value)])).toEqual([
      ['a', '{"n":1}'],
      ['b', '{"n":2}'],
    ])
  })

  test('an aborted transaction leaves offsets but no records', async () => {
    await kafka.tools.createTopic('aborted')
    await kafka.tools.produce('aborted', [{ value: 'x' }], { transaction: 'abort' })
    expect(await kafka.tools.consume('aborted')).toEqual([])
    expect(await kafka.tools.offsets('aborted')).toEqual([{ partition: 0, beginning: 0, end: 2 }])
  })

  test("a group's offsets are what was set, and its description is empty", async () => {
    const offsets = [{ topic: 'orders', partition: 1, offset: 7 }]
    await kafka.tools.setGroupOffsets('group', offsets)
    expect(await kafka.tools.groupOffsets('group')).toMatchObject(offsets)
    expect(await kafka.tools.groupOffset('group', 'orders', 1)).toBe(7)
    expect(await kafka.tools.groupOffset('group', 'orders', 0)).toBeUndefined()
    expect(await kafka.tools.describeGroup('group')).toMatchObject({ state: 'Empty', members: [] })
  })

  test('is the same after kill and restart', async () => {
    await kafka.tools.createTopic('kept')
    await kafka.tools.produce('kept', [{ value: 'x' }])
    const { pid } = kafka
    await kafka.kill()
    expect(isAlive(pid)).toBe(false)
    await kafka.restart()
    expect(await kafka.tools.consume('kept')).toHaveLength(1)
  })

  test('leaves no process and no port when it stops', async () => {
    const { pids } = kafka
    expect(pids).toHaveLength(2)
    await kafka.stop()
    expect(pids.filter(isAlive)).toEqual([])
    expect(await isOpen(kafka.bootstrap)).toBe(false)
  })
})

test('three brokers hold a topic three times and survive the loss of one', async () => {
  const kafka = await startKafka({ brokers: 3, heapMb: 256, killed: true })
  await kafka.tools.createTopic('copied', 1, { 'min.insync.replicas': '2' }, 3)
  await kafka.broker(3).kill()
  await kafka.tools.produce('copied', [{ value: 'x' }])
  expect(await kafka.tools.consume('copied')).toHaveLength(1)
  await kafka.stop()
})

describe('a secure Kafka', () => {
  let kafka: KafkaServer
  const [admitted, denied] = kafkaUsers

  beforeAll(async () => {
    kafka = await startKafka({ secure: true })
    await kafka.tools.createTopic('guarded')
  })
  afterAll(() => kafka.stop())

  const trust = () => ({ 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': kafka.security.certificates.caFile })
  const sasl = (mechanism: string, module: string, options: string) => ({
    ...trust(),
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': mechanism,
    'sasl.jaas.config': `org.apache.kafka.common.security.${module} required ${options};`,
  })
  const password = (user: { name: string; password: string }) => `username="${user.name}" password="${user.password}"`
  const oauth = (secret: string) => ({
    ...sasl(
      'OAUTHBEARER',
      'oauthbearer.OAuthBearerLoginModule',
      `clientId="${admitted.name}" clientSecret="${secret}"`,
    ),
    'sasl.login.callback.handler.class': 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler',
    'sasl.oauthbearer.token.endpoint.url': kafka.security.oidc.tokenEndpoint,
  })

  /** What Kafka's own tool says when it describes the topic with these client settings. */
  async function describeTopic(bootstrap: string, client: Record<string, string>): Promise<string> {
    const file = join(kafka.folder, 'client.properties')
    // A login takes seconds on a busy machine; a tool that gives up before it was refused says nothing about the password.
    writeFileSync(file, properties({ ...client, 'request.timeout.ms': 30_000, 'default.api.timeout.ms': 60_000 }))
    const args = ['--bootstrap-server', bootstrap, '--command-config', file, '--describe', '--topic', 'guarded']
    const allowed = { 'org.apache.kafka.sasl.oauthbearer.allowed.urls': kafka.security.oidc.tokenEndpoint }
    const { said } = await runTool('org.apache.kafka.tools.TopicCommand', args, { properties: allowed })
    return said
  }

  const plain = (user: { name: string; password: string }) => sasl('PLAIN', 'plain.PlainLoginModule', password(user))
  const scram = (mechanism: string) => sasl(mechanism, 'scram.ScramLoginModule', password(admitted))

  test('admits a user by PLAIN, SCRAM and OAUTHBEARER', async () => {
    const answers = await Promise.all([describeTopic(kafka.bootstrapSaslSsl, plain(admitted))])
    answers.push(await describeTopic(kafka.bootstrapSaslSsl, scram('SCRAM-SHA-256')))
    answers.push(await describeTopic(kafka.bootstrapSaslSsl, scram('SCRAM-SHA-512')))
    answers.push(await describeTopic(kafka.bootstrapSaslSsl, oauth(admitted.password)))
    for (const answer of answers) {
      expect(answer).toContain('PartitionCount: 1')
    }
    expect(kafka.security.oidc.issued).toBeGreaterThan(0)
  })

  test('admits a client certificate', async () => {
    const certificate = {
      'security.protocol': 'SSL',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': kafka.security.certificates.clientKeyStoreFile,
    }
    expect(await describeTopic(kafka.bootstrapSsl, { ...trust(), ...certificate })).toContain('PartitionCount: 1')
  })

  test('turns away a wrong password and a wrong secret, and shows nothing to who has no right', async () => {
    const wrong = await describeTopic(kafka.bootstrapSaslSsl, plain({ ...admitted, password: 'wrong' }))
    expect(wrong).toContain('SaslAuthenticationException')
    expect(await describeTopic(kafka.bootstrapSaslSsl, oauth('wrong'))).not.toContain('PartitionCount')
    expect(kafka.security.oidc.refused).toBeGreaterThan(0)
    expect(await describeTopic(kafka.bootstrapSaslSsl, plain(denied))).not.toContain('PartitionCount')
  })
})

function isOpen(address: string): Promise<boolean> {
  const [host, port] = address.split(':')
  return new Promise((resolve) => {
    const socket = connect(Number(port), host, () => resolve(true))
    socket.on('error', () => resolve(false))
  })
}
