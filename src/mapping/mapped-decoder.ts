import type { ColumnBatch } from '../columns/batch.ts'
import type { KeyBytes, RecordPlace, RowDecoder } from '../decode/decoder.ts'
import { reason } from '../decode/json/reason.ts'
import type { RecordText } from '../decode/record-text.ts'
import type { Arena } from '../kafka/arena.ts'
import type { Chain } from './chain.ts'
import { keyBytesOf } from './mapped-key.ts'
import { OuterDecoder } from './outer-decoder.ts'
import { unwrapPayload } from './payload.ts'
import { isNull, MappedRecord } from './record.ts'
import type { RecordKeyText } from './record-key-text.ts'
import { Text } from './text.ts'
import { Writer } from './writer.ts'

export interface MappedDecoderOptions {
  readonly chain: Chain
  /** Values are `{"schema": …, "payload": …}`, and are given on so. */
  readonly envelope: boolean
  /** What writes values as JSON text; undefined where they are JSON. */
  readonly valueText?: RecordText | undefined
  readonly waiting?: (() => Promise<void>) | undefined
  /** undefined: no transform looks at keys. */
  readonly keyText: RecordKeyText | undefined
  /** Takes JSON text. */
  readonly rows: RowDecoder
}

/**
 * Has records go through transforms before they become rows: from JSON text to JSON text, so that there is one set of rules for what fits a field.
 * What no transform looks at is copied as it stands.
 */
export class MappedDecoder extends OuterDecoder {
  readonly takesTombstones = true
  readonly wantsDetails: boolean
  readonly turnTo: (arena: Arena, row: number, place: RecordPlace) => number
  readonly putDeletedKey: ((deletedKeys: ColumnBatch) => number) | undefined
  readonly waiting: (() => Promise<void>) | undefined
  private readonly chain: Chain
  private readonly record = new MappedRecord()
  private readonly text = new Text()
  private readonly writer = new Writer()
  private readonly keyWriter = new Writer()
  /** The value is not what the converter promises; who decodes it says so. */
  private asItIs = false
  private keyBytes: KeyBytes | undefined

  constructor(private readonly options: MappedDecoderOptions) {
    super(options.rows)
    const { chain, rows } = options
    this.chain = chain
    this.wantsDetails = chain.wantsDetails || rows.wantsDetails === true || options.valueText?.wantsHeaders === true
    this.waiting = options.waiting
    this.turnTo = (arena, row, place) => this.turn(arena, row, place)
    this.putDeletedKey = rows.putDeletedKey && ((deletedKeys) => rows.putDeletedKey!(deletedKeys))
  }

  /** The topic that the record is now said to come from, after `turnTo`; undefined where its value is not what the converter promises, and no transform has seen it. */
  get routedTopic(): string | undefined {
    return this.asItIs ? undefined : this.record.topic
  }

  get key(): KeyBytes | undefined {
    return this.keyBytes
  }

  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    this.error = undefined
    if (this.asItIs) return this.rows.decode(bytes, start, end, batch)
    this.writer.write(this.record.value, this.options.envelope)
    return this.rows.decode(this.writer.bytes, 0, this.writer.end, batch)
  }

  /** The transforms run here and not in `decode`, because the record's key, its topic and whether it counts at all may come from them. */
  private turn(arena: Arena, row: number, place: RecordPlace): number {
    this.error = undefined
    this.keyBytes = undefined
    const { record, chain } = this
    record.turnTo(arena, row, place)
    const took = this.takeValue(arena, row)
    if (took < 0) return took
    if (this.asItIs) return 0
    const { keyText } = this.options
    if (keyText !== undefined) {
      const read = keyText.read(arena.bytes, arena.keyStart[row]!, arena.keyEnd[row]!, arena.headers[row])
      if (read === undefined) return keyText.waits ? reason.waits : this.refuse(keyText.failure())
      record.key = read
    }
    if (!chain.apply(record)) return chain.error === undefined ? reason.dropped : this.refuse(chain.error)
    if (keyText !== undefined) this.keyBytes = keyBytesOf(record, this.keyWriter)
    // Said here, before anybody looks for a primary key in the record's: a tombstone that is passed over needs none.
    return isNull(record, 'value') ? reason.nullValue : 0
  }

  private takeValue(arena: Arena, row: number): number {
    const { record, text } = this
    const start = arena.valueStart[row]!
    this.asItIs = false
    record.value = null
    if (start < 0) return 0
    const { valueText } = this.options
    if (valueText !== undefined) {
      valueText.turnTo?.(arena.headers[row] ?? [])
      const result = valueText.write(arena.bytes, start, arena.valueEnd[row]!)
      if (result < 0) {
        this.error = valueText.failure()
        return result
      }
      record.value = text.take(valueText.bytes, 0, valueText.length) ?? null
      return 0
    }
    const whole = text.take(arena.bytes, start, arena.valueEnd[row]!)
    const value = whole !== undefined && this.options.envelope ? unwrapPayload(whole) : whole
    if (value === undefined) this.asItIs = true
    else record.value = value
    return 0
  }
}
