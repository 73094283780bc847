/**
 * What Milvus holds, as pymilvus and numpy see it: the ground truth for what redkite wrote, and the hand that makes collections. One
 * Python process (test/servers/python/milvus_answers.py) serves all of a test process's questions.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { LineJsonProcess } from './line-json.ts'
import type { MilvusEndpoint } from './milvus-endpoint.ts'
import { dataFolder, installed, removeFolder } from './place.ts'

/** A type's name is `DataType`'s in pymilvus. */
export interface FieldSpec {
  readonly name: string
  readonly type: string
  readonly primaryKey?: boolean
  readonly autoId?: boolean
  readonly dim?: number
  /** VARCHAR: bytes. */
  readonly maxLength?: number
  readonly elementType?: string
  readonly maxCapacity?: number
  readonly nullable?: boolean
  readonly default?: unknown
  readonly partitionKey?: boolean
  /** Of a vector's index; L2, IP for sparse ones, HAMMING for binary ones by default. */
  readonly metric?: string
}

export interface CollectionSpec {
  readonly name: string
  readonly fields: readonly FieldSpec[]
  readonly dynamicField?: boolean
  readonly shards?: number
  /** false: neither indexed nor loaded. */
  readonly load?: boolean
}

export interface VectorFile {
  /** A record a row, little-endian: the key as int64, then `dim` float32; see writeVectorFile(). */
  readonly path: string
  readonly dim: number
  readonly collection: string
  /** An INT64 field, the primary key or another. */
  readonly keyField: string
  readonly vectorField: string
  /** The key field is a VARCHAR that holds this and then the number. */
  readonly keyPrefix?: string
}

export interface VectorComparison {
  readonly equal: number
  readonly different: number
  readonly missing: number
  readonly extra: number
  /** The collection's own count(*). */
  readonly total: number
  /** Keys of some rows that are different or missing. */
  readonly samples: readonly number[]
}

// biome-ignore lint/suspicious/noExplicitAny: rows have whatever fields the test's collection has
export type Row = Record<string, any>

/** A server, and optionally the database on it that the question is about. */
export type MilvusAddress = MilvusEndpoint & { readonly database?: string }

export class PyMilvus {
  private readonly folder = dataFolder('pymilvus')
  private readonly process = new LineJsonProcess(
    'pymilvus',
    [installed('python', 'venv', 'bin', 'python'), join(import.meta.dir, 'python', 'milvus_answers.py')],
    join(this.folder, 'pymilvus.log'),
  )

  get pid(): number {
    return this.process.pid
  }

  /** Made with an index (FLAT) on each vector, loaded, consistency Strong. */
  async createCollection(server: MilvusAddress, spec: CollectionSpec): Promise<void> {
    await this.ask(server, 'createCollection', spec)
  }

  async dropCollection(server: MilvusAddress, collection: string): Promise<void> {
    await this.ask(server, 'dropCollection', { collection })
  }

  async releaseCollection(server: MilvusAddress, collection: string): Promise<void> {
    await this.ask(server, 'releaseCollection', { collection })
  }

  async loadCollection(server: MilvusAddress, collection: string): Promise<void> {
    await this.ask(server, 'loadCollection', { collection })
  }

  describe(server: MilvusAddress, collection: string): Promise<Row> {
    return this.ask(server, 'describe', { collection })
  }

  collections(server: MilvusAddress): Promise<string[]> {
    return this.ask(server, 'collections')
  }

  version(server: MilvusAddress): Promise<string> {
    return this.ask(server, 'version')
  }

  count(server: MilvusAddress, collection: string): Promise<number> {
    return this.ask(server, 'count', { collection })
  }

  /** Rows with all their fields; an int64 beyond 2^53 is a bigint, NaN and infinities are strings. */
  query(
    server: MilvusAddress,
    collection: string,
    options: { filter?: string; fields?: readonly string[]; limit?: number; partitions?: readonly string[] } = {},
  ): Promise<Row[]> {
    return this.ask(server, 'query', { collection, ...options })
  }

  search(
    server: MilvusAddress,
    collection: string,
    options: { field: string; vector: readonly number[]; limit?: number; fields?: readonly string[] },
  ): Promise<Row[]> {
    return this.ask(server, 'search', { collection, ...options })
  }

  insert(server: MilvusAddress, collection: string, rows: readonly Row[]): Promise<number> {
    return this.ask(server, 'insert', { collection, rows })
  }

  async flush(server: MilvusAddress, collection: string): Promise<void> {
    await this.ask(server, 'flush', { collection })
  }

  async createDatabase(server: MilvusAddress, name: string): Promise<void> {
    await this.ask(server, 'createDatabase', { name })
  }

  async createUser(server: MilvusAddress, name: string, password: string): Promise<void> {
    await this.ask(server, 'createUser', { name, password })
  }

  /** Bit for bit, as float32: also for a million rows (read_back.py). */
  compareVectors(server: MilvusAddress, file: VectorFile): Promise<VectorComparison> {
    return this.ask(server, 'compareVectors', file)
  }

  /** Runs a script of the test's own, which sees `client` (a MilvusClient), `params` and `numpy`, and sets `result`. */
  run<Result>(server: MilvusAddress, script: string, params: unknown = null): Promise<Result> {
    return this.ask(server, 'python', { script, params })
  }

  async stop(): Promise<void> {
    await this.process.stop()
    removeFolder(this.folder)
  }

  private ask<Result>(server: MilvusAddress, method: string, params: object = {}): Promise<Result> {
    const { endpoint, token, caFile, database } = server
    return this.process.call(method, { server: { endpoint, token, caFile, database }, ...params })
  }
}

/** Writes what compareVectors() reads; `fill` sets the vector of a row and returns its key. */
export function writeVectorFile(
  path: string,
  rows: number,
  dim: number,
  fill: (row: number, vector: Float32Array) => number | bigint,
): void {
  const recordBytes = 8 + dim * 4
  const rowsAtOnce = Math.max(1, Math.floor((4 << 20) / recordBytes))
  const block = new DataView(new ArrayBuffer(rowsAtOnce * recordBytes))
  const vector = new Float32Array(dim)
  const file = openSync(path, 'w')
  for (let row = 0, inBlock = 0; row < rows; row++) {
    const at = inBlock * recordBytes
    block.setBigInt64(at, BigInt(fill(row, vector)), true)
    for (let i = 0; i < dim; i++) {
      block.setFloat32(at + 8 + i * 4, vector[i]!, true)
    }
    inBlock++
    if (inBlock === rowsAtOnce || row === rows - 1) {
      writeSync(file, new Uint8Array(block.buffer, 0, inBlock * recordBytes))
      inBlock = 0
    }
  }
  closeSync(file)
}
