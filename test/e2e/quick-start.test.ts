import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { bothMilvus, serverTimeoutMs, sharedKafka, sharedPyMilvus, unique } from '../servers/shared.ts'
import { catchUp, sinkFile, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

/** The record of the quick start, byte for byte. */
const record =
  '{"id": 0, "title": "The Reported Mortality Rate of Coronavirus Is Not Important", "title_vector": [0.041732933, 0.013779674, -0.027564144, -0.013061441, 0.009748648, 0.00082446384, -0.00071647146, 0.048612226], "link": "https://medium.com/swlh/the-reported-mortality-rate-of-coronavirus-is-not-important-369989c8d912"}'

describe.each(bothMilvus)("the quick start's record, on %s", (_, server) => {
  test('is an entity of the collection after one run with the two files', async () => {
    const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), server(), sharedPyMilvus()])
    const name = unique('topic')
    await kafka.tools.createTopic(name, 1)
    await kafka.tools.produce(name, [{ value: record }])
    await pymilvus.createCollection(milvus, {
      name,
      fields: [
        { name: 'id', type: 'INT64', primaryKey: true },
        { name: 'title', type: 'VARCHAR', maxLength: 512 },
        { name: 'title_vector', type: 'FLOAT_VECTOR', dim: 8 },
        { name: 'link', type: 'VARCHAR', maxLength: 512 },
      ],
    })
    const worker = workerFile(kafka.bootstrap)
    const sink = sinkFile(name, `http://${milvus.host}:${milvus.port}`, name, name)
    const first = await catchUp(worker, [sink])
    expect(first).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('1 row written from 1 record ') })

    const rows = await pymilvus.query(milvus, name, {
      filter: 'id >= 0',
      fields: ['id', 'title', 'title_vector', 'link'],
    })
    const { title, title_vector, link } = JSON.parse(record)
    expect(rows.length).toBe(1)
    expect(rows[0]).toMatchObject({ id: 0, title, link })
    expect(Array.from(new Float32Array(rows[0]!.title_vector))).toEqual(Array.from(new Float32Array(title_vector)))

    expect(await kafka.tools.groupOffsets(`connect-${name}`)).toMatchObject([{ topic: name, partition: 0, offset: 1 }])
    const second = await catchUp(worker, [sink])
    expect(second).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('0 rows written from 0 records') })
  })
})
