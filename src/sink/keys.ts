import type { ColumnBatch } from '../columns/batch.ts'
import type { KeyColumn } from '../columns/column.ts'
import type { VarCharColumn } from '../columns/varchar.ts'
import type { KeyMode } from '../config/sink.ts'
import type { KeyBytes } from '../decode/decoder.ts'
import { PlaceKey } from '../decode/place-key.ts'
import { placeId } from '../delivery/place.ts'
import { failure, type RedkiteError } from '../errors/errors.ts'
import type { Arena } from '../kafka/arena.ts'
import type { Header } from '../kafka/header.ts'
import type { TopicPartitionOffset } from '../kafka/topic-partition-list.ts'
import type { SourceAssignment } from './ports.ts'

const noHeaders: readonly Header[] = []

/** Reads the primary key out of a record's key; decode/key.ts does. */
export interface KeyReader {
  /** Opens a row of `column`; 0, or a negative reason. A start below 0 is no key. */
  put(bytes: Uint8Array, start: number, end: number, column: KeyColumn): number
  /** Comes before `put`, with the record's headers. */
  turnTo?(headers: readonly Header[]): void
  /** Why the last key was refused. */
  failure(): RedkiteError
  /** After `waits`: resolves when the key may be read again. */
  waiting?(): Promise<void>
}

/**
 * Opens the primary key's row before the value is decoded, where the key does not come from the value (`pk.mode`), and reads the keys of
 * tombstones.
 */
export class KeySource {
  readonly #place = new PlaceKey()
  /** Numbers for the partitions that records of dead letters came from, as PlaceKey wants them. */
  readonly #origins = new Map<string, number>()
  #error: RedkiteError | undefined

  constructor(
    readonly mode: KeyMode,
    /** undefined where nothing reads record keys. */
    readonly recordKey: KeyReader | undefined,
    readonly assignments: () => readonly SourceAssignment[],
    /** Where the record in a row was read first, when that is not where it is read now (a replay of dead letters). */
    readonly originOf?: (row: number) => TopicPartitionOffset | undefined,
    /** Where a transform may have changed the record's key: as it is now. */
    readonly changedKey?: () => KeyBytes | undefined,
  ) {}

  failure(): RedkiteError {
    return this.#error ?? this.recordKey!.failure()
  }

  /** 0, or a negative reason. */
  open(arena: Arena, row: number, columns: ColumnBatch): number {
    this.#error = undefined
    if (this.mode === 'record_value') return 0
    if (this.mode === 'record_key') return this.#putRecordKey(arena, row, columns.key!)
    const column = columns.key as VarCharColumn
    if (this.originOf !== undefined) return this.#openByOrigin(this.originOf(row), column)
    const index = arena.assignment[row]!
    const { topic, partition } = this.assignments()[index]!
    const offset = arena.offset[row]!
    return this.#place.put(column, index, topic, partition, offset)
      ? 0
      : this.#tooLong(column, topic, partition, offset)
  }

  #openByOrigin(origin: TopicPartitionOffset | undefined, column: VarCharColumn): number {
    if (origin === undefined) {
      this.#error = failure('LETTER_WITHOUT_ORIGIN')
      return -1
    }
    const { topic, partition, offset } = origin
    const name = placeId(origin)
    const index = this.#origins.get(name) ?? this.#origins.size
    this.#origins.set(name, index)
    return this.#place.put(column, index, topic, partition, offset)
      ? 0
      : this.#tooLong(column, topic, partition, offset)
  }

  #tooLong(column: VarCharColumn, topic: string, partition: number, offset: number): number {
    const bytes = `${topic}-${partition}-${offset}`.length
    this.#error = failure('VARCHAR_TOO_LONG', column.field.name, column.lengthBytesMax, bytes)
    return -1
  }

  /** Adds the tombstone's key to the keys to be deleted; 0, or a negative reason. */
  delete(arena: Arena, row: number, deletedKeys: ColumnBatch): number {
    this.#error = undefined
    const result = this.#putRecordKey(arena, row, deletedKeys.key!)
    if (result === 0) deletedKeys.commit()
    return result
  }

  #putRecordKey(arena: Arena, row: number, column: KeyColumn): number {
    // A delete that is no tombstone may need it where no setting said that keys are read.
    if (this.recordKey === undefined) {
      this.#error = failure('KEY_ABSENT', column.field.name)
      return -1
    }
    this.recordKey.turnTo?.(arena.headers[row] ?? noHeaders)
    const changed = this.changedKey?.()
    return changed === undefined
      ? this.recordKey.put(arena.bytes, arena.keyStart[row]!, arena.keyEnd[row]!, column)
      : this.recordKey.put(changed.bytes, changed.start, changed.end, column)
  }
}
