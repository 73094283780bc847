import type { ColumnBatch } from '../columns/batch.ts'
import type { NullValues } from '../config/sink.ts'
import type { RowDecoder } from '../decode/decoder.ts'
import { reason } from '../decode/json/reason.ts'
import { decodeWithoutKey } from '../decode/without-key.ts'
import { failure, type RedkiteError } from '../errors/errors.ts'
import type { Arena } from '../kafka/arena.ts'
import type { KeySource } from './keys.ts'
import type { SourceAssignment } from './ports.ts'

/** What a record does to its collection. */
export enum Effect {
  /** Its row is the last of the columns. */
  Put = 0,
  /** Its key is the last of the keys to be deleted. */
  Delete = 1,
  /** Nothing: it is a tombstone, and those are passed over. */
  Tombstone = 2,
  /** Nothing: a filter passes over it. */
  Dropped = 3,
  /** It can be neither written nor deleted: see `rejection`. */
  Rejected = 4,
  /** Nobody knows yet: ask again when `waiting()` has resolved. */
  Waits = 5,
}

/**
 * Says what each record does, for everybody who reads a sink's topics: the sink itself, and verify, check and plan, which must come to the
 * same. Allocates nothing for a record that fits.
 */
export class Effects {
  rejection: RedkiteError | undefined
  /** After `Waits`: it is the key that cannot be read yet. */
  #keyWaits = false
  readonly #keyInValue: boolean
  readonly #turns: boolean
  readonly #takesTombstones: boolean

  constructor(
    readonly decoder: RowDecoder,
    readonly keySource: KeySource,
    readonly nullValues: NullValues,
    readonly assignments: () => readonly SourceAssignment[],
  ) {
    this.#keyInValue = keySource.mode === 'record_value'
    this.#turns = decoder.turnTo !== undefined
    this.#takesTombstones = decoder.takesTombstones === true
  }

  /** The effect of the record in this row of the arena; of a row or key, that has been added to `columns` or `deletedKeys`. */
  of(arena: Arena, row: number, columns: ColumnBatch, deletedKeys: ColumnBatch): Effect {
    const { decoder } = this
    if (this.#turns) {
      const turned = decoder.turnTo!(arena, row, this.assignments()[arena.assignment[row]!]!)
      if (turned < 0) return this.#unusual(turned, arena, row, deletedKeys)
    }
    const start = arena.valueStart[row]!
    let result: number = reason.nullValue
    if (start >= 0 || this.#takesTombstones) {
      const opened = this.#keyInValue || decoder.makesKey === true ? 0 : this.keySource.open(arena, row, columns)
      if (opened < 0) return this.#unopened(opened, arena, row, columns, deletedKeys)
      result = decoder.decode(arena.bytes, start, arena.valueEnd[row]!, columns)
    }
    return result === 0 ? Effect.Put : this.#unusual(result, arena, row, deletedKeys)
  }

  /** After `Waits`: resolves when the record may be tried again. Rejects with what somebody has to mend. */
  waiting(): Promise<void> {
    return this.#keyWaits ? this.keySource.recordKey!.waiting!() : this.decoder.waiting!()
  }

  #unusual(why: number, arena: Arena, row: number, deletedKeys: ColumnBatch): Effect {
    switch (why) {
      case reason.nullValue:
        return this.#tombstone(arena, row, deletedKeys)
      case reason.dropped:
        return Effect.Dropped
      case reason.deletes:
        return this.#delete(arena, row, deletedKeys)
      case reason.waits:
        this.#keyWaits = false
        return Effect.Waits
      default:
        return this.#reject(this.decoder.failure())
    }
  }

  #tombstone(arena: Arena, row: number, deletedKeys: ColumnBatch): Effect {
    if (this.nullValues === 'fail') return this.#reject(failure('TOMBSTONE'))
    return this.nullValues === 'ignore' ? Effect.Tombstone : this.#deleteByRecordKey(arena, row, deletedKeys)
  }

  #delete(arena: Arena, row: number, deletedKeys: ColumnBatch): Effect {
    const result = this.decoder.putDeletedKey!(deletedKeys)
    if (result === 0) return Effect.Delete
    if (result === reason.nullValue) return this.#deleteByRecordKey(arena, row, deletedKeys)
    return this.#reject(this.decoder.failure())
  }

  #deleteByRecordKey(arena: Arena, row: number, deletedKeys: ColumnBatch): Effect {
    const result = this.keySource.delete(arena, row, deletedKeys)
    return result < 0 ? this.#unread(result) : Effect.Delete
  }

  /** There can be no row without its key. But what comes to nothing needs none, and what is wrong with the value is said first. */
  #unopened(why: number, arena: Arena, row: number, columns: ColumnBatch, deletedKeys: ColumnBatch): Effect {
    if (why === reason.waits) return this.#unread(why)
    const { bytes, valueStart, valueEnd } = arena
    const result = decodeWithoutKey(this.decoder, bytes, valueStart[row]!, valueEnd[row]!, columns)
    return result < 0 ? this.#unusual(result, arena, row, deletedKeys) : this.#unread(why)
  }

  /** The record's key cannot be read: yet, or at all. */
  #unread(why: number): Effect {
    if (why !== reason.waits) return this.#reject(this.keySource.failure())
    this.#keyWaits = true
    return Effect.Waits
  }

  #reject(error: RedkiteError): Effect {
    this.rejection = error
    return Effect.Rejected
  }
}
