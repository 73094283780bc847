import type { TransformOf } from '../../config/transforms.ts'
import { failure } from '../../errors/errors.ts'
import { fieldsOf, isNull, type MappedRecord, type Side } from '../record.ts'
import type { Transform } from '../transform.ts'
import type { Fields } from '../value.ts'

/** Leaves fields out and renames fields. Without a condition and on values a plan does it: see `layout.ts`. */
export class ReplaceField implements Transform {
  readonly include: ReadonlySet<string>
  readonly exclude: ReadonlySet<string>
  readonly renames: ReadonlyMap<string, string>
  private readonly side: Side

  constructor({ name, at, side, values }: TransformOf<'ReplaceField'>) {
    this.side = side
    this.include = new Set([...values.include, ...values.whitelist])
    this.exclude = new Set([...values.exclude, ...values.blacklist])
    this.renames = new Map(
      values.renames.map((pair) => {
        const [from, to, more] = pair.split(':')
        if (!from || !to || more !== undefined)
          throw failure('VALUE_INVALID', at, `transforms.${name}.renames`, 'pairs old:new', `"${pair}"`)
        return [from, to]
      }),
    )
  }

  /** What a field is called behind this transform; undefined when it goes. */
  nameOf(field: string): string | undefined {
    if (this.exclude.has(field) || (this.include.size > 0 && !this.include.has(field))) return undefined
    return this.renames.get(field) ?? field
  }

  apply(record: MappedRecord): boolean {
    if (isNull(record, this.side)) return true
    const kept: Fields = new Map()
    for (const [field, value] of fieldsOf(record, this.side)) {
      const name = this.nameOf(field)
      if (name !== undefined) kept.set(name, value)
    }
    record[this.side] = kept
    return true
  }
}
