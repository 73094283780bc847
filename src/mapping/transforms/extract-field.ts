import { type Path, readPath } from '../../config/path.ts'
import type { TransformOf } from '../../config/transforms.ts'
import { failure } from '../../errors/errors.ts'
import { valueAt } from '../path.ts'
import { fieldsOf, isNull, type MappedRecord, type Side } from '../record.ts'
import type { Transform } from '../transform.ts'

/** Puts one field in the place of the whole; a field that is not there makes it null, as in Connect without schemas. */
export class ExtractField implements Transform {
  readonly path: Path
  private readonly side: Side

  constructor({ name, at, side, values }: TransformOf<'ExtractField'>) {
    this.side = side
    const path = values['field.syntax.version'] === 'V1' ? [values.field] : readPath(values.field)
    if (path === undefined) {
      const wanted = 'a path whose backticks are closed'
      throw failure('VALUE_INVALID', at, `transforms.${name}.field`, wanted, `"${values.field}"`)
    }
    this.path = path
  }

  apply(record: MappedRecord): boolean {
    if (!isNull(record, this.side)) record[this.side] = valueAt(fieldsOf(record, this.side), this.path)
    return true
  }
}
