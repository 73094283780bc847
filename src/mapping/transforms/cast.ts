import type { TransformOf } from '../../config/transforms.ts'
import { failure } from '../../errors/errors.ts'
import { castWhole, doubleText, floatText, parseReal, parseWhole } from '../java/numbers.ts'
import { fieldsOf, isNull, type MappedRecord, type Side, Unfit } from '../record.ts'
import { open } from '../text.ts'
import type { Transform } from '../transform.ts'
import { Digits, kindOf, type Value } from '../value.ts'

const types = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64', 'boolean', 'string'] as const
type Type = (typeof types)[number]

/** Changes the types of fields, or of the whole, as Java casts. */
export class Cast implements Transform {
  private readonly side: Side
  /** By the field's name; none where the whole is cast. */
  readonly casts = new Map<string, Type>()
  private readonly whole: Type | undefined

  constructor({ name, at, side, values }: TransformOf<'Cast'>) {
    this.side = side
    const refuse = (got: string) =>
      failure('VALUE_INVALID', at, `transforms.${name}.spec`, `field:type, with a type of ${types.join(', ')}`, got)
    let whole: Type | undefined
    for (const pair of values.spec) {
      const parts = pair.split(':')
      const type = types.find((each) => each === parts.at(-1)?.trim().toLowerCase())
      if (type === undefined || parts.length > 2) throw refuse(`"${pair}"`)
      if (parts.length === 2) this.casts.set(parts[0]!.trim(), type)
      else whole = type
    }
    if (whole !== undefined && this.casts.size > 0) throw refuse('a type for the whole beside types for fields')
    this.whole = whole
  }

  apply(record: MappedRecord): boolean {
    if (isNull(record, this.side)) return true
    if (this.whole !== undefined) {
      record[this.side] = cast(record[this.side], this.whole, 'the whole')
      return true
    }
    const fields = fieldsOf(record, this.side)
    for (const [field, type] of this.casts) fields.set(field, cast(fields.get(field) ?? null, type, `field "${field}"`))
    return true
  }
}

function cast(value: Value, type: Type, what: string): Value {
  const opened = open(value)
  if (opened === null) return null
  if (opened instanceof Map || Array.isArray(opened)) throw new Unfit(`${what} is ${kindOf(opened)}`)
  const scalar = opened as boolean | string | Digits
  switch (type) {
    case 'boolean':
      if (scalar instanceof Digits) return castWhole(scalar.text, scalar.isWhole, 'int64') !== '0'
      return typeof scalar === 'boolean' ? scalar : scalar.toLowerCase() === 'true'
    case 'string':
      // Connect's JsonConverter knows no -0.0.
      if (scalar instanceof Digits) return scalar.isWhole ? scalar.text : doubleText(Number(scalar.text) || 0)
      return String(scalar)
    case 'float32':
    case 'float64': {
      const real = realOf(scalar)
      if (real === undefined) throw new Unfit(`${what} is a string that is no number`)
      const single = Math.fround(real)
      if (!Number.isFinite(type === 'float32' ? single : real)) throw new Unfit(`${what} is out of range of ${type}`)
      return new Digits(type === 'float32' ? floatText(single) : doubleText(real))
    }
    default: {
      if (scalar instanceof Digits) return new Digits(castWhole(scalar.text, scalar.isWhole, type))
      if (typeof scalar === 'boolean') return new Digits(scalar ? '1' : '0')
      const whole = parseWhole(scalar, type)
      if (whole === undefined) throw new Unfit(`${what} is a string that is no ${type}`)
      return new Digits(whole)
    }
  }
}

function realOf(scalar: boolean | string | Digits): number | undefined {
  if (scalar instanceof Digits) return Number(scalar.text)
  return typeof scalar === 'boolean' ? Number(scalar) : parseReal(scalar)
}
