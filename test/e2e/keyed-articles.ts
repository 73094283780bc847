/**
 * Articles by the key of their records, as tools on a command line send them: a tombstone deletes one, and a header named `draft` has one
 * passed over.
 */
import type { MilvusAddress, PyMilvus, Row } from '../servers/pymilvus.ts'
import type { Properties } from './redkite.ts'

export async function createArticles(py: PyMilvus, milvus: MilvusAddress, name: string): Promise<void> {
  await py.createCollection(milvus, {
    name,
    fields: [
      { name: 'id', type: 'VARCHAR', maxLength: 20, primaryKey: true },
      { name: 'title', type: 'VARCHAR', maxLength: 40 },
      { name: 'v', type: 'FLOAT_VECTOR', dim: 2 },
    ],
  })
}

export const articleSettings: Properties = {
  'pk.mode': 'record_key',
  'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'delete.enabled': 'true',
  transforms: 'drafts',
  'transforms.drafts.type': 'org.apache.kafka.connect.transforms.Filter',
  'transforms.drafts.predicate': 'draft',
  predicates: 'draft',
  'predicates.draft.type': 'org.apache.kafka.connect.transforms.predicates.HasHeaderKey',
  'predicates.draft.name': 'draft',
}

/** All there are, by their keys. */
export async function readArticles(py: PyMilvus, milvus: MilvusAddress, name: string): Promise<Row[]> {
  return byId(await py.query(milvus, name, { filter: 'id >= ""', fields: ['*'] }))
}

export function byId(rows: readonly Row[]): Row[] {
  return rows.toSorted((one, other) => (one.id < other.id ? -1 : 1))
}
