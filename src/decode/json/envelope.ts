import { KeyScanner } from './key-scanner.ts'
import { KeyTable } from './keys.ts'
import { notJson } from './reason.ts'
import type { RecordWalker } from './record.ts'
import { skipValue } from './skip.ts'
import { skipBlanks } from './whitespace.ts'

/** What lay under "payload". */
export type Payload = 'none' | 'object' | 'null' | 'other'

/**
 * `{"schema": …, "payload": {…}}`, as Kafka Connect's JsonConverter writes and wants it with schemas.enable=true: these two keys and no other. The
 * schema is checked to be JSON and no more, since the collection's own schema says what each field takes.
 */
export class Envelope {
  payload: Payload = 'none'
  /** Where the payload lies. */
  payloadAt = 0
  private schemaSeen = false
  private othersSeen = false
  private readonly keys = new KeyTable(2)
  private readonly scanner = new KeyScanner(this.keys)
  private readonly schemaId = this.keys.addName('schema')
  private readonly payloadId = this.keys.addName('payload')

  constructor(private readonly walker: Pick<RecordWalker, 'walk'>) {}

  /** Whether the last object walked was one of exactly "schema" and "payload". */
  get complete(): boolean {
    return this.payload !== 'none' && this.schemaSeen && !this.othersSeen
  }

  /** Walks the object whose `{` is at `at` and the payload in it; returns the index after its `}`, or a reason why this is not JSON. */
  walk(bytes: Uint8Array, view: DataView, at: number, recordEnd: number): number {
    this.payload = 'none'
    this.schemaSeen = false
    this.othersSeen = false
    at = skipBlanks(bytes, at + 1)
    if (bytes[at] === 125) return at + 1
    for (;;) {
      at = this.scanner.scan(bytes, view, at)
      if (at < 0) return at
      at = skipBlanks(bytes, at)
      if (bytes[at] !== 58) return notJson(at)
      at = this.walkValue(bytes, view, skipBlanks(bytes, at + 1), recordEnd)
      if (at < 0) return at
      at = skipBlanks(bytes, at)
      if (bytes[at] === 125) return at + 1
      if (bytes[at] !== 44) return notJson(at)
      at = skipBlanks(bytes, at + 1)
    }
  }

  private walkValue(bytes: Uint8Array, view: DataView, at: number, recordEnd: number): number {
    if (this.scanner.id === this.payloadId) {
      this.payloadAt = at
      this.payload = bytes[at] === 123 ? 'object' : bytes[at] === 110 ? 'null' : 'other'
      if (this.payload === 'object') return this.walker.walk(bytes, view, at, recordEnd, 2)
    } else if (this.scanner.id === this.schemaId) this.schemaSeen = true
    else this.othersSeen = true
    return skipValue(bytes, view, at, 1)
  }
}
