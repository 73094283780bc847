import { describe, expect, test } from 'bun:test'
import { getGRPCService } from '@zilliz/milvus2-sdk-node'
import { loadSdk, type Method, methods } from '../../src/milvus/sdk.ts'

const sdk = await loadSdk()
// Made with no other service than ours in reach: what the SDK gives afterwards is its own again.
await sdk.newClient({ address: '127.0.0.1:1', pool: { min: 0, max: 1 } }).closeConnection()
const options = { keepCase: true, longs: String, enums: Number, defaults: true, oneofs: true }
const theirs = getGRPCService({ serviceName: 'milvus.proto.milvus.MilvusService' }, options).service
const ours = sdk.service

const status = { code: 8, error_code: 49, reason: 'quota', retriable: true, extra_info: { is_input_error: 'false' } }
const beyondDoubles = '9007199254740993'

/** Answers with what a decoder may do in its own way: 64 bits, enums, a choice of fields, maps, bytes, packed numbers, nothing at all. */
const answers: [Method, object][] = [
  ['GetVersion', { status, version: 'v2.6.1' }],
  ['GetLoadState', { status, state: 3 }],
  ['ListDatabases', { status: null, db_names: ['default', 'news'], created_timestamp: [beyondDoubles, 0] }],
  ['Connect', { status, identifier: `-${beyondDoubles}`, server_info: { build_tags: 'v2', reserved: { a: 'b' } } }],
  ['Upsert', { status, IDs: { str_id: { data: ['a', ''] } }, succ_index: [0, 1], upsert_cnt: '2', timestamp: '1' }],
  ['DescribeCollection', {}],
  [
    'DescribeCollection',
    {
      status,
      collectionID: beyondDoubles,
      aliases: ['a'],
      consistency_level: 2,
      properties: [{ key: 'ttl', value: '1' }],
      schema: {
        name: 'articles',
        enable_dynamic_field: true,
        functions: [{ name: 'f', type: 1, output_field_names: ['sparse'] }],
        fields: [
          { name: 'id', data_type: 5, is_primary_key: true, default_value: { long_data: beyondDoubles } },
          { name: 'v', data_type: 101, type_params: [{ key: 'dim', value: '8' }], nullable: false },
          { name: 'flag', data_type: 1, default_value: { bool_data: false }, state: 3 },
        ],
        struct_array_fields: [{ name: 's', fields: [{ name: 'a', data_type: 22, element_type: 5 }] }],
      },
    },
  ],
  [
    'Query',
    {
      status,
      fields_data: [
        {
          type: 5,
          field_name: 'id',
          scalars: { long_data: { data: [beyondDoubles, '-1'] } },
          valid_data: [true, false],
        },
        { type: 101, field_name: 'v', vectors: { dim: 2, float_vector: { data: [0.5, -0.25, 1, 2] } } },
        { type: 23, field_name: 'meta', scalars: { json_data: { data: [Buffer.from('{"a":1}')] } }, is_dynamic: true },
      ],
    },
  ],
]

describe('a service made from the SDK’s descriptors', () => {
  test('has the methods that redkite calls, under the SDK’s paths', () => {
    expect(Object.keys(ours).sort()).toEqual([...methods].sort())
    expect(methods.map((name) => ours[name]!.path)).toEqual(methods.map((name) => theirs[name]!.path))
    expect(Object.keys(theirs).length).toBeGreaterThan(100)
  })

  test.each(answers)('encodes and decodes an answer to %s as the SDK does', (method, answer) => {
    const bytes = theirs[method]!.responseSerialize(answer)
    const meant = theirs[method]!.responseDeserialize(bytes)
    expect(ours[method]!.responseDeserialize(bytes)).toEqual(meant)
    // Not byte for byte: the SDK's protobufjs writes numbers that are 0, which are read as 0 without it.
    expect(theirs[method]!.responseDeserialize(ours[method]!.responseSerialize(answer))).toEqual(meant)
  })

  test('encodes requests as the SDK does', () => {
    const create = { collection_name: 'a', schema: Buffer.from([1, 2]), shards_num: 2, consistency_level: 3 }
    const connect = { client_info: { sdk_type: 'nodejs', reserved: { a: 'b' } } }
    for (const [method, request] of [['CreateCollection', create] as const, ['Connect', connect] as const]) {
      const bytes = ours[method]!.requestSerialize(request)
      expect(Buffer.isBuffer(bytes)).toBe(true)
      const { requestSerialize, requestDeserialize } = theirs[method]!
      expect(requestDeserialize(bytes)).toEqual(requestDeserialize(requestSerialize(request)))
    }
  })
})
