import { expect, setDefaultTimeout, test } from 'bun:test'
import { runTool } from '../servers/java.ts'
import type { KafkaServer } from '../servers/kafka.ts'
import { kafkaUsers } from '../servers/kafka-secure.ts'
import {
  serverTimeoutMs,
  sharedKafka,
  sharedMilvusLite,
  sharedPyMilvus,
  sharedSecureKafka,
  unique,
} from '../servers/shared.ts'
import { collectionOf, contextOf, row, shortSession, tolerantSink, whole } from './letters.ts'
import { catchUp, startRedkite, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

/** Records of the tests are an hour old: a topic that takes no old ones refuses them all, for a reason that can pass. */
const takesNothing = { 'message.timestamp.before.max.ms': '1000' }

async function takeEverything(kafka: KafkaServer, topic: string): Promise<void> {
  const to = ['--bootstrap-server', kafka.bootstrap, '--entity-type', 'topics', '--entity-name', topic]
  const change = ['--alter', '--delete-config', Object.keys(takesNothing).join(',')]
  const { exitCode, said } = await runTool('kafka.admin.ConfigCommand', [...to, ...change])
  expect(exitCode, said).toBe(0)
}

test.concurrent('while the dead-letter topic takes nothing the sink waits: nothing is skipped, nothing of it is committed; then it goes on', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('blocked')
  const dlq = `${name}_dlq`
  await kafka.tools.createTopic(name)
  await kafka.tools.createTopic(dlq, 1, takesNothing)
  await pymilvus.createCollection(milvus, collectionOf(name))
  const produce = (from: number, count: number, badAt: number) =>
    kafka.tools.produce(
      name,
      Array.from({ length: count }, (_, i) => whole(from + i === badAt ? 'bad' : row(from + i), from + i, 1)),
    )
  const sink = tolerantSink(name, milvus.endpoint, dlq, { 'linger.ms': 10 })
  const running = startRedkite(workerFile(kafka.bootstrap, { 'offset.flush.interval.ms': 100 }), [sink])
  const committed = () => kafka.tools.groupOffset(`connect-${name}`, name)
  await produce(0, 100, -1)
  await until('the good ones are committed', async () => (await committed()) === 100, 60_000)
  await produce(100, 100, 150)
  await until('it says what it waits for', () => running.stderr().includes('trying until it succeeds'), 60_000)
  await until('the neighbours are live', async () => (await pymilvus.count(milvus, name)) === 199)
  // Up to the record whose letter waits, and no further.
  await until('what lies before it is committed', async () => (await committed()) === 150)
  await Bun.sleep(500)
  expect(await committed()).toBe(150)

  await takeEverything(kafka, dlq)
  await until('the letter is there, and all is committed', async () => (await committed()) === 200, 60_000)
  const letters = await kafka.tools.consume(dlq)
  expect(letters.map((letter) => contextOf(letter)['__connect.errors.offset'])).toEqual(['150'])
  running.signal('SIGTERM')
  expect(await running.ended).toMatchObject({ exitCode: 0 })
})

test.concurrent('a sink that is killed while its letters wait writes them after its restart', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('waiting')
  const dlq = `${name}_dlq`
  await kafka.tools.createTopic(name)
  await kafka.tools.createTopic(dlq, 1, takesNothing)
  await pymilvus.createCollection(milvus, collectionOf(name))
  const bad = [3, 4, 500, 999]
  const values = Array.from({ length: 1_000 }, (_, i) => (bad.includes(i) ? `bad ${i}` : row(i)))
  await kafka.tools.produce(
    name,
    values.map((value, i) => whole(value, i, 1)),
  )
  const sink = tolerantSink(name, milvus.endpoint, dlq, shortSession)
  const worker = workerFile(kafka.bootstrap, { 'offset.flush.interval.ms': 50 })
  const running = startRedkite(worker, [sink])
  await until('the good ones are live', async () => (await pymilvus.count(milvus, name)) === 996, 60_000)
  await until('the letters wait', () => running.stderr().includes('trying until it succeeds'), 30_000)
  await Bun.sleep(500)
  running.signal('SIGKILL')
  await running.ended
  // The first of them is the fourth record.
  expect((await kafka.tools.groupOffset(`connect-${name}`, name)) ?? 0).toBeLessThanOrEqual(3)
  expect(await kafka.tools.consume(dlq)).toEqual([])
  await takeEverything(kafka, dlq)
  expect(await catchUp(worker, [sink])).toMatchObject({ exitCode: 0 })
  const letters = new Set((await kafka.tools.consume(dlq)).map(({ value }) => String(value)))
  expect([...letters].sort()).toEqual(bad.map((i) => `bad ${i}`).sort())
  expect(await kafka.tools.groupOffset(`connect-${name}`, name)).toBe(1_000)
})

