/** The rows of a collection that are nearest to a vector, or to that of one of them. */
import type { SinkSettings } from '../config/setup.ts'
import type { MilvusConnection } from '../milvus/connection.ts'
import { keyLiteral } from '../milvus/delete-expression.ts'
import { describeCollection } from '../milvus/describe.ts'
import { type CollectionSchema, DataType } from '../milvus/schema.ts'
import type { StatusMessage } from '../milvus/status-message.ts'
import { connectWithin } from '../sink/open-milvus.ts'
import { table, whole, wrong } from './answer.ts'
import { schemaOf } from './schema-of.ts'

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

interface Wanted {
  readonly field: string
  /** A vector, or the key of the row that has it. */
  readonly like: readonly number[] | string
  readonly rows: number
}

/** `words`: field, key or vector, and how many rows; the sink is the first one whose collection has such a field. */
export async function search(sinks: readonly SinkSettings[], words: readonly string[]): Promise<string[]> {
  const wanted = readWords(words)
  for (const settings of sinks.filter(({ collection }) => collection !== '')) {
    const connection = await connectWithin(settings)
    try {
      const { schema } = await describeCollection(connection, settings.collection)
      if (schema.fields.some(({ name }) => name === wanted.field)) return await nearest(connection, schema, wanted)
    } finally {
      await connection.close()
    }
  }
  return wrong(`no collection has a field "${wanted.field}"`)
}

/** What can be searched by; of a collection that cannot be asked, nothing. */
export async function searchable(sinks: readonly SinkSettings[]): Promise<string[]> {
  const parts = sinks.filter(({ collection }) => collection !== '').map(vectorsOf)
  const found = await Promise.all(parts.map((names) => names.catch((): string[] => [])))
  return [...new Set(found.flat())]
}

async function vectorsOf(settings: SinkSettings): Promise<string[]> {
  const { fields } = await schemaOf(settings)
  return fields.filter(({ type }) => type === DataType.FloatVector).map(({ name }) => name)
}

function readWords([field, first, ...rest]: readonly string[]): Wanted {
  if (field === undefined || first === undefined) wrong('search takes a field, and a key or a vector as [1,0.5]')
  if (!first.startsWith('[')) return { field, like: first, rows: whole(rest[0], 10) }
  // A vector may be typed with blanks, and so be several words.
  const [, numbers, count] = /^(\[[^\]]*\])\s*(\S*)$/.exec([first, ...rest].join(' ')) ?? wrong('a vector ends with ]')
  return { field, like: readVector(numbers!), rows: whole(count === '' ? undefined : count, 10) }
}

function readVector(text: string): number[] {
  const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(Math.fround(value))
  try {
    const vector: unknown[] = JSON.parse(text)
    if (vector.length > 0 && vector.every(isNumber)) return vector as number[]
  } catch {
    // Said below: it is no list of numbers either way.
  }
  return wrong('a vector is numbers between brackets, as [1,0.5]')
}

async function nearest(
  connection: MilvusConnection,
  schema: CollectionSchema,
  { field, like, rows }: Wanted,
): Promise<string[]> {
  const { collection, primaryKey, fields } = schema
  const { type, dim } = fields.find(({ name }) => name === field)!
  if (type !== DataType.FloatVector) wrong(`search takes a field of FLOAT_VECTOR, and "${field}" is none`)
  const vector = typeof like === 'string' ? await vectorOf(connection, schema, field, like) : like
  if (vector.length !== dim) wrong(`"${field}" has ${dim} numbers, and this vector ${vector.length}`)
  const { results } = await connection.call<SearchAnswer>(
    'Search',
    searchMessage(collection, field, vector, rows),
    collection,
  )
  const ids = results.ids?.int_id?.data ?? results.ids?.str_id?.data ?? []
  return table(ids.map((id, at) => [results.scores[at]!.toFixed(6), `${primaryKey.name} ${id}`]))
}

async function vectorOf(
  connection: MilvusConnection,
  { collection, primaryKey }: CollectionSchema,
  field: string,
  key: string,
): Promise<readonly number[]> {
  const isText = primaryKey.type === DataType.VarChar
  if (!isText && !/^-?\d{1,19}$/.test(key)) wrong(`the key "${primaryKey.name}" is a whole number`)
  const asked = {
    collection_name: collection,
    expr: `${primaryKey.name} == ${isText ? keyLiteral(key) : key}`,
    output_fields: [field],
    query_params: [{ key: 'limit', value: '1' }],
  }
  const { fields_data } = await connection.call<QueryAnswer>('Query', asked, collection)
  const vector = fields_data.find(({ field_name }) => field_name === field)?.vectors?.float_vector?.data
  if (vector === undefined || vector.length === 0) wrong(`collection "${collection}" has no row with that key`)
  return vector!
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
