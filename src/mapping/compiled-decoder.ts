import type { ColumnBatch } from '../columns/batch.ts'
import type { KeyBytes, RecordPlace, RowDecoder, RowsInPlace } from '../decode/decoder.ts'
import type { InsertedFields } from '../decode/fields/inserted-fields.ts'
import type { InsertedValue } from '../decode/fields/inserted-value.ts'
import { addIgnored, type IgnoredNames } from '../decode/ignored-names.ts'
import { reason } from '../decode/json/reason.ts'
import type { RedkiteError } from '../errors/errors.ts'
import type { Arena } from '../kafka/arena.ts'
import type { MappedKey } from './mapped-key.ts'

export interface CompiledDecoderOptions {
  /** Has the mapping compiled in. */
  readonly plan: RowDecoder
  readonly inserted: InsertedFields | undefined
  /** Inserted fields that the collection has no place for. */
  readonly unplaced: readonly InsertedValue[]
  /** Whether a record that the plan refuses goes over text too, so that the error is the one that the transforms themselves give. */
  readonly refusedToo: boolean
  /** Whether a transform makes something of null, so that tombstones go over text. */
  readonly nullsToo: boolean
  /** Whether records without a time do. */
  readonly wantsTime: boolean
  /** undefined: no transform looks at keys. */
  readonly keys: MappedKey | undefined
  /** Whether the plan opens the primary key's row, with a key that is made of the value. What goes over text has to do so too. */
  readonly makesKey: boolean
  /** Opens what goes the long way, over JSON text. Called when it is needed: for most topics never. */
  readonly openText: () => RowDecoder
}

/**
 * Mapped records by a plan that has their mapping compiled in. What the plan declines, a path through something that is no object say, goes over
 * JSON text, and so what a record becomes is in any case what the transforms make of it (test/mapping/compiled.test.ts).
 */
export class CompiledDecoder implements RowDecoder {
  readonly wantsDetails: boolean
  readonly takesTombstones: boolean
  readonly makesKey: boolean
  readonly inPlace: RowsInPlace | undefined
  private readonly plan: RowDecoder
  /** For what the plan has declined. */
  private text: RowDecoder | undefined
  /** For what the plan has never seen: it counts by itself. */
  private unseen: RowDecoder | undefined
  private spoke: RowDecoder
  private arena: Arena | undefined
  private row = 0
  private place: RecordPlace = { topic: '', partition: 0 }
  /** How often records had an inserted field that has no place. */
  private readonly unplaced: { readonly value: InsertedValue; count: number }[]
  private keyBytes: KeyBytes | undefined
  /** Whether `turnTo` has found that the record goes over text. */
  private turnedToText = false

  constructor(private readonly options: CompiledDecoderOptions) {
    this.plan = options.plan
    this.spoke = options.plan
    this.inPlace = options.plan.inPlace && this.around(options.plan.inPlace)
    this.makesKey = options.makesKey
    this.takesTombstones = options.nullsToo
    this.wantsDetails = options.plan.wantsDetails === true || options.wantsTime
    this.unplaced = options.unplaced.map((value) => ({ value, count: 0 }))
  }

  get key(): KeyBytes | undefined {
    return this.spoke === this.plan ? this.keyBytes : this.spoke.key
  }

  turnTo(arena: Arena, row: number, place: RecordPlace): number {
    this.arena = arena
    this.row = row
    this.place = place
    this.spoke = this.plan
    this.turnedToText = !this.isForPlan(arena, row, place)
    if (this.turnedToText) return this.turn(this.openUnseen())
    this.options.inserted?.turnTo(arena, row, place)
    return this.plan.turnTo?.(arena, row, place) ?? 0
  }

  failure(): RedkiteError {
    return this.spoke.failure()
  }

  putDeletedKey(deletedKeys: ColumnBatch): number {
    return this.spoke.putDeletedKey!(deletedKeys)
  }

  waiting(): Promise<void> {
    return this.spoke.waiting!()
  }

  /** Of what went over text the plan has seen most, and counts that too. */
  ignoredNames(): IgnoredNames {
    const came = this.unplaced.filter(({ count }) => count > 0)
    const byName = new Map(came.map(({ value, count }) => [value.field, count]))
    const unseen = this.unseen === undefined ? [] : [this.unseen.ignoredNames()]
    return addIgnored([{ byName, others: 0 }, this.plan.ignoredNames(), ...unseen])
  }

  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    if (this.turnedToText) return this.spoke.decode(bytes, start, end, batch)
    return this.heard(this.plan.decode(bytes, start, end, batch), bytes, start, end, batch)
  }

  /** Whether nothing is known against it before the record's value is read; its key is read for that. */
  private isForPlan(arena: Arena, row: number, place: RecordPlace): boolean {
    const { keys, nullsToo, wantsTime } = this.options
    if (nullsToo && arena.valueStart[row]! < 0) return false
    if (wantsTime && Number.isNaN(arena.timestampMs[row] ?? Number.NaN)) return false
    if (keys === undefined) return true
    this.keyBytes = keys.read(arena, row, place)
    return this.keyBytes !== undefined
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
    if (result === reason.unseen) return this.decodeUnseen(bytes, start, end, batch)
    return this.goesOverText(result) ? this.decodeText(bytes, start, end, batch) : this.counted(result)
  }

  private goesOverText(result: number): boolean {
    const { refusedToo, nullsToo } = this.options
    if (result === reason.nullValue) return nullsToo
    return result === reason.declined || (result < 0 && result !== reason.waits && refusedToo)
  }

  private counted(result: number): number {
    if (result !== 0 && result !== reason.record) return result
    for (let i = 0; i < this.unplaced.length; i++) {
      const each = this.unplaced[i]!
      if (each.value.isHere) each.count++
    }
    return result
  }

  private decodeText(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    const turned = this.turnText()
    return turned < 0 ? turned : this.counted(this.spoke.decode(bytes, start, end, batch))
  }

  private decodeUnseen(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    const turned = this.turn(this.openUnseen())
    return turned < 0 ? turned : this.spoke.decode(bytes, start, end, batch)
  }

  private openUnseen(): RowDecoder {
    this.unseen ??= this.options.openText()
    return this.unseen
  }

  private turnText(): number {
    this.text ??= this.options.openText()
    return this.turn(this.text)
  }

  private turn(text: RowDecoder): number {
    this.spoke = text
    return text.turnTo?.(this.arena!, this.row, this.place) ?? 0
  }
}
