import type { MappedRecord } from './record.ts'

/** One step of `transforms=…`, made ready from its settings. */
export interface Transform {
  /** Changes the record; false drops it. Throws `Unfit` where the record is not what it needs. */
  apply(record: MappedRecord): boolean
}

export interface Predicate {
  test(record: MappedRecord): boolean
}
