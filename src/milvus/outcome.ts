/**
 * What a refusal of Milvus means to redkite: a Milvus status code, or a gRPC status where no answer came, becomes one code of the closed
 * table (errors/milvus.ts), whose label decides between waiting, splitting and stopping.
 *
 * Codes: milvus-io/milvus, pkg/util/merr/errors.go (2.3 to 2.6). What 2.3.5 and Lite 3.2 answer to 20 kinds of bad request was tried one
 * by one; test/milvus/outcome.test.ts holds it. The server's own `retriable` flag is only asked where the code says nothing, because
 * full disks, exhausted quotas and a proxy that lags behind carry `false`: they end, so they are waited for.
 */

import { failure, type RedkiteError } from '../errors/errors.ts'
import type { milvusErrors } from '../errors/milvus.ts'
import type { Status } from './answer.ts'

export type MilvusCode = keyof typeof milvusErrors

/** Where a request went, for messages. */
export interface Place {
  readonly endpoint: string
  readonly database: string
  /** Empty when the request is about no collection. */
  readonly collection: string
}

export const byMilvusCode: ReadonlyMap<number, MilvusCode> = new Map<number, MilvusCode>([
  [1, 'MILVUS_NOT_READY'], // service not ready
  [2, 'MILVUS_NOT_READY'], // service unavailable
  [3, 'MILVUS_MEMORY_FULL'],
  [4, 'MILVUS_RATE_LIMITED'], // request limit exceeded
  [7, 'MILVUS_DISK_FULL'],
  [8, 'MILVUS_RATE_LIMITED'],
  [9, 'MILVUS_QUOTA_EXCEEDED'],
  [10, 'MILVUS_UNSUPPORTED'], // service unimplemented
  [11, 'MILVUS_NOT_READY'], // time tick long delay
  [12, 'MILVUS_NOT_READY'], // service resource insufficient
  [100, 'MILVUS_COLLECTION_MISSING'],
  [101, 'MILVUS_COLLECTION_NOT_LOADED'],
  [103, 'MILVUS_NOT_READY'], // collection not fully loaded
  [106, 'MILVUS_NOT_READY'], // collection on recovering
  [109, 'MILVUS_SCHEMA_CHANGED'],
  [200, 'MILVUS_PARTITION_MISSING'],
  [800, 'MILVUS_DATABASE_MISSING'],
  [1001, 'MILVUS_TROUBLE'], // IO failed: the storage under Milvus
  [1100, 'MILVUS_REFUSED_ROWS'], // invalid parameter
  [1101, 'MILVUS_REFUSED_ROWS'], // missing parameter
  [1102, 'MILVUS_REQUEST_TOO_LARGE'], // parameter too large
  [1302, 'MILVUS_TROUBLE'], // message queue internal error
  [1303, 'MILVUS_QUOTA_EXCEEDED'], // deny to write the message to mq
  [1400, 'MILVUS_AUTH_REFUSED'],
  [1401, 'MILVUS_DENIED'],
  [1600, 'MILVUS_COLLECTION_MISSING'], // alias not found
  [1603, 'MILVUS_COLLECTION_MISSING'], // collection of alias not found
  [1700, 'MILVUS_SCHEMA_CHANGED'], // field not found
  [1800, 'MILVUS_AUTH_REFUSED'], // user hasn't authenticated
  [1804, 'MILVUS_REFUSED_ROWS'], // fail to deal the insert data
  [1807, 'MILVUS_RATE_LIMITED'], // request is rejected by limiter
  [3000, 'MILVUS_UNSUPPORTED'],
  [10000, 'MILVUS_TIMEOUT'], // canceled inside the server
  [10001, 'MILVUS_TIMEOUT'],
])

/** `common.ErrorCode`, asked only where `code` is 0: servers before 2.3. */
export const byLegacyCode: ReadonlyMap<number, MilvusCode> = new Map<number, MilvusCode>([
  [3, 'MILVUS_DENIED'],
  [4, 'MILVUS_COLLECTION_MISSING'],
  [5, 'MILVUS_REFUSED_ROWS'], // IllegalArgument
  [7, 'MILVUS_REFUSED_ROWS'], // IllegalDimension
  [11, 'MILVUS_REFUSED_ROWS'], // IllegalRowRecord
  [48, 'MILVUS_QUOTA_EXCEEDED'], // ForceDeny
  [49, 'MILVUS_RATE_LIMITED'],
  [53, 'MILVUS_MEMORY_FULL'],
  [54, 'MILVUS_DISK_FULL'],
  [55, 'MILVUS_NOT_READY'], // TimeTickLongDelay
  [56, 'MILVUS_NOT_READY'],
  [57, 'MILVUS_NOT_READY'],
  [62, 'MILVUS_SCHEMA_CHANGED'],
])

