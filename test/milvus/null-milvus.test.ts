import { expect, test } from 'bun:test'
import { startNullMilvus } from '../../src/bench/null-milvus/start.ts'
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { FloatVectorColumn } from '../../src/columns/float-vector.ts'
import type { Int64Column } from '../../src/columns/int64.ts'
import { connect } from '../../src/milvus/connect.ts'
import { describeCollection, loadState } from '../../src/milvus/describe.ts'
import { WriteTarget } from '../../src/milvus/request.ts'
import { collection, key, vector } from '../columns/schema.ts'
import { refusal } from './refusal.ts'

const schema = collection([key(), vector('v', 100)])

test('the null Milvus describes its collection and counts exactly what comes', async () => {
  const server = await startNullMilvus({ schema })
  const endpoint = { host: '127.0.0.1', port: server.port, tls: false }
  const connection = await connect({ endpoint, requestTimeoutMs: 5_000 })
  expect(await describeCollection(connection, schema.collection)).toMatchObject({ name: schema.collection, schema })
  expect(await loadState(connection, schema.collection)).toBe('loaded')

  const batch = new ColumnBatch(schema)
  const [id] = batch.columns as [Int64Column, FloatVectorColumn]
  for (let row = 0; row < 1_000; row++) {
    id.put(0, row)
    ;(batch.columns[1] as FloatVectorColumn).start()
    batch.commit()
  }
  const target = new WriteTarget(schema.collection)
  const sizes = Array.from({ length: 40 }, (_, i) => 1 + ((i * 317) % 1_000))
  const requests = sizes.map((size, i) => target.write(i % 2 ? 'insert' : 'upsert', batch.columns, 0, size))
  const answers = await Promise.all(requests.map((request) => connection.send(request)))
  expect(answers.map((answer) => answer.rows)).toEqual(sizes)
  const grpcPrefixBytes = 5
  expect(await server.counts()).toMatchObject({
    rows: sizes.reduce((sum, size) => sum + size, 0),
    requests: 40,
    bytes: requests.reduce((sum, request) => sum + request.bytes + grpcPrefixBytes, 0),
  })
  expect(await refusal(connection.send(target.delete('id in [1]', 1)))).toMatchObject({ code: 'MILVUS_UNSUPPORTED' })
  await connection.close()
  await server.stop()
})

test('the null Milvus takes its time when it is told to', async () => {
  const server = await startNullMilvus({ schema, delayMs: 150 })
  const endpoint = { host: '127.0.0.1', port: server.port, tls: false }
  const connection = await connect({ endpoint, requestTimeoutMs: 5_000 })
  const batch = new ColumnBatch(schema)
  ;(batch.columns[0] as Int64Column).put(0, 1)
  ;(batch.columns[1] as FloatVectorColumn).start()
  batch.commit()
  const start = performance.now()
  await connection.send(new WriteTarget(schema.collection).write('upsert', batch.columns, 0, 1))
  expect(performance.now() - start).toBeGreaterThan(140)
  await connection.close()
  await server.stop()
})
