import { describe, expect, test } from 'bun:test'
import { errors } from '../../src/errors/errors.ts'
import { milvusErrors } from '../../src/errors/milvus.ts'
import { type Status, success } from '../../src/milvus/answer.ts'
import { codeOfGrpc, codeOfStatus, errorOfGrpc, errorOfStatus, type MilvusCode } from '../../src/milvus/outcome.ts'

const place = { endpoint: 'milvus:19530', database: 'news', collection: 'articles' }

function status(code: number, legacyCode: number, reason: string, more: Partial<Status> = {}): Status {
  return { ...success, code, legacyCode, reason, ...more }
}

describe('what 2.3.5 answers', () => {
  test.each<[string, Status, MilvusCode]>([
    [
      'a VARCHAR that is too long',
      status(1100, 5, 'the length (12) of 0th string exceeds max length (5)'),
      'MILVUS_REFUSED_ROWS',
    ],
    ['a field too many', status(1100, 5, 'the number of fields is less than needed'), 'MILVUS_REFUSED_ROWS'],
    ['an unknown collection', status(100, 4, 'collection not found[database=default]'), 'MILVUS_COLLECTION_MISSING'],
    ['an unknown partition', status(200, 15, 'partition not found[partition=nope]'), 'MILVUS_PARTITION_MISSING'],
    [
      'JSON that is no object, as an IO failure',
      status(1001, 1, 'IO failed: json: cannot unmarshal array into Go value of type map[string]interface {}'),
      'MILVUS_REFUSED_ROWS',
    ],
    ['a NaN, without a code of its own', status(65535, 1, "value 'NaN' is not a number or infinity"), 'MILVUS_FAILED'],
  ])('to %s', (_, answer, code) => {
    expect(codeOfStatus(answer)).toBe(code)
  })
})

describe('what Milvus Lite 3.2 answers', () => {
  test.each<[string, Status, MilvusCode]>([
    ['JSON that is a number', status(1, 1, "Expected bytes, got a 'int' object"), 'MILVUS_REFUSED_ROWS'],
    [
      'a VARCHAR that is too long',
      status(6, 6, "VARCHAR field 't' value length 12 exceeds max_length=5"),
      'MILVUS_REFUSED_ROWS',
    ],
    ['an unknown database', status(6, 6, "database 'nodb' does not exist"), 'MILVUS_DATABASE_MISSING'],
    ['an unknown collection', status(100, 4, "collection 'nope' does not exist"), 'MILVUS_COLLECTION_MISSING'],
    ['an unknown partition', status(200, 200, 'nope'), 'MILVUS_PARTITION_MISSING'],
  ])('to %s', (_, answer, code) => {
    expect(codeOfStatus(answer)).toBe(code)
  })
})

describe('a bad day', () => {
  test.each([
    [1, 'MILVUS_NOT_READY'],
    [2, 'MILVUS_NOT_READY'],
    [3, 'MILVUS_MEMORY_FULL'],
    [4, 'MILVUS_RATE_LIMITED'],
    [7, 'MILVUS_DISK_FULL'],
    [8, 'MILVUS_RATE_LIMITED'],
    [9, 'MILVUS_QUOTA_EXCEEDED'],
    [11, 'MILVUS_NOT_READY'],
    [12, 'MILVUS_NOT_READY'],
    [103, 'MILVUS_NOT_READY'],
    [106, 'MILVUS_NOT_READY'],
    [1001, 'MILVUS_TROUBLE'],
    [1302, 'MILVUS_TROUBLE'],
    [1303, 'MILVUS_QUOTA_EXCEEDED'],
    [1807, 'MILVUS_RATE_LIMITED'],
    [10_001, 'MILVUS_TIMEOUT'],
  ] as const)('code %i is waited for, whatever the server says of trying again', (code, expected) => {
    expect(codeOfStatus(status(code, 1, 'x', { retriable: false }))).toBe(expected)
    expect(errors[expected].label).toBe('retriable')
  })

  test('behind "unexpected error" shows in the words only', () => {
    const reason = 'rpc error: code = Unavailable desc = node offline'
    expect(codeOfStatus(status(65535, 1, reason))).toBe('MILVUS_TROUBLE')
  })

  test('of an unknown kind is waited for when the server says so, and stops otherwise', () => {
    expect(codeOfStatus(status(4711, 1, 'x', { retriable: true }))).toBe('MILVUS_TROUBLE')
    expect(codeOfStatus(status(4711, 1, 'x'))).toBe('MILVUS_FAILED')
  })
})

