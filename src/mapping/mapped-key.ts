import type { KeyBytes, RecordPlace } from '../decode/decoder.ts'
import type { Arena } from '../kafka/arena.ts'
import type { Chain } from './chain.ts'
import { MappedRecord } from './record.ts'
import type { RecordKeyText } from './record-key-text.ts'
import { open } from './text.ts'
import { Writer } from './writer.ts'

/** What transforms make of the keys of records whose values go by a plan. */
export class MappedKey {
  private readonly record = new MappedRecord()
  private readonly writer = new Writer()

  /** @param chain looks at keys, and at no values */
  constructor(
    private readonly chain: Chain,
    private readonly keyText: RecordKeyText,
  ) {}

  /** undefined where there is none: who sees each transform's outcome says why. */
  read(arena: Arena, row: number, place: RecordPlace): KeyBytes | undefined {
    const { record } = this
    const key = this.keyText.read(arena.bytes, arena.keyStart[row]!, arena.keyEnd[row]!, arena.headers[row])
    if (key === undefined) return undefined
    record.turnTo(arena, row, place)
    record.key = key
    return this.chain.apply(record) ? keyBytesOf(record, this.writer) : undefined
  }
}

/** A record's key as JSON text, which is good until the writer writes the next one. */
export function keyBytesOf({ key }: MappedRecord, writer: Writer): KeyBytes {
  if (open(key) === null) return noKey
  writer.write(key)
  return { bytes: writer.bytes, start: 0, end: writer.end }
}

const noKey: KeyBytes = { bytes: new Uint8Array(0), start: -1, end: -1 }
