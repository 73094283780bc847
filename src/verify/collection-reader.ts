/**
 * Reads a collection through the Query RPC, with Strong consistency: all rows in the order of their keys, some by key, and counts.
 *
 * A page is "keys after the last one, so many". Lite keeps that order only for a query that says it is an iterator's; the full server answers such
 * a query with more rows than asked for, and none left out. Rows of one key are given once: what count() says beside tells how many more there are.
 */
import { dynamicFieldName, recordFields } from '../columns/create.ts'
import { failure } from '../errors/errors.ts'
import type { MilvusConnection } from '../milvus/connection.ts'
import { keyLiteral } from '../milvus/delete-expression.ts'
import type { CollectionSchema } from '../milvus/schema.ts'
import { DataType } from '../milvus/schema.ts'
import { type FieldHashes, hex } from './findings.ts'
import { Hash64 } from './hash64.ts'
import { type ResultColumn, type ResultPage, readResultPage } from './result-page.ts'

export type Key = bigint | string

/** Large enough that the round trip does not count, small enough that two of them are nothing beside the table of keys. */
const pageBytesWanted = 8 * 1024 * 1024
/** Milvus' own limit. */
const pageRowsMax = 16_384
const pageRowsFirst = 1_000
/** A page's bytes are not the collector's to see: left alone it lets 50 MB a million rows lie about (bench/verify.ts), for milliseconds saved. */
const pagesBetweenCollections = 16

const strong = 0
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
/** 2.3.5 reads the digits before the sign, and these do not fit without it. */
const int64Min = -(2n ** 63n)

export class CollectionReader {
  /** Fields that are compared, in the order of the columns that redkite writes. */
  readonly #compared: readonly { readonly name: string; readonly type: number }[]
  readonly #keyName: string
  readonly #keyIsText: boolean

  constructor(
    readonly connection: MilvusConnection,
    readonly schema: CollectionSchema,
  ) {
    const fields = recordFields(schema).filter(({ primaryKey }) => !primaryKey)
    const dynamic = schema.dynamicField ? [{ name: dynamicFieldName, type: DataType.Json }] : []
    this.#compared = [...fields, ...dynamic]
    this.#keyName = schema.primaryKey.name
    this.#keyIsText = schema.primaryKey.type === DataType.VarChar
  }

  /** Rows, not keys: a key that is there twice counts twice. Of keys after `after` up to `last`, if these are given. */
  async count(after?: Key, last?: Key): Promise<number> {
    const bounds = [
      ...(after === undefined ? [] : [this.#isAfter(after)]),
      ...(last === undefined ? [] : [this.#isUpTo(last)]),
    ]
    const { columns } = await this.#query(bounds.join(' and '), ['count(*)'], [])
    const count = columns.get('count(*)')
    return count === undefined || count.rows === 0 ? 0 : Number(count.int64(0))
  }

  /** Rows that have this key. */
  async countOf(key: Key): Promise<number> {
    const { columns } = await this.#query(this.#isOneOf([key]), ['count(*)'], [])
    return Number(columns.get('count(*)')?.int64(0) ?? 0)
  }

  /** All rows, by key. The next page is on its way while one is looked at. */
  async *pages(): AsyncGenerator<Page> {
    let rows = pageRowsFirst
    let after: Key | undefined
    let pages = 0
    let next = this.#page(after, rows)
    for (;;) {
      const page = await next
      if (page.rows === 0) return
      const last = page.lastKey()
      if (after !== undefined && !isAfter(last, after)) {
        throw failure('INTERNAL', 'Milvus gave rows again that were read before')
      }
      const rowBytes = page.bytes / page.rows
      rows = Math.max(1, Math.min(pageRowsMax, Math.floor(pageBytesWanted / rowBytes)))
      after = last
      next = this.#page(after, rows)
      // It is awaited above, unless the caller stops.
      next.catch(() => {})
      yield page
      if (++pages % pagesBetweenCollections === 0) Bun.gc(true)
    }
  }

  byKeys(keys: readonly Key[]): Promise<Page> {
    return this.#read(undefined, this.#isOneOf(keys), [])
  }

  #page(after: Key | undefined, rows: number): Promise<Page> {
    return this.#read(after, after === undefined ? '' : this.#isAfter(after), [
      { key: 'limit', value: String(rows) },
      { key: 'iterator', value: 'True' },
      { key: 'reduce_stop_for_best', value: 'True' },
    ])
  }

  async #read(after: Key | undefined, expression: string, parameters: readonly object[]): Promise<Page> {
    const names = [this.#keyName, ...this.#compared.map(({ name }) => name)]
    const result = await this.#query(expression, names, parameters)
    return new Page(result, this.#compared, this.#keyName, this.#keyIsText, after)
  }

  #query(expr: string, fields: readonly string[], parameters: readonly object[]): Promise<ResultPage> {
    const { collection } = this.schema
    const message = {
      collection_name: collection,
      expr,
      output_fields: fields,
      query_params: parameters,
      consistency_level: strong,
    }
    return this.connection.read('Query', message, collection, readResultPage)
  }

  #isOneOf(keys: readonly Key[]): string {
    const usual = keys.filter((key) => key !== int64Min)
    const parts = [
      ...(usual.length === 0 ? [] : [`${this.#keyName} in [${usual.map(keyLiteral).join(',')}]`]),
      ...(usual.length === keys.length ? [] : [this.#isUpTo(int64Min)]),
    ]
    return parts.join(' or ')
  }

  #isAfter(key: Key): string {
    return key === int64Min ? `${this.#keyName} >= ${int64Min + 1n}` : `${this.#keyName} > ${keyLiteral(key)}`
  }

  #isUpTo(key: Key): string {
    return key === int64Min ? `${this.#keyName} < ${int64Min + 1n}` : `${this.#keyName} <= ${keyLiteral(key)}`
  }
}

