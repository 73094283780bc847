import { describe, expect, test } from 'bun:test'
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { FloatVectorColumn } from '../../src/columns/float-vector.ts'
import type { Int64Column } from '../../src/columns/int64.ts'
import { type WriteRequest, WriteTarget } from '../../src/milvus/request.ts'
import { loadSdk, type Method } from '../../src/milvus/sdk.ts'
import { collection, key, vector } from '../columns/schema.ts'

const { service } = await loadSdk()

// biome-ignore lint/suspicious/noExplicitAny: whichever message the method takes
function decoded(method: Method, request: WriteRequest): any {
  const bytes = Buffer.alloc(request.bytes + 2, 0xee)
  expect(request.encode(bytes, 1)).toBe(request.bytes + 1)
  expect([bytes[0], bytes.at(-1)]).toEqual([0xee, 0xee])
  return service[method]!.requestDeserialize(bytes.subarray(1, -1))
}

function batchOf(ids: readonly number[]): ColumnBatch {
  const batch = new ColumnBatch(collection([key(), vector('v', 2)]))
  const [id, v] = batch.columns as [Int64Column, FloatVectorColumn]
  for (const one of ids) {
    id.put(0, one)
    const start = v.start() // may move `values`
    v.values.set([one, -one], start)
    batch.commit()
  }
  return batch
}

describe('an insert or upsert request', () => {
  const { columns } = batchOf([1, 2, 300])

  test.each(['insert', 'upsert'] as const)('as %s is what protobufjs reads with Milvus’ own definitions', (kind) => {
    const method = kind === 'insert' ? 'Insert' : 'Upsert'
    const message = decoded(method, new WriteTarget('articles', 'old').write(kind, columns, 0, 3))
    expect(message).toMatchObject({ collection_name: 'articles', partition_name: 'old', num_rows: 3, hash_keys: [] })
    expect(message.fields_data[0]).toMatchObject({
      field_name: 'id',
      type: 5,
      scalars: { long_data: { data: ['1', '2', '300'] } },
    })
    expect(message.fields_data[1]).toMatchObject({
      field_name: 'v',
      type: 101,
      vectors: { dim: '2', float_vector: { data: [1, -1, 2, -2, 300, -300] } },
    })
  })

  test('holds only the rows of its range', () => {
    const message = decoded('Upsert', new WriteTarget('articles').write('upsert', columns, 1, 2))
    expect(message.num_rows).toBe(1)
    expect(message.fields_data[0].scalars.long_data.data).toEqual(['2'])
    expect(message.fields_data[1].vectors.float_vector.data).toEqual([2, -2])
  })

  test('knows its exact size however long its parts are', () => {
    for (const rows of [1, 127, 128, 16_384]) {
      const many = batchOf(Array.from({ length: rows }, (_, row) => row))
      const request = new WriteTarget('c'.repeat(rows % 255)).write('insert', many.columns, 0, rows)
      expect(decoded('Insert', request).num_rows).toBe(rows)
    }
  })
})

test('a delete request carries the expression and the partition', () => {
  const message = decoded('Delete', new WriteTarget('articles', 'old').delete('id in [1,2]', 2))
  expect(message).toMatchObject({ collection_name: 'articles', partition_name: 'old', expr: 'id in [1,2]' })
})
