/** What a person gets for a mistake: one message that names the cause and the cure, an exit code of its own, soon, and nothing committed. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { runTool } from '../servers/java.ts'
import type { KafkaServer } from '../servers/kafka.ts'
import { kafkaUsers } from '../servers/kafka-secure.ts'
import type { MilvusServer } from '../servers/milvus.ts'
import { freePort } from '../servers/ports.ts'
import { type FaultyProxy, startProxy } from '../servers/proxy.ts'
import type { MilvusAddress, PyMilvus } from '../servers/pymilvus.ts'
import {
  bothMilvus,
  serverTimeoutMs,
  sharedKafka,
  sharedMilvus,
  sharedMilvusLite,
  sharedPyMilvus,
  sharedSecureKafka,
  sharedSecureMilvus,
  unique,
} from '../servers/shared.ts'
import { catchUp, type Ended, type Properties, sinkFile, start, startRedkite, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

/** "Answered within a few seconds": an address where nobody answers takes longest, 10 s; the machine may be busy. */
const answerMaxMs = 40_000

let kafka: KafkaServer
let milvus: MilvusServer
let pymilvus: PyMilvus
/** Accepts connections and says nothing. */
let silent: FaultyProxy
/** A collection that exists and is loaded, and a topic with three good records. */
const collection = unique('target')
const topic = unique('records')

