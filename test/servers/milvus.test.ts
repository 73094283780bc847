import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type MilvusServer, startMilvus } from './milvus.ts'
import { type MilvusLite, startMilvusLite } from './milvus-lite.ts'
import { dataFolder, isAlive, removeFolder } from './place.ts'
import { type CollectionSpec, writeVectorFile } from './pymilvus.ts'
import { serverTimeoutMs, sharedPyMilvus, sharedSecureMilvus, unique } from './shared.ts'

setDefaultTimeout(serverTimeoutMs)

const dim = 8

function spec(name: string): CollectionSpec {
  return {
    name,
    fields: [
      { name: 'id', type: 'INT64', primaryKey: true },
      { name: 'title', type: 'VARCHAR', maxLength: 64 },
      { name: 'vector', type: 'FLOAT_VECTOR', dim },
    ],
    dynamicField: true,
  }
}

function vectorOf(row: number): number[] {
  return Array.from({ length: dim }, (_, i) => Math.fround(Math.sin(row * dim + i)))
}

describe.each([
  ['Milvus 2.3.5', startMilvus],
  ['Milvus Lite', startMilvusLite],
])('%s', (_name, start: () => Promise<MilvusServer | MilvusLite>) => {
  const folder = dataFolder('files')
  let milvus: MilvusServer | MilvusLite

  beforeAll(async () => {
    milvus = await start()
  })
  afterAll(async () => {
    await milvus.stop()
    removeFolder(folder)
  })

  test('holds rows as pymilvus wrote them, an int64 beyond 2^53 too', async () => {
    const py = await sharedPyMilvus()
    await py.createCollection(milvus, spec('rows'))
    const row = { id: 9007199254740993n, title: 'ü', vector: vectorOf(1), extra: { deep: [1, null] } }
    expect(await py.insert(milvus, 'rows', [row])).toBe(1)
    expect(await py.query(milvus, 'rows')).toEqual([row])
    const [nearest] = await py.search(milvus, 'rows', { field: 'vector', vector: vectorOf(1), limit: 1 })
    expect(nearest!.id).toBe(9007199254740993n)
  })

  test('a comparison of vectors finds each row that is equal, different, missing or extra', async () => {
    const py = await sharedPyMilvus()
    const rows = 20_000
    await py.createCollection(milvus, spec('compared'))
    const all = Array.from({ length: rows }, (_, id) => ({ id, title: '', vector: vectorOf(id) }))
    await py.insert(milvus, 'compared', all)
    const path = join(folder, 'expected')
    const file = { path, dim, collection: 'compared', keyField: 'id', vectorField: 'vector' }

    writeVectorFile(path, rows, dim, (row, vector) => {
      vector.set(vectorOf(row))
      return row
    })
    const same = { equal: rows, different: 0, missing: 0, extra: 0, total: rows, samples: [] }
    expect(await py.compareVectors(milvus, file)).toEqual(same)

    writeVectorFile(path, rows, dim, (row, vector) => {
      vector.set(vectorOf(row))
      if (row === 12_345) {
        vector[5] = Math.fround(vector[5]! * (1 + 2 ** -23))
      }
      return row === 777 ? 1_000_000 : row
    })
    const found = await py.compareVectors(milvus, file)
    expect(found).toMatchObject({ equal: rows - 2, different: 1, missing: 1, extra: 1, total: rows })
    expect([...found.samples].sort()).toEqual([1_000_000, 12_345])
  })

  test('vectors are compared by a VARCHAR key too', async () => {
    const py = await sharedPyMilvus()
    const [, title, vector] = spec('').fields
    await py.createCollection(milvus, { name: 'named', fields: [{ ...title!, primaryKey: true }, vector!] })
    await py.insert(
      milvus,
      'named',
      Array.from({ length: 100 }, (_, i) => ({ title: `row-${i}`, vector: vectorOf(i) })),
    )
    const path = join(folder, 'named')
    writeVectorFile(path, 101, dim, (row, values) => {
      values.set(vectorOf(row === 7 ? 8 : row))
      return row
    })
    const file = { path, dim, collection: 'named', keyField: 'title', keyPrefix: 'row-', vectorField: 'vector' }
    const found = await py.compareVectors(milvus, file)
    expect(found).toEqual({ equal: 99, different: 1, missing: 1, extra: 0, total: 100, samples: [7, 100] })
  })

  test('has its rows after kill and restart', async () => {
    const py = await sharedPyMilvus()
    const name = 'kept'
    await py.createCollection(milvus, spec(name))
    await py.insert(milvus, name, [{ id: 1, title: 'a', vector: vectorOf(1) }])
    await py.flush(milvus, name)
    await milvus.kill()
    await milvus.restart()
    await py.loadCollection(milvus, name)
    expect(await py.count(milvus, name)).toBe(1)
  })

  test('leaves no process and no data when it stops', async () => {
    const { pid } = milvus
    expect(isAlive(pid)).toBe(true)
    await milvus.stop()
    expect(isAlive(pid)).toBe(false)
    expect(existsSync(milvus.folder)).toBe(false)
  })
})

test('a secure Milvus answers over TLS to its token and to no other', async () => {
  const py = await sharedPyMilvus()
  const milvus = await sharedSecureMilvus()
  const name = unique('secure')
  await py.createCollection(milvus, spec(name))
  expect(await py.collections(milvus)).toContain(name)
  const { host, port, endpoint, caFile } = milvus
  const stranger = { host, port, endpoint, caFile, token: 'root:wrong' }
  expect(await py.collections(stranger).catch((error: Error) => error.message)).toMatch(/auth|connect/i)
})