describe('what somebody has to change first', () => {
  test.each([
    [10, 'MILVUS_UNSUPPORTED'],
    [101, 'MILVUS_COLLECTION_NOT_LOADED'],
    [109, 'MILVUS_SCHEMA_CHANGED'],
    [800, 'MILVUS_DATABASE_MISSING'],
    [1400, 'MILVUS_AUTH_REFUSED'],
    [1401, 'MILVUS_DENIED'],
    [1800, 'MILVUS_AUTH_REFUSED'],
  ] as const)('code %i stops the sink', (code, expected) => {
    expect(codeOfStatus(status(code, 1, 'x'))).toBe(expected)
    expect(errors[expected].label).toBe('fatal')
  })
})

test('an unknown code that the server calls an input error is about the rows', () => {
  expect(codeOfStatus(status(4711, 1, 'x', { inputError: true }))).toBe('MILVUS_REFUSED_ROWS')
})

test('servers before 2.3 say it in error_code', () => {
  expect(codeOfStatus(status(0, 49, 'rate limited'))).toBe('MILVUS_RATE_LIMITED')
  expect(codeOfStatus(status(0, 5, 'illegal'))).toBe('MILVUS_REFUSED_ROWS')
  expect(codeOfStatus(status(0, 4, 'no collection'))).toBe('MILVUS_COLLECTION_MISSING')
  expect(codeOfStatus(status(0, 1, 'unexpected'))).toBe('MILVUS_FAILED')
  expect(codeOfStatus(success)).toBeUndefined()
})

describe('without an answer', () => {
  test.each<[number, string, MilvusCode]>([
    [1, 'cancelled on client', 'MILVUS_CANCELLED'],
    [2, 'anything', 'MILVUS_FAILED'],
    [2, 'context deadline exceeded', 'MILVUS_TROUBLE'],
    [3, 'bad argument', 'MILVUS_REFUSED_ROWS'],
    [4, 'Deadline exceeded after 5s', 'MILVUS_TIMEOUT'],
    [5, 'not found', 'MILVUS_FAILED'],
    [7, 'PrivilegeUpsert: permission deny', 'MILVUS_DENIED'],
    [8, 'request is rejected by grpc RateLimiter middleware', 'MILVUS_RATE_LIMITED'],
    [8, 'grpc: received message larger than max (71303244 vs. 67108864)', 'MILVUS_REQUEST_TOO_LARGE'],
    [12, 'unknown method Upsert', 'MILVUS_UNSUPPORTED'],
    [13, 'Received RST_STREAM with code 2', 'MILVUS_TROUBLE'],
    [14, 'No connection established. Last error: connect ECONNREFUSED', 'MILVUS_UNREACHABLE'],
    [14, 'Last error: unable to verify the first certificate', 'MILVUS_TLS_REFUSED'],
    [16, 'auth check failure, please check username and password are correct', 'MILVUS_AUTH_REFUSED'],
  ])('gRPC status %i (%s) is %s', (grpcStatus, details, code) => {
    expect(codeOfGrpc(grpcStatus, details)).toBe(code)
  })
})

describe('a message', () => {
  test('says where, what and what to do', () => {
    const missing = errorOfStatus(status(100, 4, 'collection not found'), place, 'Upsert')!
    expect(missing.message).toBe(
      'Milvus at milvus:19530 has no collection "articles" in database "news" (Upsert: code 100, collection not found); create it, or correct `collection.name` or `database.name`',
    )
    expect(missing.exit).toBe(23)
  })

  test('never shows the primary keys of a delete', () => {
    const reason = 'cannot parse expression: id in ["secret-key"], error: unexpected token'
    const refused = errorOfStatus(status(1100, 5, reason), place, 'Delete')!
    expect(refused.message).not.toContain('secret-key')
    expect(errorOfGrpc(2, reason, place, 'Delete').message).not.toContain('secret-key')
  })

  test('is cut when the server talks too much', () => {
    expect(errorOfGrpc(14, 'x'.repeat(5_000), place, 'Insert').message.length).toBeLessThan(600)
  })

  test('of every code is one sentence with its place', () => {
    for (const kind of Object.values(milvusErrors)) {
      const say = kind.say as (...details: unknown[]) => string
      expect(say(place, 'Insert: why', 3, 1)).toMatch(/^[A-Za-z].*[^.]$/)
    }
  })
})