beforeAll(async () => {
  ;[kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  silent = await startProxy({ host: '127.0.0.1', port: Number(kafka.bootstrap.split(':')[1]) })
  silent.blackhole()
  await createCollection(milvus, collection)
  await kafka.tools.createTopic(topic, 1)
  await kafka.tools.produce(topic, [good(1), good(2), good(3)])
}, serverTimeoutMs)

afterAll(() => silent.close())

const [admitted, denied] = kafkaUsers
const ways: [string, readonly string[]][] = [
  ['until caught up', ['--until-caught-up']],
  ['without end', []],
]

function good(id: number): { value: string } {
  return { value: JSON.stringify({ id, title: `title ${id}`, vector: [id, 0.5, 0.25, 0.125] }) }
}

function createCollection(server: MilvusAddress, name: string, load = true): Promise<void> {
  return pymilvus.createCollection(server, {
    name,
    load,
    fields: [
      { name: 'id', type: 'INT64', primaryKey: true },
      { name: 'title', type: 'VARCHAR', maxLength: 64 },
      { name: 'vector', type: 'FLOAT_VECTOR', dim: 4 },
    ],
  })
}

interface Run {
  readonly worker?: Properties
  readonly sink?: Properties
  readonly args?: readonly string[]
}

/** Runs a sink of a fresh name, with whatever the case has wrong. */
async function run({ worker = {}, sink = {}, args = ['--until-caught-up'] }: Run): Promise<Ended & { name: string }> {
  const name = unique('sink')
  const started = performance.now()
  const ended = await startRedkite(
    workerFile(kafka.bootstrap, worker),
    [sinkFile(name, milvus.endpoint, collection, topic, sink)],
    args,
  ).ended
  expect(performance.now() - started).toBeLessThan(answerMaxMs)
  return { ...ended, name }
}

/** The last message is the only error, has no stack trace, and stdout stays empty. */
function expectMessage(ended: Ended, exitCode: number, code: string, ...says: readonly (string | RegExp)[]): void {
  const message = ended.stderr.split('\n').filter((line) => line.startsWith('redkite: '))
  expect(message.length, ended.stderr).toBe(1)
  expect(message[0]).toEndWith(`[${code}]`)
  for (const part of says) {
    if (typeof part === 'string') expect(message[0]).toContain(part)
    else expect(message[0]).toMatch(part)
  }
  expect(ended.stderr).not.toMatch(/^\s+at /m)
  expect(ended.stdout).toBe('')
  expect({ exitCode: ended.exitCode, signal: ended.signal }).toEqual({ exitCode, signal: null })
}

/** Neither the group nor the collection has anything of this run. */
async function expectNothingDone(name: string): Promise<void> {
  expect(await kafka.tools.groupOffsets(`connect-${name}`)).toEqual([])
  expect(await pymilvus.count(milvus, collection)).toBe(0)
}

describe('files and settings', () => {
  test('a file that does not exist, and a folder', async () => {
    const missing = await start(['/no/such/worker.properties', import.meta.path]).ended
    expectMessage(missing, 66, 'FILE_MISSING', 'cannot read "/no/such/worker.properties": no such file')
    const folder = await start([import.meta.dir, import.meta.path]).ended
    expectMessage(folder, 66, 'FILE_MISSING', 'it is a folder')
  })

  test('a value that a key does not take, with file and line', async () => {
    const ended = await run({ sink: { 'batch.size': 'many' } })
    expectMessage(
      ended,
      78,
      'VALUE_INVALID',
      /sink-connector-1\.properties:\d+/,
      '`batch.size`',
      'whole number',
      '"many"',
    )
    await expectNothingDone(ended.name)
  })

  test('all that is wrong, in one message', async () => {
    const ended = await run({ sink: { 'public.endpoint': 'ftp://x', 'errors.tolerance': 'some' } })
    expect(ended.exitCode).toBe(78)
    expect(ended.stderr).toContain('2 things are wrong')
    expect(ended.stderr).toContain('`public.endpoint`')
    expect(ended.stderr).toContain('`errors.tolerance`')
  })

  test('a key that nobody knows is a warning with the nearest known one, and the run goes on', async () => {
    const ended = await run({ sink: { 'collection.nam': 'x', topics: topic } })
    expect(ended.exitCode).toBe(0)
    expect(ended.stderr).toContain('did you mean `collection.name`?')
    await pymilvus.dropCollection(milvus, collection)
    await createCollection(milvus, collection)
  })
})

test('addresses where nobody answers, or not in that language, are named within ten seconds', async () => {
  const nobody = `127.0.0.1:${await freePort()}`
  const mute = `127.0.0.1:${silent.port}`
  // A label may have 63 letters: no name server is asked for it, so every network answers alike.
  const nameless = `${'n'.repeat(64)}.invalid:1`
  const { bootstrapSaslSsl } = await sharedSecureKafka()
  const tls = { 'consumer.security.protocol': 'SSL' }
  const cases: [Run, number, string, (string | RegExp)[]][] = [
    [{ worker: { 'bootstrap.servers': nobody } }, 10, 'KAFKA_UNREACHABLE', [nobody, 'Connection refused']],
    [{ worker: { 'bootstrap.servers': mute } }, 10, 'KAFKA_UNREACHABLE', [mute, 'bootstrap.servers']],
    [{ worker: { 'bootstrap.servers': nameless } }, 10, 'KAFKA_UNREACHABLE', [nameless, /resolve/i]],
    [{ worker: { 'bootstrap.servers': bootstrapSaslSsl } }, 10, 'KAFKA_UNREACHABLE', ['security.protocol']],
    [{ worker: tls }, 10, 'KAFKA_UNREACHABLE', ['security.protocol', 'SSL handshake failed']],
    [{ sink: { 'public.endpoint': `http://${nobody}` } }, 20, 'MILVUS_UNREACHABLE', [nobody, '`public.endpoint`']],
    [{ sink: { 'public.endpoint': `http://${mute}` } }, 20, 'MILVUS_UNREACHABLE', [mute, 'no answer within 10 s']],
    [{ sink: { 'public.endpoint': 'http://milvus.invalid' } }, 20, 'MILVUS_UNREACHABLE', ['milvus.invalid']],
    [
      { sink: { 'public.endpoint': `https://127.0.0.1:${milvus.port}` } },
      ...([20, 'MILVUS_UNREACHABLE', ['http:// where it does not']] as [number, string, string[]]),
    ],
  ]
  await Promise.all(
    cases.map(async ([wrong, exitCode, code, says]) => {
      const ended = await run(wrong)
      expectMessage(ended, exitCode, code, ...says)
      expect(await kafka.tools.groupOffsets(`connect-${ended.name}`)).toEqual([])
    }),
  )
})

describe('Kafka', () => {
  test.each(ways)('without the topic, run %s', async (_, args) => {
    const missing = unique('nowhere')
    const ended = await run({ sink: { topics: missing }, args })
    expectMessage(ended, 13, 'TOPIC_MISSING', missing, '`topics`')
    await expectNothingDone(ended.name)
  })
})

describe('a Kafka that wants TLS and a login', () => {
  let secure: KafkaServer
  const secureTopic = unique('secured')
  const groupTopic = unique('granted')

  beforeAll(async () => {
    secure = await sharedSecureKafka()
    await secure.tools.createTopic(secureTopic, 1)
    await secure.tools.createTopic(groupTopic, 1)
    await secure.tools.produce(secureTopic, [good(1)])
  }, serverTimeoutMs)

  function login(user: { name: string; password: string }, mechanism = 'PLAIN'): Properties {
    const module = mechanism === 'PLAIN' ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule'
    return {
      'bootstrap.servers': secure.bootstrapSaslSsl,
      'consumer.security.protocol': 'SASL_SSL',
      'consumer.sasl.mechanism': mechanism,
      'consumer.sasl.jaas.config': `org.apache.kafka.common.security.${module} required username="${user.name}" password="${user.password}";`,
      'consumer.ssl.truststore.type': 'PEM',
      'consumer.ssl.truststore.location': secure.security.certificates.caFile,
    }
  }

  const runSecure = (worker: Properties, args?: readonly string[]) =>
    run({ worker, sink: { topics: secureTopic }, ...(args ? { args } : {}) })

  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])('a wrong password, with %s', async (mechanism) => {
    const ended = await runSecure(login({ ...admitted, password: 'open-sesame' }, mechanism))
    expectMessage(ended, 11, 'KAFKA_AUTH_REFUSED', secure.bootstrapSaslSsl, 'refused the login', 'password')
    expect(ended.stderr).not.toContain('open-sesame')
  })

  test('a certificate authority that is not trusted', async () => {
    const { 'consumer.ssl.truststore.location': _, 'consumer.ssl.truststore.type': __, ...worker } = login(admitted)
    const ended = await runSecure(worker)
    expectMessage(ended, 10, 'KAFKA_TLS_FAILED', 'certificate verify failed', 'ssl.truststore.location')
  })

  test.each(ways)('a user who may not read the topic, run %s', async (_, args) => {
    const ended = await runSecure(login(denied), args)
    expectMessage(ended, 12, 'TOPIC_DENIED', secureTopic, 'ACL')
  })

  test.each(ways)('a user who may read the topic and not join the group, run %s', async (_, args) => {
    const who = ['--add', '--allow-principal', `User:${denied.name}`, '--topic', groupTopic]
    const acl = ['--bootstrap-server', secure.bootstrap, ...who, '--operation', 'Read', '--operation', 'Describe']
    const granting = await runTool('org.apache.kafka.tools.AclCommand', acl)
    expect(granting.exitCode, granting.said).toBe(0)
    const ended = await run({ worker: login(denied), sink: { topics: groupTopic }, args })
    expectMessage(ended, 12, 'GROUP_DENIED', `connect-${ended.name}`, 'ACL READ on the group')
  })
})

