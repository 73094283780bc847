/** The smallest topic and collection that can be told right from wrong: points {id, v: [id, -id]}. */
import type { MilvusAddress, PyMilvus, Row } from '../servers/pymilvus.ts'

export function point(id: number): string {
  return JSON.stringify({ id, v: [id, -id] })
}

export function points(from: number, to: number): { value: string }[] {
  return Array.from({ length: to - from }, (_, i) => ({ value: point(from + i) }))
}

export async function createPoints(pymilvus: PyMilvus, milvus: MilvusAddress, name: string): Promise<void> {
  await pymilvus.createCollection(milvus, {
    name,
    fields: [
      { name: 'id', type: 'INT64', primaryKey: true },
      { name: 'v', type: 'FLOAT_VECTOR', dim: 2 },
    ],
  })
}

/** As points() would have made them, sorted by key. */
export function pointRows(from: number, to: number): Row[] {
  return Array.from({ length: to - from }, (_, i) => ({ id: from + i, v: [from + i, from + i === 0 ? 0 : -from - i] }))
}

export async function readPoints(pymilvus: PyMilvus, milvus: MilvusAddress, name: string): Promise<Row[]> {
  const rows = await pymilvus.query(milvus, name, { filter: 'id >= 0', fields: ['id', 'v'], limit: 16_000 })
  return rows.map(({ id, v }) => ({ id, v: [v[0], v[1] === 0 ? 0 : v[1]] })).sort((a, b) => a.id - b.id)
}
