import { expect, setDefaultTimeout, test } from 'bun:test'
import type { KafkaServer } from '../servers/kafka.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvusLite, sharedPyMilvus, unique } from '../servers/shared.ts'
import { undocumented } from './documented.ts'
import { collectionOf, contextOf, firstTimeMs, original, row, shortSession, tolerantSink, whole } from './letters.ts'
import { catchUp, type Ended, type Properties, startVerb, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

function dlq(
  verb: 'list' | 'replay',
  kafka: KafkaServer,
  sink: Properties,
  args: readonly string[] = [],
): Promise<Ended> {
  return startVerb(`dlq ${verb}`, workerFile(kafka.bootstrap), [sink], args).ended
}

async function listed(kafka: KafkaServer, sink: Properties) {
  const { exitCode, stdout, stderr } = await dlq('list', kafka, sink, ['--json'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(undocumented('dead-letters.md', JSON.parse(stdout))).toEqual([])
  return JSON.parse(stdout)
}

const timeOf = (index: number) => new Date(firstTimeMs + index).toISOString()
const long = 'twenty bytes of text'

test.concurrent('letters whose cause is gone are live after a replay; the others come back with one more attempt', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('replay')
  const topic = `${name}_dlq`
  await kafka.tools.createTopic(name)
  await pymilvus.createCollection(milvus, collectionOf(name))
  const values = [
    row(0),
    row(1, { title: long }),
    'not JSON',
    row(3, { title: long }),
    row(4),
    row(5, { vector: [1] }),
    row(6, { title: long }),
  ]
  await kafka.tools.produce(
    name,
    values.map((value, i) => whole(value, i, 1)),
  )
  const sink = tolerantSink(name, milvus.endpoint, topic)
  expect(await catchUp(workerFile(kafka.bootstrap), [sink])).toMatchObject({ exitCode: 0 })
  expect(await pymilvus.count(milvus, name)).toBe(2)
  expect(await listed(kafka, sink)).toMatchObject({
    sink: name,
    topic,
    letters: 5,
    waiting: 5,
    reasons: [
      {
        reason: 'VARCHAR_TOO_LONG',
        letters: 3,
        waiting: 3,
        attemptsMax: 1,
        removed: 0,
        first: { place: `${name}-0@1`, time: timeOf(1) },
        last: { place: `${name}-0@6`, time: timeOf(6) },
      },
      { reason: 'RECORD_NOT_JSON', letters: 1 },
      { reason: 'VECTOR_DIM_MISMATCH', letters: 1 },
    ],
  })

  await pymilvus.dropCollection(milvus, name)
  const wider = collectionOf(name)
  const fields = wider.fields.map((field) => (field.name === 'title' ? { ...field, maxLength: 64 } : field))
  await pymilvus.createCollection(milvus, { ...wider, fields })
  const replayed = await dlq('replay', kafka, sink, ['--log-level', 'error', '--summary', 'json'])
  expect(replayed).toMatchObject({ exitCode: 0, stderr: '' })
  expect(JSON.parse(replayed.stdout)).toMatchObject({ sinks: [{ records: 5, written: 3, deadLettered: 2 }] })
  const rows = await pymilvus.query(milvus, name, { filter: 'id >= 0', fields: ['id', 'title'] })
  expect(rows.map(({ id, title }) => [id, title]).sort()).toEqual([1, 3, 6].map((id) => [id, long]))

  const again = (await kafka.tools.consume(topic)).slice(5)
  const produced = await kafka.tools.consume(name)
  expect(again.map((letter) => Number(contextOf(letter)['__connect.errors.offset']))).toEqual([2, 5])
  for (const letter of again) {
    const context = contextOf(letter)
    expect(context).toMatchObject({ '__redkite.errors.attempts': '2', '__connect.errors.topic': name })
    expect(original(letter)).toEqual(original(produced[Number(context['__connect.errors.offset'])]!))
    expect(letter.headers.filter(({ name }) => name === '__redkite.errors.attempts')).toHaveLength(1)
  }
  expect(await listed(kafka, sink)).toMatchObject({
    letters: 7,
    waiting: 2,
    reasons: [
      { reason: 'VARCHAR_TOO_LONG', letters: 3, waiting: 0 },
      { reason: 'RECORD_NOT_JSON', letters: 2, waiting: 1, attemptsMax: 2 },
      { reason: 'VECTOR_DIM_MISMATCH', letters: 2, waiting: 1, attemptsMax: 2 },
    ],
  })
  // The sink's own group is where it was.
  expect(await kafka.tools.groupOffset(`connect-${name}`, name)).toBe(7)
  expect(await kafka.tools.groupOffset(`connect-${name}-dlq-replay`, topic)).toBe(5)
})

test.concurrent('with pk.mode=kafka a letter sent again gets the key of its record, however often it is sent', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('placed')
  const topic = `${name}_dlq`
  await kafka.tools.createTopic(name)
  const fields = (maxLength: number) => [
    { name: 'pk', type: 'VARCHAR', maxLength: 200, primaryKey: true },
    { name: 'title', type: 'VARCHAR', maxLength },
    { name: 'vector', type: 'FLOAT_VECTOR', dim: 2 },
  ]
  await pymilvus.createCollection(milvus, { name, fields: fields(8) })
  const record = (title: string) => ({ value: JSON.stringify({ title, vector: [1, 2] }) })
  await kafka.tools.produce(name, [record('short'), record(long), record('short'), record(long)])
  const sink = tolerantSink(name, milvus.endpoint, topic, { 'pk.mode': 'kafka' })
  expect(await catchUp(workerFile(kafka.bootstrap), [sink])).toMatchObject({ exitCode: 0 })
  await pymilvus.dropCollection(milvus, name)
  await pymilvus.createCollection(milvus, { name, fields: fields(64) })
  expect(await dlq('replay', kafka, sink)).toMatchObject({ exitCode: 0 })
  await kafka.tools.setGroupOffsets(`connect-${name}-dlq-replay`, [{ topic, partition: 0, offset: 0 }])
  expect(await dlq('replay', kafka, sink)).toMatchObject({ exitCode: 0 })
  const rows = await pymilvus.query(milvus, name, { filter: 'title != ""', fields: ['pk'] })
  expect(rows.map(({ pk }) => pk).sort()).toEqual([`${name}-0-1`, `${name}-0-3`])
})

test.concurrent('a replay that is killed goes on where it had committed, and ends with the same rows', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('killed')
  const topic = `${name}_dlq`
  await kafka.tools.createTopic(name)
  await kafka.tools.createTopic(topic)
  await pymilvus.createCollection(milvus, collectionOf(name))
  const total = 3_000
  // Letters as another tool wrote them: without a word of their own.
  await kafka.tools.produce(
    topic,
    Array.from({ length: total }, (_, i) => ({ value: i % 100 === 99 ? 'bad' : row(i) })),
  )
  const sink = tolerantSink(name, milvus.endpoint, topic, { 'batch.size': 50, ...shortSession })
  const worker = workerFile(kafka.bootstrap, { 'offset.flush.interval.ms': 20 })
  const replayed = () => kafka.tools.groupOffset(`connect-${name}-dlq-replay`, topic)
  for (let kills = 0; kills < 2; kills++) {
    const before = (await replayed()) ?? 0
    const running = startVerb('dlq replay', worker, [sink])
    await until('some of it is committed', async () => ((await replayed()) ?? 0) > before, 60_000)
    running.signal('SIGKILL')
    await running.ended
  }
  const committed = (await replayed())!
  const last = await dlq('replay', kafka, sink)
  expect(last).toMatchObject({ exitCode: 0 })
  console.info(`killed twice, the last replay began at ${committed} of ${total}`)
  expect(await pymilvus.count(milvus, name)).toBe(total - total / 100)
  const letters = (await kafka.tools.consume(topic)).slice(total)
  expect(letters.length).toBeGreaterThanOrEqual(total / 100)
  expect(new Set(letters.map((letter) => contextOf(letter)['__redkite.errors.code']))).toEqual(
    new Set(['RECORD_NOT_JSON']),
  )
})

test.concurrent.each(['list', 'replay'] as const)(
  'before the first run there is no topic of dead letters, and the message of %s says which',
  async (verb) => {
    const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
    const name = unique('early')
    await pymilvus.createCollection(milvus, collectionOf(name))
    const { exitCode, stderr } = await dlq(verb, kafka, tolerantSink(name, milvus.endpoint, `${name}_dlq`))
    expect(exitCode).toBe(13)
    expect(stderr).toEndWith('or correct `errors.deadletterqueue.topic.name` [DEAD_LETTER_TOPIC_MISSING]\n')
  },
)

test.concurrent('a sink without a dead-letter topic has nothing to list or replay, and is told which key to set', async () => {
  const kafka = await sharedKafka()
  const { 'errors.deadletterqueue.topic.name': _, ...sink } = tolerantSink('none', 'http://127.0.0.1:1', 'x')
  for (const verb of ['list', 'replay'] as const) {
    const { exitCode, stderr } = await dlq(verb, kafka, sink)
    expect(exitCode).toBe(78)
    expect(stderr).toContain('`errors.deadletterqueue.topic.name` is missing')
  }
})
