/** A collection that does not exist yet, as it would be described: so that records can be converted for it before it is made. */
import { type CollectionSchema, plainField } from '../milvus/schema.ts'
import type { Proposal } from './propose.ts'

export function proposedSchema({ collection }: Pick<Proposal, 'collection'>): CollectionSchema {
  const fields = collection.fields.map(({ name, type, primaryKey = false, nullable = false, dim, maxLengthBytes }) =>
    plainField(name, type, { primaryKey, nullable, dim, maxLengthBytes }),
  )
  const primaryKey = fields.find((field) => field.primaryKey)!
  return { collection: collection.name, fields, primaryKey, dynamicField: collection.dynamicField }
}