describe('Milvus', () => {
  test.each(bothMilvus)('without the collection, on %s', async (_, server) => {
    const { endpoint } = await server()
    const ended = await run({ sink: { 'public.endpoint': endpoint, 'collection.name': 'nowhere' } })
    expectMessage(ended, 23, 'MILVUS_COLLECTION_MISSING', '"nowhere"', '`collection.name`')
    await expectNothingDone(ended.name)
  })

  test.each(bothMilvus)('without the database, on %s', async (_, server) => {
    const { endpoint } = await server()
    const ended = await run({ sink: { 'public.endpoint': endpoint, 'database.name': 'nowhere' } })
    expectMessage(ended, 22, 'MILVUS_DATABASE_MISSING', '"nowhere"', '`database.name`')
  })

  test('with the collection not loaded; collection.require.loaded=false writes all the same', async () => {
    const unloaded = unique('unloaded')
    await createCollection(milvus, unloaded, false)
    const refused = await run({ sink: { 'collection.name': unloaded } })
    expectMessage(refused, 24, 'MILVUS_COLLECTION_NOT_LOADED', unloaded, 'load it', 'collection.require.loaded=false')
    await expectNothingDone(refused.name)
    const allowed = await run({ sink: { 'collection.name': unloaded, 'collection.require.loaded': 'false' } })
    expect(allowed.exitCode, allowed.stderr).toBe(0)
    expect(allowed.stderr).toContain('3 rows written')
  })

  test.each(['root:open-sesame', 'open-sesame', ''])('with the token %p', async (token) => {
    const secure = await sharedSecureMilvus()
    const sink = { 'public.endpoint': secure.endpoint, 'milvus.ssl.ca.file': secure.caFile!, token }
    const ended = await run({ sink })
    expectMessage(ended, 77, 'MILVUS_AUTH_REFUSED', 'refused the token', '`token`')
    expect(ended.stderr).not.toContain('open-sesame')
  })

  test('with a certificate that is not trusted', async () => {
    const secure = await sharedSecureMilvus()
    const ended = await run({ sink: { 'public.endpoint': secure.endpoint } })
    expectMessage(ended, 20, 'MILVUS_TLS_REFUSED', '`milvus.ssl.ca.file`')
  })
})

