/** Each code of the tables, answered by a server: what it means is written down here a second time, so that nobody changes it by accident. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { RedkiteError } from '../../src/errors/errors.ts'
import type { Label } from '../../src/errors/kind.ts'
import { connect } from '../../src/milvus/connect.ts'
import type { MilvusConnection } from '../../src/milvus/connection.ts'
import { byLegacyCode, byMilvusCode, type MilvusCode } from '../../src/milvus/outcome.ts'
import type { WriteRequest } from '../../src/milvus/request.ts'
import { refusal } from './refusal.ts'
import { type StandIn, startStandIn } from './stand-in.ts'

const rows: WriteRequest = {
  kind: 'upsert',
  collection: 'articles',
  rows: 2,
  bytes: 2,
  // num_rows = 2
  encode(out, at) {
    out.set([7 * 8, 2], at)
    return at + 2
  },
}

let milvus: StandIn
let connection: MilvusConnection

beforeAll(async () => {
  milvus = await startStandIn()
  connection = await connect({
    endpoint: { host: '127.0.0.1', port: milvus.port, tls: false },
    requestTimeoutMs: 5_000,
  })
})

afterAll(async () => {
  await connection.close()
  await milvus.stop()
})

async function answered(answer: object): Promise<{ code: string; label: Label }> {
  milvus.answer('Upsert', answer)
  const { code, label } = (await refusal(connection.send(rows))) as RedkiteError
  return { code, label }
}

type Row = [number, MilvusCode, Label]

const milvusCodes: Row[] = [
  [1, 'MILVUS_NOT_READY', 'retriable'],
  [2, 'MILVUS_NOT_READY', 'retriable'],
  [3, 'MILVUS_MEMORY_FULL', 'retriable'],
  [4, 'MILVUS_RATE_LIMITED', 'retriable'],
  [7, 'MILVUS_DISK_FULL', 'retriable'],
  [8, 'MILVUS_RATE_LIMITED', 'retriable'],
  [9, 'MILVUS_QUOTA_EXCEEDED', 'retriable'],
  [10, 'MILVUS_UNSUPPORTED', 'fatal'],
  [11, 'MILVUS_NOT_READY', 'retriable'],
  [12, 'MILVUS_NOT_READY', 'retriable'],
  [100, 'MILVUS_COLLECTION_MISSING', 'fatal'],
  [101, 'MILVUS_COLLECTION_NOT_LOADED', 'fatal'],
  [103, 'MILVUS_NOT_READY', 'retriable'],
  [106, 'MILVUS_NOT_READY', 'retriable'],
  [109, 'MILVUS_SCHEMA_CHANGED', 'fatal'],
  [200, 'MILVUS_PARTITION_MISSING', 'fatal'],
  [800, 'MILVUS_DATABASE_MISSING', 'fatal'],
  [1001, 'MILVUS_TROUBLE', 'retriable'],
  [1100, 'MILVUS_REFUSED_ROWS', 'record'],
  [1101, 'MILVUS_REFUSED_ROWS', 'record'],
  [1102, 'MILVUS_REQUEST_TOO_LARGE', 'record'],
  [1302, 'MILVUS_TROUBLE', 'retriable'],
  [1303, 'MILVUS_QUOTA_EXCEEDED', 'retriable'],
  [1400, 'MILVUS_AUTH_REFUSED', 'fatal'],
  [1401, 'MILVUS_DENIED', 'fatal'],
  [1600, 'MILVUS_COLLECTION_MISSING', 'fatal'],
  [1603, 'MILVUS_COLLECTION_MISSING', 'fatal'],
  [1700, 'MILVUS_SCHEMA_CHANGED', 'fatal'],
  [1800, 'MILVUS_AUTH_REFUSED', 'fatal'],
  [1804, 'MILVUS_REFUSED_ROWS', 'record'],
  [1807, 'MILVUS_RATE_LIMITED', 'retriable'],
  [3000, 'MILVUS_UNSUPPORTED', 'fatal'],
  [10_000, 'MILVUS_TIMEOUT', 'retriable'],
  [10_001, 'MILVUS_TIMEOUT', 'retriable'],
]

const legacyCodes: Row[] = [
  [3, 'MILVUS_DENIED', 'fatal'],
  [4, 'MILVUS_COLLECTION_MISSING', 'fatal'],
  [5, 'MILVUS_REFUSED_ROWS', 'record'],
  [7, 'MILVUS_REFUSED_ROWS', 'record'],
  [11, 'MILVUS_REFUSED_ROWS', 'record'],
  [48, 'MILVUS_QUOTA_EXCEEDED', 'retriable'],
  [49, 'MILVUS_RATE_LIMITED', 'retriable'],
  [53, 'MILVUS_MEMORY_FULL', 'retriable'],
  [54, 'MILVUS_DISK_FULL', 'retriable'],
  [55, 'MILVUS_NOT_READY', 'retriable'],
  [56, 'MILVUS_NOT_READY', 'retriable'],
  [57, 'MILVUS_NOT_READY', 'retriable'],
  [62, 'MILVUS_SCHEMA_CHANGED', 'fatal'],
]

/** 0 is no failure, and 16 the last that gRPC has. */
const grpcStatuses: Row[] = [
  [1, 'MILVUS_CANCELLED', 'retriable'],
  [2, 'MILVUS_FAILED', 'fatal'],
  [3, 'MILVUS_REFUSED_ROWS', 'record'],
  [4, 'MILVUS_TIMEOUT', 'retriable'],
  [5, 'MILVUS_FAILED', 'fatal'],
  [6, 'MILVUS_FAILED', 'fatal'],
  [7, 'MILVUS_DENIED', 'fatal'],
  [8, 'MILVUS_RATE_LIMITED', 'retriable'],
  [9, 'MILVUS_FAILED', 'fatal'],
  [10, 'MILVUS_TROUBLE', 'retriable'],
  [11, 'MILVUS_FAILED', 'fatal'],
  [12, 'MILVUS_UNSUPPORTED', 'fatal'],
  [13, 'MILVUS_TROUBLE', 'retriable'],
  [14, 'MILVUS_UNREACHABLE', 'retriable'],
  [15, 'MILVUS_TROUBLE', 'retriable'],
  [16, 'MILVUS_AUTH_REFUSED', 'fatal'],
]

describe('Milvus answers', () => {
  test.each(milvusCodes)('code %i: %s', async (code, expected, label) => {
    const status = { code, error_code: 1, reason: 'as the test wants it' }
    expect(await answered({ status })).toEqual({ code: expected, label })
  })

  test.each(legacyCodes)('error_code %i, as before 2.3: %s', async (code, expected, label) => {
    const status = { code: 0, error_code: code, reason: 'as the test wants it' }
    expect(await answered({ status })).toEqual({ code: expected, label })
  })

  test.each(grpcStatuses)('gRPC status %i: %s', async (grpc, expected, label) => {
    expect(await answered({ grpc, details: 'as the test wants it' })).toEqual({ code: expected, label })
  })

  test('no code of the tables is missing here', () => {
    expect(milvusCodes.map(([code, expected]) => [code, expected])).toEqual([...byMilvusCode])
    expect(legacyCodes.map(([code, expected]) => [code, expected])).toEqual([...byLegacyCode])
    expect(grpcStatuses.map(([status]) => status)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1))
  })
})
