import type { TransformOf } from '../../config/transforms.ts'
import type { MappedRecord, Side } from '../record.ts'
import type { Transform } from '../transform.ts'

/** Puts the whole into an object of one field; a null too. */
export class HoistField implements Transform {
  private readonly side: Side
  private readonly field: string

  constructor({ side, values }: TransformOf<'HoistField'>) {
    this.side = side
    this.field = values.field
  }

  apply(record: MappedRecord): boolean {
    record[this.side] = new Map([[this.field, record[this.side]]])
    return true
  }
}
