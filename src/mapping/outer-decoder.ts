import type { ColumnBatch } from '../columns/batch.ts'
import type { RowDecoder } from '../decode/decoder.ts'
import type { IgnoredNames } from '../decode/ignored-names.ts'
import { reason } from '../decode/json/reason.ts'
import type { RedkiteError } from '../errors/errors.ts'

/** A decoder that makes a row's JSON text of a record and leaves the row to another: what it does not refuse itself, that one answers for. */
export abstract class OuterDecoder implements RowDecoder {
  /** Why it refused the last record itself; each record begins without. */
  protected error: RedkiteError | undefined

  /** @param rows takes the JSON text of rows */
  constructor(protected readonly rows: RowDecoder) {}

  abstract decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number

  failure(): RedkiteError {
    return this.error ?? this.rows.failure()
  }

  ignoredNames(): IgnoredNames {
    return this.rows.ignoredNames()
  }

  protected refuse(error: RedkiteError): number {
    this.error = error
    return reason.record
  }
}