test.concurrent('a dead-letter topic that cannot be created ends the sink before it has read anything', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('uncreated')
  await kafka.tools.createTopic(name)
  await kafka.tools.produce(name, [{ value: row(1) }])
  await pymilvus.createCollection(milvus, collectionOf(name))
  const sink = tolerantSink(name, milvus.endpoint, `${name}_dlq`, {
    'errors.deadletterqueue.topic.replication.factor': 3,
  })
  const { exitCode, stderr } = await catchUp(workerFile(kafka.bootstrap), [sink])
  expect(exitCode).toBe(13)
  expect(stderr).toContain('`errors.deadletterqueue.topic.replication.factor`')
  expect(stderr).toContain('[DEAD_LETTER_TOPIC_UNCREATED]')
  expect(await pymilvus.count(milvus, name)).toBe(0)
})

test.concurrent('a letter too large for its topic ends the sink, with nothing of it committed', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('large')
  const dlq = `${name}_dlq`
  await kafka.tools.createTopic(name)
  await kafka.tools.createTopic(dlq, 1, { 'max.message.bytes': '2000' })
  await pymilvus.createCollection(milvus, collectionOf(name))
  await kafka.tools.produce(name, [{ value: row(1) }, { value: 'x'.repeat(5_000) }])
  const sink = tolerantSink(name, milvus.endpoint, dlq)
  const { exitCode, stderr } = await catchUp(workerFile(kafka.bootstrap), [sink])
  expect(exitCode).toBe(19)
  expect(stderr).toContain('max.message.bytes')
  expect(stderr).toContain('[PRODUCE_TOO_LARGE]')
  expect((await kafka.tools.groupOffset(`connect-${name}`, name)) ?? 0).toBeLessThan(2)
})

test.concurrent('errors.log.enable=true logs every record that cannot be written', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('logged')
  await kafka.tools.createTopic(name)
  await pymilvus.createCollection(milvus, collectionOf(name))
  await kafka.tools.produce(
    name,
    [1, 2, 3].map((i) => ({ value: `secret ${i}` })),
  )
  const sink = tolerantSink(name, milvus.endpoint, `${name}_dlq`, { 'errors.log.enable': 'true' })
  const { exitCode, stderr } = await catchUp(workerFile(kafka.bootstrap), [sink])
  expect(exitCode).toBe(0)
  for (const offset of [0, 1, 2]) expect(stderr).toContain(`partition 0, offset ${offset}: the value is not JSON`)
  expect(stderr).not.toContain('secret')
})

test.concurrent('a partition whose letter waits holds up no other: theirs are written and committed meanwhile', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('stuck')
  const dlq = `${name}_dlq`
  await kafka.tools.createTopic(name, 2)
  await kafka.tools.createTopic(dlq, 1, takesNothing)
  await pymilvus.createCollection(milvus, collectionOf(name))
  const sink = tolerantSink(name, milvus.endpoint, dlq, { 'linger.ms': 10, 'batch.size': 100 })
  const running = startRedkite(workerFile(kafka.bootstrap, { 'offset.flush.interval.ms': 100 }), [sink])
  await kafka.tools.produce(name, [{ ...whole('bad', 0, 1), partition: 0 }])
  await until('the letter waits', () => running.stderr().includes('trying until it succeeds'), 60_000)
  // Many times as many batches as there is memory for.
  const records = Array.from({ length: 3_000 }, (_, i) => ({ ...whole(row(i), i, 1), partition: 1 }))
  await kafka.tools.produce(name, records)
  const committed = (partition: number) => kafka.tools.groupOffset(`connect-${name}`, name, partition)
  await until('the other partition is committed', async () => (await committed(1)) === 3_000, 60_000)
  expect(await pymilvus.count(milvus, name)).toBe(3_000)
  expect((await committed(0)) ?? 0).toBe(0)
  await takeEverything(kafka, dlq)
  await until('the letter is there', async () => (await committed(0)) === 1, 60_000)
  running.signal('SIGTERM')
  expect(await running.ended).toMatchObject({ exitCode: 0 })
})

