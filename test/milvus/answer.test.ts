import { expect, test } from 'bun:test'
import { readMutationResult, success } from '../../src/milvus/answer.ts'
import { loadSdk } from '../../src/milvus/sdk.ts'

const { service } = await loadSdk()

function encoded(message: object): Uint8Array {
  return service.Insert!.responseSerialize(message)
}

test('an answer is read past the ids and indexes that nobody needs', () => {
  const ids = Array.from({ length: 500 }, (_, row) => String(row * 1_000_000))
  const bytes = encoded({
    status: {},
    IDs: { int_id: { data: ids } },
    succ_index: ids.map((_, row) => row),
    acknowledged: true,
    insert_cnt: 500,
    delete_cnt: 2,
    upsert_cnt: 70_000,
    timestamp: '454545454545454545',
  })
  expect(readMutationResult(bytes)).toEqual({
    status: success,
    insertCount: 500,
    deleteCount: 2,
    upsertCount: 70_000,
  })
})

test('every field of a status is read', () => {
  const status = {
    code: 1100,
    error_code: 5,
    reason: 'größer als erlaubt',
    retriable: true,
    detail: 'x',
    extra_info: { other: 'true', is_input_error: 'true' },
  }
  expect(readMutationResult(encoded({ status })).status).toEqual({
    code: 1100,
    legacyCode: 5,
    reason: 'größer als erlaubt',
    retriable: true,
    inputError: true,
  })
})

test('an empty body acknowledges nothing', () => {
  expect(readMutationResult(new Uint8Array(0))).toEqual({
    status: success,
    insertCount: 0,
    deleteCount: 0,
    upsertCount: 0,
  })
})

test('a body that ends too early is an error', () => {
  const bytes = encoded({ status: { code: 8, reason: 'rate limit exceeded' } })
  for (let length = 1; length < bytes.length; length++) {
    expect(() => readMutationResult(bytes.subarray(0, length))).toThrow(RangeError)
  }
})