/** Some rows of the collection. */
export class Page {
  readonly rows: number
  readonly bytes: number
  readonly #keys: ResultColumn | undefined
  readonly #columns: readonly { readonly name: string; readonly column: ResultColumn; readonly type: number }[]

  constructor(
    result: ResultPage,
    compared: readonly { readonly name: string; readonly type: number }[],
    keyName: string,
    readonly keyIsText: boolean,
    /** The rows' keys are all after this one. */
    readonly after: Key | undefined,
  ) {
    this.#keys = result.columns.get(keyName)
    this.rows = this.#keys?.rows ?? 0
    this.bytes = result.bytes
    this.#columns =
      this.rows === 0
        ? []
        : compared.map(({ name, type }) => {
            const column = result.columns.get(name)
            if (column?.rows === this.rows) return { name, column, type }
            const got = column === undefined ? 'no field' : `${column.rows} values for ${this.rows} rows of field`
            throw failure('INTERNAL', `Milvus gave ${got} "${name}"`)
          })
  }

  hashKey(row: number, hash: Hash64): void {
    this.#keys!.hashKey(hash, row)
  }

  /** Without the key, as RowHasher.row. */
  hashRow(row: number, hash: Hash64): void {
    hash.begin()
    for (const { column, type } of this.#columns) column.addTo(hash, row, type)
    hash.end()
  }

  /** As RowHasher.fields. */
  fieldHashes(row: number): FieldHashes {
    const hash = new Hash64()
    const hashes = this.#columns.map(({ name, column, type }): [string, string] => {
      hash.begin()
      column.addTo(hash, row, type)
      hash.end()
      return [name, hex(hash)]
    })
    return new Map(hashes)
  }

  keyAt(row: number): Key {
    return this.keyIsText ? decoder.decode(this.#keys!.text(row)) : this.#keys!.int64(row)
  }

  keys(): Key[] {
    return Array.from({ length: this.rows }, (_, row) => this.keyAt(row)).sort((a, b) => (isAfter(a, b) ? 1 : -1))
  }

  lastKey(): Key {
    let last = this.keyAt(0)
    for (let row = 1; row < this.rows; row++) {
      const key = this.keyAt(row)
      if (isAfter(key, last)) last = key
    }
    return last
  }
}

/** Milvus orders texts by their bytes. */
function isAfter(key: Key, other: Key): boolean {
  if (typeof key === 'bigint') return key > (other as bigint)
  return Buffer.compare(Buffer.from(key), Buffer.from(other as string)) > 0
}
