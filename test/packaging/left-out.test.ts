import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'

const inputs: readonly string[] = JSON.parse(readFileSync('dist/redkite.inputs.json', 'utf8'))

test('what libraries bring along and redkite has no use for is not in the binary', () => {
  const unused =
    /\/(parquetjs|bulkwriter|winston|proto-loader|float16|@opentelemetry)\/|milvus2-sdk-node\/.*\/protobufjs\//
  expect(inputs.filter((file) => file.includes('/milvus2-sdk-node/dist/milvus/grpc/'))).not.toEqual([])
  expect(inputs.filter((file) => unused.test(file))).toEqual([])
})
