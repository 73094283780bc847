/** Nothing is lost, made up or rounded otherwise than numpy would: by the million, on the full server. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { dataFolder, removeFolder } from '../servers/place.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { produceLines, writeVectors } from './produced-vectors.ts'
import { peakMemoryOf, sinkFile, startRedkite, workerFile } from './redkite.ts'

setDefaultTimeout(2 * serverTimeoutMs)

const folder = dataFolder('exact')
afterAll(() => removeFolder(folder))

const partitions = 4
const memoryMbMax = 350

describe.each([
  [1_000_000, 8],
  [100_000, 768],
])('%d records of %d numbers', (rows, dim) => {
  test('are in Milvus key by key and bit by bit, after a run that took no more than 350 MB', async () => {
    const records = join(folder, `${dim}.jsonl`)
    const expected = join(folder, `${dim}.bin`)
    const [kafka, milvus, pymilvus] = await Promise.all([
      sharedKafka(),
      sharedMilvus(),
      sharedPyMilvus(),
      writeVectors({ rows, dim, seed: dim, records, expected }),
    ])
    const name = unique(`exact_${dim}`)
    await kafka.tools.createTopic(name, partitions)
    expect(await produceLines(kafka.bootstrap, name, records, partitions)).toBe(rows)
    await pymilvus.createCollection(milvus, {
      name,
      fields: [
        { name: 'id', type: 'INT64', primaryKey: true },
        { name: 'vector', type: 'FLOAT_VECTOR', dim },
      ],
    })

    const redkite = startRedkite(
      workerFile(kafka.bootstrap),
      [sinkFile(name, milvus.endpoint, name, name)],
      ['--until-caught-up'],
    )
    const [ended, memoryMb] = await Promise.all([redkite.ended, peakMemoryOf(redkite)])
    const written = rows.toLocaleString('en')
    expect(ended).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(`${written} rows written from ${written} records`),
    })
    expect(memoryMb).toBeLessThanOrEqual(memoryMbMax)

    const file = { path: expected, dim, collection: name, keyField: 'id', vectorField: 'vector' }
    expect(await pymilvus.compareVectors(milvus, file)).toEqual({
      equal: rows,
      different: 0,
      missing: 0,
      extra: 0,
      total: rows,
      samples: [],
    })
    const committed = await kafka.tools.groupOffsets(`connect-${name}`)
    expect(committed.map(({ offset }) => offset)).toEqual(Array.from({ length: partitions }, () => rows / partitions))

    await pymilvus.dropCollection(milvus, name)
    await kafka.tools.deleteTopic(name)
  })
})
