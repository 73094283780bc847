/** The rows of a collection that are nearest to one of them, by one of its vectors. */
import type { SinkSettings } from '../config/setup.ts'
import type { MilvusConnection, StatusMessage } from '../milvus/connection.ts'
import { describeCollection } from '../milvus/describe.ts'
import { type CollectionSchema, DataType } from '../milvus/schema.ts'
import { connectWithin } from '../sink/open-milvus.ts'
import { table, wrong } from './answer.ts'

interface QueryAnswer {
  readonly status: StatusMessage
  readonly fields_data: readonly {
    readonly field_name: string
    readonly vectors?: { readonly float_vector?: { readonly data: readonly number[] } }
  }[]
}

interface SearchAnswer {
  readonly status: StatusMessage
  readonly results: {
    readonly scores: readonly number[]
    readonly ids: {
      readonly int_id?: { readonly data: readonly string[] }
      readonly str_id?: { readonly data: readonly string[] }
    }
  }
}

/** The vector of the row of this key is what is searched for; the sink is the first one whose collection has such a field. */
export async function search(
  sinks: readonly SinkSettings[],
  field: string,
  key: string | undefined,
  rows: number,
): Promise<string[]> {
  if (key === undefined) wrong('search takes a field and a key')
  for (const settings of sinks.filter(({ collection }) => collection !== '')) {
    const connection = await connectWithin(settings)
    try {
      const { schema } = await describeCollection(connection, settings.collection)
      if (schema.fields.some(({ name }) => name === field)) return await nearest(connection, schema, field, key!, rows)
    } finally {
      await connection.close()
    }
  }
  return wrong(`no collection has a field "${field}"`)
}

async function nearest(
  connection: MilvusConnection,
  schema: CollectionSchema,
  field: string,
  key: string,
  rows: number,
): Promise<string[]> {
  const { collection, primaryKey, fields } = schema
  if (fields.find(({ name }) => name === field)!.type !== DataType.FloatVector) {
    wrong(`search takes a field of FLOAT_VECTOR, and "${field}" is none`)
  }
  const isText = primaryKey.type === DataType.VarChar
  if (!isText && !/^-?\d{1,19}$/.test(key)) wrong(`the key "${primaryKey.name}" is a whole number`)
  const asked = {
    collection_name: collection,
    expr: `${primaryKey.name} == ${isText ? JSON.stringify(key) : key}`,
    output_fields: [field],
    query_params: [{ key: 'limit', value: '1' }],
  }
  const { fields_data } = await connection.call<QueryAnswer>('Query', asked, collection)
  const vector = fields_data.find(({ field_name }) => field_name === field)?.vectors?.float_vector?.data
  if (vector === undefined || vector.length === 0) wrong(`collection "${collection}" has no row with that key`)
  const { results } = await connection.call<SearchAnswer>(
    'Search',
    searchMessage(collection, field, vector!, rows),
    collection,
  )
  const ids = results.ids?.int_id?.data ?? results.ids?.str_id?.data ?? []
  return table(ids.map((id, at) => [results.scores[at]!.toFixed(6), `${primaryKey.name} ${id}`]))
}

function searchMessage(collection: string, field: string, vector: readonly number[], rows: number): object {
  const params = { anns_field: field, topk: String(rows), params: '{}', round_decimal: '-1' }
  return {
    collection_name: collection,
    dsl: '',
    dsl_type: 1,
    nq: 1,
    placeholder_group: placeholderGroup(vector),
    search_params: Object.entries(params).map(([key, value]) => ({ key, value })),
    use_default_consistency: true,
  }
}

/** `PlaceholderGroup` of Milvus' common.proto with one FloatVector: tags and lengths, then the numbers. */
function placeholderGroup(vector: readonly number[]): Buffer {
  const bytes = Buffer.from(new Float32Array(vector).buffer)
  const value = Buffer.concat([lengthOf(3, bytes.length), bytes])
  const placeholder = Buffer.concat([lengthOf(1, 2), Buffer.from('$0'), Buffer.from([2 << 3, floatVector]), value])
  return Buffer.concat([lengthOf(1, placeholder.length), placeholder])
}

/** `PlaceholderType.FloatVector`. */
const floatVector = 101

/** The head of a length-delimited field. */
function lengthOf(field: number, length: number): Buffer {
  const bytes = [(field << 3) | 2]
  let rest = length
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  bytes.push(rest)
  return Buffer.from(bytes)
}
