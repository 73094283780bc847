/** What Confluent Cloud, StreamNative and Zilliz Cloud ask for, in the settings that a Java user has in the two files. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { KafkaServer } from '../servers/kafka.ts'
import { kafkaUsers } from '../servers/kafka-secure.ts'
import type { MilvusServer } from '../servers/milvus.ts'
import type { PyMilvus } from '../servers/pymilvus.ts'
import {
  serverTimeoutMs,
  sharedKafka,
  sharedPyMilvus,
  sharedSecureKafka,
  sharedSecureMilvus,
  unique,
} from '../servers/shared.ts'
import { createPoints, pointRows, points, readPoints } from './points.ts'
import { catchUp, type Ended, type Properties, sinkFile, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

const [user] = kafkaUsers
const security = 'org.apache.kafka.common.security'
let kafka: KafkaServer
let milvus: MilvusServer
let pymilvus: PyMilvus

beforeAll(async () => {
  ;[kafka, milvus, pymilvus] = await Promise.all([sharedSecureKafka(), sharedSecureMilvus(), sharedPyMilvus()])
})

function milvusTls(): Properties {
  return { token: milvus.token!, 'milvus.ssl.ca.file': milvus.caFile! }
}

function trust(prefix: string): Properties {
  return {
    [`${prefix}ssl.truststore.type`]: 'PEM',
    [`${prefix}ssl.truststore.location`]: kafka.security.certificates.caFile,
  }
}

/** Before `.name` of a setting. */
function under(prefix: string, settings: Properties): Properties {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${prefix}${name}`, value]))
}

const scram = `${security}.scram.ScramLoginModule required username="${user.name}" password="${user.password}";`
const plain = `${security}.plain.PlainLoginModule required username="${user.name}" password="${user.password}";`
const oauth = `${security}.oauthbearer.OAuthBearerLoginModule required clientId="${user.name}" clientSecret="${user.password}" scope="kafka";`

interface Login {
  readonly worker?: () => Properties
  readonly sink?: () => Properties
  readonly ssl?: true
}

const sasl = (mechanism: string, jaas: string): Properties => ({
  'security.protocol': 'SASL_SSL',
  'sasl.mechanism': mechanism,
  'sasl.jaas.config': jaas,
})
const oidc = (): Properties => ({
  ...sasl('OAUTHBEARER', oauth),
  'sasl.login.callback.handler.class': `${security}.oauthbearer.OAuthBearerLoginCallbackHandler`,
  'sasl.oauthbearer.token.endpoint.url': kafka.security.oidc.tokenEndpoint,
})

const logins: [string, Login][] = [
  ['SCRAM-SHA-256 for the whole worker', { worker: () => ({ ...sasl('SCRAM-SHA-256', scram), ...trust('') }) }],
  [
    'SCRAM-SHA-512 in consumer.*',
    { worker: () => ({ ...under('consumer.', sasl('SCRAM-SHA-512', scram)), ...trust('consumer.') }) },
  ],
  [
    'PLAIN in consumer.override.*',
    { sink: () => ({ ...under('consumer.override.', sasl('PLAIN', plain)), ...trust('consumer.override.') }) },
  ],
  ['OAUTHBEARER with OIDC in consumer.*', { worker: () => ({ ...under('consumer.', oidc()), ...trust('consumer.') }) }],
  [
    'OAUTHBEARER with OIDC in consumer.override.*',
    { sink: () => ({ ...under('consumer.override.', oidc()), ...trust('consumer.override.') }) },
  ],
  [
    "a client's certificate in a PEM keystore",
    {
      ssl: true,
      worker: () => ({
        ...under('consumer.', {
          'security.protocol': 'SSL',
          'ssl.keystore.type': 'PEM',
          'ssl.keystore.location': kafka.security.certificates.clientKeyStoreFile,
        }),
        ...trust('consumer.'),
      }),
    },
  ],
]

describe('records go from a Kafka with TLS into a Milvus with TLS and a token, logged in by', () => {
  test.each(logins)('%s', async (_, login) => {
    const name = unique('secure')
    await kafka.tools.createTopic(name)
    await kafka.tools.produce(name, points(0, 20))
    await createPoints(pymilvus, milvus, name)
    const bootstrap = login.ssl ? kafka.bootstrapSsl : kafka.bootstrapSaslSsl
    const ended = await catchUp(workerFile(bootstrap, login.worker?.() ?? {}), [
      sinkFile(name, milvus.endpoint, name, name, { ...milvusTls(), ...(login.sink?.() ?? {}) }),
    ])
    expect(ended.stderr).not.toContain(user.password)
    expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('20 rows written from 20 records') })
    expect(await readPoints(pymilvus, milvus, name)).toEqual(pointRows(0, 20))
    expect(await kafka.tools.groupOffset(`connect-${name}`, name)).toBe(20)
  })
})

describe('Milvus over TLS', () => {
  let name: string
  beforeAll(async () => {
    name = unique('tls')
    const plainKafka = await sharedKafka()
    await plainKafka.tools.createTopic(name)
    await plainKafka.tools.produce(name, points(0, 5))
    await createPoints(pymilvus, milvus, name)
  })

  async function run(more: Properties): Promise<Ended> {
    const { bootstrap } = await sharedKafka()
    return catchUp(workerFile(bootstrap), [sinkFile(name, milvus.endpoint, name, name, { ...milvusTls(), ...more })])
  }

  test('refuses a wrong token: exit 77, nothing committed, the token never shown', async () => {
    const ended = await run({ token: 'root:open-sesame' })
    expect(ended.stderr).not.toContain('open-sesame')
    expect(ended).toMatchObject({ exitCode: 77, stderr: expect.stringContaining('MILVUS_AUTH_REFUSED') })
    const { tools } = await sharedKafka()
    expect(await tools.groupOffset(`connect-${name}`, name)).toBeUndefined()
  })

  test('is not trusted without its authority', async () => {
    const ended = await run({ 'milvus.ssl.ca.file': '' })
    expect(ended.exitCode).not.toBe(0)
    expect(ended.stderr).toContain('milvus.ssl.ca.file')
  })

  test('takes what redkite brings when the token is right', async () => {
    expect(await run({})).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('5 rows written') })
    expect(await readPoints(pymilvus, milvus, name)).toEqual(pointRows(0, 5))
  })
})

test('a wrong password for Kafka is said at once, without the password: exit 11', async () => {
  const name = unique('secure')
  await kafka.tools.createTopic(name)
  await createPoints(pymilvus, milvus, name)
  const wrong = sasl('PLAIN', plain.replace(user.password, 'open-sesame'))
  const ended = await catchUp(workerFile(kafka.bootstrapSaslSsl, { ...wrong, ...trust('') }), [
    sinkFile(name, milvus.endpoint, name, name, milvusTls()),
  ])
  expect(ended.stderr).not.toContain('open-sesame')
  expect(ended).toMatchObject({ exitCode: 11, stderr: expect.stringContaining('KAFKA_AUTH_REFUSED') })
})
