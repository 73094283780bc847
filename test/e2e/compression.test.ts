import { expect, setDefaultTimeout, test } from 'bun:test'
import { serverTimeoutMs, sharedKafka, sharedMilvusLite, sharedPyMilvus, unique } from '../servers/shared.ts'
import { createPoints, pointRows, points, readPoints } from './points.ts'
import { catchUp, sinkFile, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

const rows = 2_000

test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
  "what Kafka's own producer wrote with compression %s is read as it was",
  async (compression) => {
    const [kafka, milvus, pymilvus] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
    const name = unique(compression)
    await kafka.tools.createTopic(name, 2)
    await kafka.tools.produce(name, points(0, rows), { compression })
    await createPoints(pymilvus, milvus, name)
    const ended = await catchUp(workerFile(kafka.bootstrap), [sinkFile(name, milvus.endpoint, name, name)])
    expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('2,000 rows written') })
    expect(await readPoints(pymilvus, milvus, name)).toEqual(pointRows(0, rows))
  },
)
