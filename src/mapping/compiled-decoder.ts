import type { ColumnBatch } from '../columns/batch.ts'
import type { RecordPlace, RowDecoder, RowsInPlace } from '../decode/decoder.ts'
import type { InsertedFields } from '../decode/fields/inserted-fields.ts'
import type { InsertedSource } from '../decode/fields/inserted-value.ts'
import { addIgnored, type IgnoredNames } from '../decode/ignored-names.ts'
import { reason } from '../decode/json/reason.ts'
import type { RedkiteError } from '../errors/errors.ts'
import type { Arena } from '../kafka/arena.ts'

export interface CompiledDecoderOptions {
  /** Has the mapping compiled in. */
  readonly plan: RowDecoder
  readonly inserted: InsertedFields | undefined
  /** Inserted fields that the collection has no place for, by what they are made of. */
  readonly unplaced: ReadonlyMap<string, InsertedSource>
  /** Whether a record that the plan refuses goes over text too, so that the error is the one that the transforms themselves give. */
  readonly refusedToo: boolean
  /** Opens what goes the long way, over JSON text. Called when it is needed: for most topics never. */
  readonly openText: () => RowDecoder
}

/**
 * Mapped records by a plan that has their mapping compiled in. What the plan declines, a path through something that is no object say, goes over
 * JSON text, and so what a record becomes is in any case what the transforms make of it (test/mapping/compiled.test.ts).
 */
export class CompiledDecoder implements RowDecoder {
  readonly wantsDetails: boolean
  readonly inPlace: RowsInPlace | undefined
  private readonly plan: RowDecoder
  private text: RowDecoder | undefined
  private spoke: RowDecoder
  private arena: Arena | undefined
  private row = 0
  private place: RecordPlace = { topic: '', partition: 0 }
  /** Records that were rows or refused; and those that had a time. */
  private records = 0
  private timed = 0

  constructor(private readonly options: CompiledDecoderOptions) {
    this.plan = options.plan
    this.spoke = options.plan
    this.inPlace = options.plan.inPlace && this.around(options.plan.inPlace)
    this.wantsDetails = options.plan.wantsDetails === true || options.inserted?.wantsTimestamp === true
  }

  turnTo(arena: Arena, row: number, place: RecordPlace): number {
    this.arena = arena
    this.row = row
    this.place = place
    this.options.inserted?.turnTo(arena, row, place)
    return this.plan.turnTo?.(arena, row, place) ?? 0
  }

  failure(): RedkiteError {
    return this.spoke.failure()
  }

  waiting(): Promise<void> {
    return this.spoke.waiting!()
  }

  /** The plan alone counts: it has seen what went over text too. */
  ignoredNames(): IgnoredNames {
    const counts = Array.from(this.options.unplaced, ([name, source]) => {
      return [name, source === 'timestamp' ? this.timed : this.records] as const
    })
    const byName = new Map(counts.filter(([, count]) => count > 0))
    return addIgnored([{ byName, others: 0 }, this.plan.ignoredNames()])
  }

  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    return this.heard(this.plan.decode(bytes, start, end, batch), bytes, start, end, batch)
  }

  private around(plan: RowsInPlace): RowsInPlace {
    return {
      walkRow: (bytes, view, at, recordEnd, level, batch) => plan.walkRow(bytes, view, at, recordEnd, level, batch),
      finishRow: (bytes, view, start, end, batch) =>
        this.heard(plan.finishRow(bytes, view, start, end, batch), bytes, start, end, batch),
    }
  }

  /** What the plan gave for a record, or what those give who have the last word on it. */
  private heard(result: number, bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    this.spoke = this.plan
    if (result === reason.declined || (result < 0 && this.options.refusedToo && !isSaid(result))) {
      return this.decodeText(bytes, start, end, batch)
    }
    return this.counted(result)
  }

  private counted(result: number): number {
    if (result === 0 || result === reason.record) {
      this.records++
      if (this.options.inserted?.isComplete === true) this.timed++
    }
    return result
  }

  private decodeText(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    this.text ??= this.options.openText()
    const { text } = this
    this.spoke = text
    if (text.turnTo !== undefined) {
      const turned = text.turnTo(this.arena!, this.row, this.place)
      if (turned < 0) return turned
    }
    return this.counted(text.decode(bytes, start, end, batch))
  }
}

/** Results that are the same by either way. */
function isSaid(result: number): boolean {
  return result === reason.nullValue || result === reason.waits
}
