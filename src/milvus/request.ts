/**
 * Insert, Upsert and Delete requests in the bytes that milvus.proto wants, around columns that already are what protobuf wants.
 *
 * A request is not encoded when it is made: it knows its exact size and writes itself once, straight into gRPC's frame (see
 * connection.ts). So its columns must not change before its answer has come; they are needed till then anyway, to try again or to split.
 *
 * Not sent: `base` and `hash_keys` (the proxy fills both in since Milvus 2.0, and Milvus' own clients send neither), `db_name` (travels as
 * metadata), `schema_timestamp` (0 accepts columns added since, which a sink can live with).
 */

import type { Column } from '../columns/column.ts'
import { nestedBytes, varintBytes, varintTag, writeNested, writeVarint } from '../columns/wire.ts'

export type WriteKind = 'insert' | 'upsert' | 'delete'

/** What `MilvusConnection.send` takes. */
export interface WriteRequest {
  readonly kind: WriteKind
  readonly collection: string
  readonly rows: number
  /** Exact size of the encoded message. */
  readonly bytes: number
  /** Writes the message at `out[at]`; returns the index after it. */
  encode(out: Uint8Array, at: number): number
}

/** Field numbers of InsertRequest and UpsertRequest, the same in both. */
const insert = { collectionName: 3, partitionName: 4, fieldsData: 5, numRows: 7 } as const
/** Field numbers of DeleteRequest. */
const remove = { collectionName: 3, partitionName: 4, expr: 5 } as const

/** Where rows go: a collection, and a partition when the collection has no partition key. Encodes their names once. */
export class WriteTarget {
  /** `collection_name` and `partition_name`, whose field numbers are the same in all three requests. */
  readonly prefix: Uint8Array

  constructor(
    readonly collection: string,
    readonly partition = '',
  ) {
    const collectionName = new TextEncoder().encode(collection)
    const partitionName = new TextEncoder().encode(partition)
    const bytes = stringBytes(collectionName) + stringBytes(partitionName)
    this.prefix = new Uint8Array(bytes)
    const at = writeString(this.prefix, 0, insert.collectionName, collectionName)
    writeString(this.prefix, at, insert.partitionName, partitionName)
  }

  /** Rows `from` to `to` of the columns, as an insert or an upsert. */
  write(kind: 'insert' | 'upsert', columns: readonly Column[], from: number, to: number): WriteRequest {
    return new ColumnsRequest(kind, this, columns, from, to)
  }

  /** Deletes what `expression` finds; see deleteExpression(). `rows` is for the books only. */
  delete(expression: string, rows: number): WriteRequest {
    return new DeleteRequest(this, expression, rows)
  }
}

class ColumnsRequest implements WriteRequest {
  readonly collection: string
  readonly rows: number
  readonly bytes: number
  private readonly columnBytes: readonly number[]

  constructor(
    readonly kind: 'insert' | 'upsert',
    private readonly target: WriteTarget,
    private readonly columns: readonly Column[],
    private readonly from: number,
    private readonly to: number,
  ) {
    this.collection = target.collection
    this.rows = to - from
    this.columnBytes = columns.map((column) => column.encodedBytes(from, to))
    let bytes = target.prefix.length
    for (const size of this.columnBytes) bytes += nestedBytes(size)
    this.bytes = bytes + 1 + varintBytes(this.rows)
  }

  encode(out: Uint8Array, at: number): number {
    out.set(this.target.prefix, at)
    at += this.target.prefix.length
    for (let i = 0; i < this.columns.length; i++) {
      at = writeNested(out, at, insert.fieldsData, this.columnBytes[i]!)
      at = this.columns[i]!.encode(out, at, this.from, this.to)
    }
    out[at] = varintTag(insert.numRows)
    return writeVarint(out, at + 1, this.rows)
  }
}

class DeleteRequest implements WriteRequest {
  readonly kind = 'delete'
  readonly collection: string
  readonly bytes: number
  private readonly expression: Uint8Array

  constructor(
    private readonly target: WriteTarget,
    expression: string,
    readonly rows: number,
  ) {
    this.collection = target.collection
    this.expression = new TextEncoder().encode(expression)
    this.bytes = target.prefix.length + stringBytes(this.expression)
  }

  encode(out: Uint8Array, at: number): number {
    out.set(this.target.prefix, at)
    return writeString(out, at + this.target.prefix.length, remove.expr, this.expression)
  }
}

/** Protobuf leaves out an empty string. */
function stringBytes(text: Uint8Array): number {
  return text.length === 0 ? 0 : nestedBytes(text.length)
}

function writeString(out: Uint8Array, at: number, field: number, text: Uint8Array): number {
  if (text.length === 0) return at
  at = writeNested(out, at, field, text.length)
  out.set(text, at)
  return at + text.length
}
