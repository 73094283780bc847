import type { RecordPlace } from '../decode/decoder.ts'
import type { CapturedFields } from '../decode/fields/captured-fields.ts'
import type { FieldChanges } from '../decode/fields/field-changes.ts'
import type { JsonText } from '../decode/fields/json-text.ts'
import type { Arena } from '../kafka/arena.ts'
import type { Chain } from './chain.ts'
import { MappedRecord } from './record.ts'
import type { RecordKeyText } from './record-key-text.ts'
import { open, Text } from './text.ts'
import { type Fields, Span, type Value } from './value.ts'
import { Writer } from './writer.ts'

/** How record keys are made of values. */
export interface MadeKey {
  /** Reads the key that the record has, which the transforms have first. */
  readonly before: RecordKeyText
  /** What the primary key may be called in a key that is an object. */
  readonly names: ReadonlySet<string>
}

/**
 * The fields of records that transforms look into, gone through these as a record of their own. No other field has to do with them (`entangled-names.ts`), so they become here
 * what they become in the whole record, by the same rules, and the whole record, with its vector, need not be text for that.
 */
export class ChangedRecord implements FieldChanges {
  readonly makesKey: boolean
  private readonly record = new MappedRecord()
  private readonly text = new Text()
  private readonly writer = new Writer()
  private fields: ReadonlyMap<string, Value> = new Map()
  /** undefined: it cannot be read. */
  private keyBefore: Value | undefined = null

  constructor(
    readonly names: readonly string[],
    private readonly chain: Chain,
    private readonly madeKey: MadeKey | undefined,
  ) {
    this.makesKey = madeKey !== undefined
  }

  turnTo(arena: Arena, row: number, place: RecordPlace): void {
    this.record.turnTo(arena, row, place)
    if (this.madeKey === undefined) return
    const { before } = this.madeKey
    this.keyBefore = before.read(arena.bytes, arena.keyStart[row]!, arena.keyEnd[row]!, arena.headers[row])
  }

  change({ text, count, order, from, to }: CapturedFields): boolean {
    const { record, keyBefore } = this
    if (keyBefore === undefined) return false
    this.text.takeValues(text.bytes, text.length)
    const fields: Fields = new Map()
    for (let i = 0; i < count; i++) {
      const which = order[i]!
      fields.set(this.names[which]!, new Span(this.text, from[which]!, to[which]!))
    }
    record.value = fields
    record.key = keyBefore
    if (!this.chain.apply(record)) return false
    this.fields = open(record.value) as Fields
    return true
  }

  write(name: string, out: JsonText): boolean {
    return this.put(this.fields.get(name), out)
  }

  writeKey(out: JsonText): boolean {
    let key: Value | undefined = open(this.record.key)
    if (key instanceof Map) {
      const fields = key
      key = undefined
      for (const [name, value] of fields) if (this.madeKey!.names.has(name)) key = value
    }
    return key !== null && this.put(key, out)
  }

  private put(value: Value | undefined, out: JsonText): boolean {
    if (value === undefined) return false
    const { writer } = this
    writer.write(value)
    out.rawBytes(writer.bytes, 0, writer.end)
    return true
  }
}
