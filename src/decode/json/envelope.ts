import { KeyTable } from './keys.ts'
import { ObjectWalker } from './object-walker.ts'
import type { RecordWalker } from './record.ts'
import { skipValue } from './skip.ts'

/** What lay under "payload". */
export type Payload = 'none' | 'object' | 'null' | 'other'

/**
 * `{"schema": …, "payload": {…}}`, as Kafka Connect's JsonConverter writes and wants it with schemas.enable=true: these two keys and no other. The
 * schema is checked to be JSON and no more, since the collection's own schema says what each field takes.
 */
export class Envelope extends ObjectWalker {
  payload: Payload = 'none'
  /** Where the payload lies. */
  payloadAt = 0
  private schemaSeen = false
  private othersSeen = false
  private readonly schemaId: number
  private readonly payloadId: number

  constructor(private readonly walker: Pick<RecordWalker, 'walk'>) {
    super(new KeyTable(2))
    this.schemaId = this.keys.addName('schema')
    this.payloadId = this.keys.addName('payload')
  }

  /** Whether the last object walked was one of exactly "schema" and "payload". */
  get complete(): boolean {
    return this.payload !== 'none' && this.schemaSeen && !this.othersSeen
  }

  /** Walks the object whose `{` is at `at` and the payload in it; returns the index after its `}`, or a reason why this is not JSON. */
  walk(bytes: Uint8Array, view: DataView, at: number, recordEnd: number): number {
    this.payload = 'none'
    this.schemaSeen = false
    this.othersSeen = false
    return this.walkFields(bytes, view, at, recordEnd, 1)
  }

  protected take(id: number, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    if (id === this.payloadId) {
      this.payloadAt = at
      this.payload = bytes[at] === 123 ? 'object' : bytes[at] === 110 ? 'null' : 'other'
      if (this.payload === 'object') return this.walker.walk(bytes, view, at, recordEnd, level + 1)
    } else if (id === this.schemaId) this.schemaSeen = true
    else this.othersSeen = true
    return skipValue(bytes, view, at, level)
  }
}