describe('a record that cannot be written stops the sink after all that comes before it', () => {
  const field = 'field "vector"'
  const cases: [string, string, number, string, (string | RegExp)[]][] = [
    [
      'a vector of another dimension',
      '{"id":9,"title":"t","vector":[1,2,3]}',
      30,
      'VECTOR_DIM_MISMATCH',
      [field, 'takes 4', 'has 3'],
    ],
    ['no such field', '{"id":9,"vector":[1,2,3,4]}', 31, 'FIELD_MISSING', ['field "title"', 'VARCHAR']],
    ['half a JSON document', '{"id":9,"title":"t","vector":[1,2', 65, 'RECORD_NOT_JSON', [/byte \d+ of \d+/]],
    ['a boolean as a key', '{"id":true,"title":"t","vector":[1,2,3,4]}', 65, 'FIELD_WRONG_KIND', ['field "id"']],
    ['null where none is allowed', '{"id":9,"title":null,"vector":[1,2,3,4]}', 65, 'FIELD_NULL', ['field "title"']],
    [
      'text that is too long',
      `{"id":9,"title":"${'x'.repeat(65)}","vector":[1,2,3,4]}`,
      65,
      'VARCHAR_TOO_LONG',
      ['64', '65'],
    ],
    [
      'no number in a vector',
      '{"id":9,"title":"t","vector":[1,"2",3,4]}',
      65,
      'VECTOR_NOT_NUMBERS',
      [field, 'index 1'],
    ],
    ['a fraction as a key', '{"id":9.5,"title":"t","vector":[1,2,3,4]}', 65, 'FIELD_NOT_WHOLE', ['field "id"']],
    ['an array as the value', '[1,2]', 65, 'RECORD_NOT_OBJECT', ['an array']],
  ]

  test.concurrent.each(cases)('%s', async (_, value, exitCode, code, says) => {
    const lite = await sharedMilvusLite()
    const name = unique('bad')
    await kafka.tools.createTopic(name, 1)
    await kafka.tools.produce(name, [good(1), good(2), good(3), { value }, good(5)])
    await createCollection(lite, name)
    const worker = workerFile(kafka.bootstrap)
    const sink = sinkFile(name, lite.endpoint, name, name)
    const group = `connect-${name}`
    for (const written of ['3 rows written from 3 records', '0 rows written']) {
      const ended = await catchUp(worker, [sink])
      expectMessage(ended, exitCode, code, `topic "${name}", partition 0, offset 3: `, ...says)
      expect(ended.stderr).toContain(written)
      expect(await kafka.tools.groupOffset(group, name)).toBe(3)
      expect(await pymilvus.count(lite, name)).toBe(3)
    }
    const tolerant = await catchUp(worker, [{ ...sink, 'errors.tolerance': 'all' }])
    expect(tolerant.exitCode, tolerant.stderr).toBe(0)
    expect(tolerant.stderr).toContain('1 row written')
    expect(tolerant.stderr).toContain(`topic "${name}", partition 0, offset 3: `)
    expect(await kafka.tools.groupOffset(group, name)).toBe(5)
    const rows = await pymilvus.query(lite, name, { filter: 'id >= 0' })
    expect(rows.map(({ id }) => id).sort()).toEqual([1, 2, 3, 5])
  })
})