/** Milvus Lite's only code for a bad argument, in both places; the full server's 6 (cross cluster routing) has another legacy code. */
const liteArgument = 6
/** merr's "unexpected error": anything without a code of its own, from a NaN to a lost node. */
const unexpected = 65535

export function codeOfStatus(status: Status): MilvusCode | undefined {
  const { code, legacyCode, reason } = status
  if (code === 0) return legacyCode === 0 ? undefined : (byLegacyCode.get(legacyCode) ?? 'MILVUS_FAILED')
  if (code === liteArgument && legacyCode === liteArgument) {
    return /^database .* does not exist/.test(reason) ? 'MILVUS_DATABASE_MISSING' : 'MILVUS_REFUSED_ROWS'
  }
  const known = byMilvusCode.get(code)
  if ((code === 1 || code === 1001) && isBadJson(reason)) return 'MILVUS_REFUSED_ROWS'
  if (known !== undefined) return known
  if (status.inputError) return 'MILVUS_REFUSED_ROWS'
  if (status.retriable || (code === unexpected && soundsLikeTransport(reason))) return 'MILVUS_TROUBLE'
  return 'MILVUS_FAILED'
}

/** In a JSON field 2.3 takes only objects, and calls anything else an IO failure (1001); Lite takes no numbers, and calls itself not ready (1). */
function isBadJson(reason: string): boolean {
  return /json: cannot unmarshal|Expected bytes, got a/.test(reason)
}

/** 2.3 wraps failures between its own nodes as "unexpected error" and only the text tells. */
function soundsLikeTransport(reason: string): boolean {
  return /rpc error|deadline exceeded|context canceled|connection (refused|reset|error)|unavailable|not ready|not healthy|node (offline|not found)|timed? ?out/i.test(
    reason,
  )
}

/** The numbers are those of grpc.status. */
export function codeOfGrpc(grpcStatus: number, details: string): MilvusCode {
  switch (grpcStatus) {
    case 1: // CANCELLED
      return 'MILVUS_CANCELLED'
    case 3: // INVALID_ARGUMENT
      return 'MILVUS_REFUSED_ROWS'
    case 4: // DEADLINE_EXCEEDED
      return 'MILVUS_TIMEOUT'
    case 7: // PERMISSION_DENIED
      return 'MILVUS_DENIED'
    case 8: // RESOURCE_EXHAUSTED
      return /larger than max|message size/i.test(details) ? 'MILVUS_REQUEST_TOO_LARGE' : 'MILVUS_RATE_LIMITED'
    case 12: // UNIMPLEMENTED
      return 'MILVUS_UNSUPPORTED'
    case 14: // UNAVAILABLE
      return /certificate|altname|self.signed|CERT_/i.test(details) ? 'MILVUS_TLS_REFUSED' : 'MILVUS_UNREACHABLE'
    case 16: // UNAUTHENTICATED
      return 'MILVUS_AUTH_REFUSED'
    case 2: // UNKNOWN
      return soundsLikeTransport(details) ? 'MILVUS_TROUBLE' : 'MILVUS_FAILED'
    case 10: // ABORTED
    case 13: // INTERNAL: the stream was reset
    case 15: // DATA_LOSS
      return 'MILVUS_TROUBLE'
    default:
      return 'MILVUS_FAILED'
  }
}

/** The error of a refused request; undefined when the status is a success. `rpc` is the method's name. */
export function errorOfStatus(status: Status, place: Place, rpc: string): RedkiteError | undefined {
  const code = codeOfStatus(status)
  return (
    code && failure(code, place, `${rpc}: code ${status.code || status.legacyCode}, ${shownReason(status.reason, rpc)}`)
  )
}

/** The error of a request that got no answer. */
export function errorOfGrpc(grpcStatus: number, details: string, place: Place, rpc: string): RedkiteError {
  return failure(codeOfGrpc(grpcStatus, details), place, `${rpc}: ${shownReason(details, rpc)}`)
}

const reasonCharsMax = 300
/** What grpc-js puts around the cause of a connection that could not be made. */
const grpcChatter = /^No connection established\. Last error: (\w*Error: )?|\.? Resolution note: $/g

/** A delete's refusal quotes the expression, and with it primary keys: row values do not belong into logs. */
function shownReason(reason: string, rpc: string): string {
  if (rpc === 'Delete' && /expr|literal|string|\bin \[/i.test(reason))
    return 'the expression of primary keys was refused'
  const plain = reason.replace(grpcChatter, '').trim()
  return plain.length > reasonCharsMax ? `${plain.slice(0, reasonCharsMax)}…` : plain || 'no reason given'
}
