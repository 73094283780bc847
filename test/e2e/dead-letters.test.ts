import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { bothMilvus, serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { collectionOf, contextOf, original, poison, row, tolerantSink, whole } from './letters.ts'
import { catchUp, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

describe.each(bothMilvus)('one bad record of each kind among 10,000, on %s', (_, server) => {
  test.concurrent('exactly those are dead letters, whole and with the reason; every other record is live', async () => {
    const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), server(), sharedPyMilvus()])
    const name = unique('poison')
    const dlq = `${name}_dlq`
    const partitions = 3
    await kafka.tools.createTopic(name, partitions)
    await pymilvus.createCollection(milvus, collectionOf(name))
    const total = 10_000
    const every = Math.floor(total / poison.length)
    const badAt = new Map(poison.map(([code, value], kind) => [kind * every + 17, { code, value }]))
    const records = Array.from({ length: total }, (_, i) => whole(badAt.get(i)?.value ?? row(i), i, partitions))
    await kafka.tools.produce(name, records)

    const ended = await catchUp(workerFile(kafka.bootstrap), [tolerantSink(name, milvus.endpoint, dlq)])
    expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(`${poison.length} dead letters`) })

    const letters = await kafka.tools.consume(dlq)
    const consumed = await kafka.tools.consume(name)
    const bad = new Map([...badAt].map(([i, { code }]) => [`${i % partitions}@${Math.floor(i / partitions)}`, code]))
    const placeOf = (context: Record<string, string>) =>
      `${context['__connect.errors.partition']}@${context['__connect.errors.offset']}`
    expect(letters.map((letter) => placeOf(contextOf(letter))).sort()).toEqual([...bad.keys()].sort())
    for (const letter of letters) {
      const context = contextOf(letter)
      const place = placeOf(context)
      const produced = consumed.find(({ partition, offset }) => `${partition}@${offset}` === place)!
      expect(original(letter)).toEqual(original(produced))
      expect(context).toMatchObject({
        '__redkite.errors.attempts': '1',
        '__redkite.errors.code': bad.get(place)!,
        '__connect.errors.topic': name,
        '__connect.errors.connector.name': name,
        '__connect.errors.task.id': '0',
        '__connect.errors.stage': 'VALUE_CONVERTER',
        '__connect.errors.class.name': 'org.apache.kafka.connect.json.JsonConverter',
        '__connect.errors.exception.class.name': 'org.apache.kafka.connect.errors.DataException',
      })
      expect(context['__connect.errors.exception.stacktrace']).toContain(context['__connect.errors.exception.message']!)
    }
    expect(await pymilvus.count(milvus, name)).toBe(total - poison.length)
    expect((await kafka.tools.groupOffsets(`connect-${name}`)).map(({ offset }) => offset)).toEqual([3334, 3333, 3333])
  })
})

test.concurrent('a row that only Milvus refuses is found by bisection; its neighbours are live', async () => {
  const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const name = unique('refused')
  const dlq = `${name}_dlq`
  await kafka.tools.createTopic(name)
  await pymilvus.createCollection(milvus, collectionOf(name))
  // Milvus takes 64 KiB of JSON in a field, unless it is configured otherwise, which it does not tell.
  const refused = new Map([300, 301, 777].map((id) => [id, row(id, { doc: { text: 'x'.repeat(70_000) } })]))
  const records = Array.from({ length: 1_000 }, (_, i) => whole(refused.get(i) ?? row(i), i, 1))
  await kafka.tools.produce(name, records)
  const ended = await catchUp(workerFile(kafka.bootstrap), [tolerantSink(name, milvus.endpoint, dlq)])
  expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('997 rows written from 1,000 records') })
  const letters = await kafka.tools.consume(dlq)
  expect(letters.map((letter) => Number(contextOf(letter)['__connect.errors.offset'])).sort()).toEqual([300, 301, 777])
  expect(letters.map(({ value }) => String(value)).sort()).toEqual([...refused.values()].sort())
  expect(contextOf(letters[0]!)).toMatchObject({
    '__redkite.errors.code': 'MILVUS_REFUSED_ROWS',
    '__connect.errors.stage': 'TASK_PUT',
    '__connect.errors.class.name': 'com.milvus.io.kafka.MilvusSinkTask',
  })
  expect(JSON.stringify(letters[0]!.headers.map(({ value }) => String(value)))).not.toContain('xxx')
  expect(await pymilvus.count(milvus, name)).toBe(997)
})
