/** What a verification found: counts, and some rows of each kind by key and place, never by value. */
import type { Errors } from '../errors/errors.ts'
import type { Key } from './collection-reader.ts'

export interface Halves {
  readonly high: number
  readonly low: number
}

export interface Finding {
  key?: Key
  /** The record that made the row, or should have. */
  topic?: string
  partition?: number
  offset?: number
  /** Hashes of the row without its key, 16 hexadecimal digits: as records say, and as the collection has it. */
  expected?: string
  found?: string
  /** Which fields make the difference, with the hashes of each. */
  fields?: { readonly name: string; readonly expected: string; readonly found: string }[]
  /** Rows that a duplicate key has, or that are missing of one row where Milvus makes the keys. */
  rows?: number
}

/** By field name. */
export type FieldHashes = ReadonlyMap<string, string>

/** What of a row of the collection its record has otherwise. */
export function differingFields(expected: FieldHashes, found: FieldHashes): NonNullable<Finding['fields']> {
  return [...expected].flatMap(([name, hash]) => {
    const other = found.get(name)
    return other === undefined || other === hash ? [] : [{ name, expected: hash, found: other }]
  })
}

export class Findings {
  count = 0
  readonly samples: Finding[] = []
  /** Samples whose record has not been found yet, by the hash that finds it. */
  readonly unnamed = new Map<string, Finding>()
  /** Of samples, as the collection has them. */
  readonly foundFields = new Map<Finding, FieldHashes>()

  constructor(readonly samplesMax: number) {}

  get wantsSample(): boolean {
    return this.samples.length < this.samplesMax
  }

  /** @param recordHash of the record that belongs to it: of its key, or of its row where Milvus makes the keys */
  add(rows: number, sample: () => Finding, recordHash?: Halves): void {
    this.count += rows
    if (!this.wantsSample) return
    const finding = sample()
    this.samples.push(finding)
    if (recordHash !== undefined) this.unnamed.set(hex(recordHash), finding)
  }
}

export interface Verification {
  readonly sink: string
  readonly collection: string
  readonly topics: string
  /** Keys that were compared of all, with `--sample`; undefined is all. */
  readonly sampled: number | undefined
  readonly records: number
  readonly deletes: number
  readonly nullsPassedOver: number
  readonly bad: number
  readonly badByCode: ReadonlyMap<keyof Errors, number>
  readonly rowsExpected: number
  /** Rows of the collection, those of one key counted each. */
  readonly rowsFound: number
  readonly rowsEqual: number
  readonly missing: Findings
  readonly extra: Findings
  readonly different: Findings
  /** Rows beyond the first of their key. */
  readonly duplicate: Findings
  /** Keys that came in several partitions. */
  readonly contested: number
  /** Offsets that the sink has not committed. */
  readonly behind: number
  /** Partitions whose first records retention has removed. */
  readonly truncated: number
  readonly passes: number
}

export function isEqual({ missing, extra, different, duplicate }: Verification): boolean {
  return missing.count + extra.count + different.count + duplicate.count === 0
}

export function hex({ high, low }: Halves): string {
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
}