test.concurrent('several tasks share one dead-letter topic: every bad record is in it once', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('shared')
  const dlq = `${name}_dlq`
  await kafka.tools.createTopic(name, 6)
  await pymilvus.createCollection(milvus, collectionOf(name))
  const isBad = (i: number) => i % 50 === 7
  const records = Array.from({ length: 1_200 }, (_, i) => whole(isBad(i) ? `bad ${i}` : row(i), i, 6))
  await kafka.tools.produce(name, records)
  const sink = tolerantSink(name, milvus.endpoint, dlq, { 'tasks.max': 3 })
  const { exitCode, stderr } = await catchUp(workerFile(kafka.bootstrap), [sink])
  expect(exitCode, stderr).toBe(0)
  // Whichever task is first makes the topic.
  expect(stderr.match(/created the dead-letter topic/g)).toHaveLength(1)
  const letters = (await kafka.tools.consume(dlq)).map(({ value }) => String(value))
  const bad = Array.from({ length: 1_200 }, (_, i) => i).filter(isBad)
  expect(letters.sort()).toEqual(bad.map((i) => `bad ${i}`).sort())
  expect(await pymilvus.count(milvus, name)).toBe(1_200 - bad.length)
})

test.concurrent('a dead-letter topic that may not be written ends the sink with the ACL it lacks, and nothing of the letter is committed', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedSecureKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('denied')
  const dlq = `${name}_dlq`
  const [, user] = kafkaUsers
  await kafka.tools.createTopic(name)
  await kafka.tools.createTopic(dlq)
  await pymilvus.createCollection(milvus, collectionOf(name))
  await kafka.tools.produce(name, [{ value: row(1) }, { value: 'bad' }])
  const allow = async (...what: string[]) => {
    const acl = ['--bootstrap-server', kafka.bootstrap, '--add', '--allow-principal', `User:${user.name}`, ...what]
    const { exitCode, said } = await runTool('org.apache.kafka.tools.AclCommand', acl)
    expect(exitCode, said).toBe(0)
  }
  await allow('--topic', name, '--group', `connect-${name}`, '--operation', 'Read')
  const module = 'org.apache.kafka.common.security.plain.PlainLoginModule'
  const worker = workerFile(kafka.bootstrapSaslSsl, {
    'consumer.security.protocol': 'SASL_SSL',
    'consumer.sasl.mechanism': 'PLAIN',
    'consumer.sasl.jaas.config': `${module} required username="${user.name}" password="${user.password}";`,
    'consumer.ssl.truststore.type': 'PEM',
    'consumer.ssl.truststore.location': kafka.security.certificates.caFile,
  })
  const sink = tolerantSink(name, milvus.endpoint, dlq)
  const atTheStart = await catchUp(worker, [sink])
  expect(atTheStart.exitCode, atTheStart.stderr).toBe(12)
  expect(atTheStart.stderr).toContain(`topic ${dlq}; give it the ACLs READ and DESCRIBE, and WRITE`)

  await allow('--topic', dlq, '--operation', 'Describe')
  const atTheLetter = await catchUp(worker, [sink])
  expect(atTheLetter.exitCode, atTheLetter.stderr).toBe(12)
  expect(atTheLetter.stderr).toContain('[TOPIC_DENIED]')
  expect(atTheLetter.stderr).toContain(dlq)
  expect((await kafka.tools.groupOffset(`connect-${name}`, name)) ?? 0).toBeLessThan(2)
})
