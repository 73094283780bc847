import type { TransformOf } from '../../config/transforms.ts'
import { castWhole, doubleText, parseReal, parseWhole } from '../java/numbers.ts'
import { fieldsOf, type MappedRecord, type Side, Unfit } from '../record.ts'
import { open } from '../text.ts'
import type { Transform } from '../transform.ts'
import { Digits, kindOf, type Opened, type Value } from '../value.ts'

/** Puts nothing, or a replacement, in the place of fields, in the type that they had. */
export class MaskField implements Transform {
  private readonly side: Side
  readonly fields: ReadonlySet<string>
  private readonly replacement: string | undefined

  constructor({ side, values }: TransformOf<'MaskField'>) {
    this.side = side
    this.fields = new Set(values.fields)
    this.replacement = values.replacement
  }

  apply(record: MappedRecord): boolean {
    const fields = fieldsOf(record, this.side)
    for (const field of this.fields) fields.set(field, this.masked(open(fields.get(field) ?? null), field))
    return true
  }

  private masked(value: Opened, field: string): Value {
    if (value === null) return null
    const { replacement } = this
    if (replacement === undefined) return nothingOf(value)
    if (typeof value === 'string') return replacement
    if (!(value instanceof Digits)) throw new Unfit(`field "${field}" is ${kindOf(value)}, which takes no replacement`)
    const real = parseReal(replacement)
    if (real === undefined) throw new Unfit(`field "${field}" is a number, and the replacement is none`)
    if (!value.isWhole) return new Digits(doubleText(real))
    return new Digits(parseWhole(replacement, 'int64') ?? castWhole(replacement, false, 'int64'))
  }
}

function nothingOf(value: Exclude<Opened, null>): Value {
  if (typeof value === 'string') return ''
  if (typeof value === 'boolean') return false
  if (value instanceof Digits) return new Digits(value.isWhole ? '0' : '0.0')
  return value instanceof Map ? new Map() : []
}
