/** `auto.evolve`: adds the fields that records bring and the collection lacks, nullable, where the server can. */
import { inferSchema } from '../collections/infer.ts'
import { evidenceOf } from '../collections/record-shapes.ts'
import type { MilvusConnection } from '../milvus/connection.ts'
import { addField } from '../milvus/create.ts'
import { type CollectionSchema, DataType } from '../milvus/schema.ts'
import { askBounds } from '../sink/topic-bounds.ts'
import type { MakeMissingOptions } from './make-missing.ts'
import { inferOptions } from './propose.ts'
import { readSample } from './read-sample.ts'
import { asRunBegins } from './sample.ts'

export async function addMissingFields(
  connection: MilvusConnection,
  { settings, log }: MakeMissingOptions,
  schema: CollectionSchema,
): Promise<void> {
  // The dynamic field takes what is new.
  if (schema.dynamicField) return
  const { stretches, recordsMax } = await askBounds(settings)
  if (recordsMax === 0) return
  const known = new Set(schema.fields.map(({ name }) => name))
  const evidence = evidenceOf((await readSample(settings, asRunBegins(settings, stretches), 'next')).shapes)
  const unknown = { ...evidence, fields: evidence.fields.filter(({ name }) => !known.has(name)) }
  // A key and vectors are there already: only what becomes a scalar is asked for.
  const options = { ...inferOptions(settings, connection.serverVersion), keyMode: 'kafka', vectors: [] } as const
  const inferred = inferSchema(unknown, { ...options, nullableFields: true })
  const added = inferred.fields.filter(({ primaryKey, type }) => primaryKey !== true && type !== DataType.FloatVector)
  for (const field of added) {
    if (!(await addField(connection, settings.collection, field))) {
      const names = added.map(({ name }) => JSON.stringify(name)).join(', ')
      log.warn(
        `Milvus ${connection.serverVersion} cannot add fields to a collection (2.6 and later can), so auto.evolve=true leaves out ${names}`,
      )
      return
    }
    log.info(`added field "${field.name}" to collection "${settings.collection}": ${field.why}`)
  }
}
