import { KeyIndex } from '../delivery/key-index.ts'
import type { WriteTarget } from '../milvus/request.ts'
import type { CollectionSchema } from '../milvus/schema.ts'
import type { Effects } from './effect.ts'
import type { Target, Timer } from './ports.ts'
import type { RowBatch } from './row-batch.ts'

export interface LaneOptions {
  readonly schema: CollectionSchema
  readonly effects: Effects
  readonly target: Target
  readonly write: WriteTarget
}

/** Keys of a batch that there is room for before its table first grows. */
const keysAtOnce = 1024

/**
 * One destination of a sink's records: a collection, or a partition of one. It has its own plan and its own batch being filled; delivery,
 * commits and the bounds on memory are the sink's, over all of its lanes.
 */
export class Lane {
  readonly schema: CollectionSchema
  readonly effects: Effects
  readonly target: Target
  readonly write: WriteTarget
  readonly keys = new KeyIndex(keysAtOnce)
  readonly kind: 'insert' | 'upsert'
  /** The batch being filled. */
  open: RowBatch | undefined
  lingerTimer: Timer | undefined

  constructor({ schema, effects, target, write }: LaneOptions) {
    this.schema = schema
    this.effects = effects
    this.target = target
    this.write = write
    this.kind = schema.primaryKey.autoId ? 'insert' : 'upsert'
  }
}
