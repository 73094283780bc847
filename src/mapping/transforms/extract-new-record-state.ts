import type { TransformOf } from '../../config/transforms.ts'
import { fieldsOf, isNull, type MappedRecord, type RecordHeader, Unfit } from '../record.ts'
import { open } from '../text.ts'
import type { Transform } from '../transform.ts'
import { type Fields, kindOf, type Value } from '../value.ts'
import { textOf } from '../writer.ts'

/** Something of the event's metadata that is to stand in the row or in a header. */
interface Addition {
  /** `source`, `transaction`; undefined: the event itself. */
  readonly struct: string | undefined
  readonly field: string
  readonly name: string
}

const transactionFields = ['id', 'data_collection_order', 'total_order']
const eventFields = ['op', 'ts_ms', 'ts_us', 'ts_ns']

/**
 * Debezium's unwrapping of change events: the row after the change in the place of the event. It knows an event by its fields `op` and `before` or
 * `after`; any other record passes as it is, as Debezium's own does.
 */
export class ExtractNewRecordState implements Transform {
  private readonly deletes: 'drop' | 'tombstone' | 'rewrite'
  private readonly dropTombstones: boolean
  /** Whether rows say that they are not deleted. */
  readonly rewrites: boolean
  /** What rows get of their events. */
  readonly fields: readonly Addition[]
  private readonly headers: readonly Addition[]
  readonly routeBy: string | undefined

  constructor({ values }: TransformOf<'ExtractNewRecordState'>) {
    const older = values['delete.handling.mode']
    const mode = values['delete.tombstone.handling.mode']
    if (mode !== undefined || older === undefined) {
      this.deletes = mode === 'drop' ? 'drop' : mode?.startsWith('rewrite') ? 'rewrite' : 'tombstone'
      this.dropTombstones = mode !== 'rewrite-with-tombstone'
    } else {
      this.deletes = older === 'none' ? 'tombstone' : older
      this.dropTombstones = values['drop.tombstones']
    }
    this.rewrites = this.deletes === 'rewrite'
    this.fields = values['add.fields'].map((text) => readAddition(text, values['add.fields.prefix']))
    this.headers = values['add.headers'].map((text) => readAddition(text, values['add.headers.prefix']))
    this.routeBy = values['route.by.field']
  }

  apply(record: MappedRecord): boolean {
    if (isNull(record, 'value')) return !this.dropTombstones
    const event = fieldsOf(record, 'value')
    if (!event.has('op') || !(event.has('before') || event.has('after'))) return true
    record.headers = [...record.headers, ...this.headersOf(event)]
    const after = rowOf(event, 'after')
    const row = after ?? rowOf(event, 'before')
    this.route(record, row)
    if (after === undefined) {
      if (this.deletes === 'drop') return false
      if (this.deletes === 'tombstone' || row === undefined) {
        record.value = null
        return true
      }
    }
    for (const { struct, field, name } of this.fields) row!.set(name, metadata(event, struct, field))
    if (this.rewrites) row!.set('__deleted', String(after === undefined))
    record.value = row!
    return true
  }

  private headersOf(event: Fields): readonly RecordHeader[] {
    return this.headers.map(({ struct, field, name }) => ({ name, value: { made: metadata(event, struct, field) } }))
  }

  private route(record: MappedRecord, row: Fields | undefined): void {
    if (this.routeBy === undefined) return
    const topic = row?.get(this.routeBy) ?? null
    if (open(topic) !== null) record.topic = textOf(topic)
  }
}

/** `op`, `source.ts_ms`, `source.ts_ms:changed_at`. */
function readAddition(text: string, prefix: string): Addition {
  const [path, renamed] = text.split(':')
  const [first, second] = path!.split('.')
  const field = second ?? first!
  let struct = second === undefined ? undefined : first
  if (struct === undefined && transactionFields.includes(field)) struct = 'transaction'
  else if (struct === undefined && !eventFields.includes(field)) struct = 'source'
  const own = second === undefined ? field : `${first}_${field}`
  return { struct, field, name: prefix + (renamed ?? own) }
}

function metadata(event: Fields, struct: string | undefined, field: string): Value {
  const holder = struct === undefined ? event : open(event.get(struct) ?? null)
  return holder instanceof Map ? (holder.get(field) ?? event.get(field) ?? null) : (event.get(field) ?? null)
}

function rowOf(event: Fields, name: 'before' | 'after'): Fields | undefined {
  const row = open(event.get(name) ?? null)
  if (row === null) return undefined
  if (row instanceof Map) return row
  throw new Unfit(`"${name}" of the change event is ${kindOf(row)}`)
}
