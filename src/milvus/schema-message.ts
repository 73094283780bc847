/**
 * Schemas as bytes: CreateCollection and AddCollectionField take them serialized inside of their own message. The SDK's descriptors that
 * redkite keeps (sdk.ts) know a CollectionSchema only as a part of DescribeCollection's answer, so it is encoded as that part and cut out.
 */
import { loadSdk } from './sdk.ts'
import { WireReader } from './wire-reader.ts'

/** `FieldSchema` of schema.proto, as far as new fields need it. */
export interface FieldMessage {
  readonly name: string
  readonly data_type: number
  readonly is_primary_key?: boolean
  readonly autoID?: boolean
  readonly nullable?: boolean
  readonly type_params?: readonly { readonly key: string; readonly value: string }[]
}

export interface CollectionMessage {
  readonly name: string
  readonly description?: string
  readonly enable_dynamic_field?: boolean
  readonly fields: readonly FieldMessage[]
}

/** `DescribeCollectionResponse.schema` and `CollectionSchema.fields`. */
const schemaInAnswer = 2
const fieldInSchema = 4

export async function collectionBytes(schema: CollectionMessage): Promise<Uint8Array> {
  const { service } = await loadSdk()
  return cutOut(service.DescribeCollection!.responseSerialize({ schema }), schemaInAnswer)
}

export async function fieldBytes(field: FieldMessage): Promise<Uint8Array> {
  return cutOut(await collectionBytes({ name: '', fields: [field] }), fieldInSchema)
}

function cutOut(message: Uint8Array, field: number): Uint8Array {
  const reader = new WireReader(message)
  while (reader.next()) if (reader.field === field) return message.subarray(reader.start, reader.end)
  throw new Error(`field ${field} was not encoded`)
}
