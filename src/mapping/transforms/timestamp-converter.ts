import type { TransformOf } from '../../config/transforms.ts'
import { failure } from '../../errors/errors.ts'
import { BadPattern, JavaDateFormat } from '../java/date-format.ts'
import { fieldsOf, isNull, isWhole, type MappedRecord, type Side, Unfit } from '../record.ts'
import { open } from '../text.ts'
import type { Transform } from '../transform.ts'
import { Digits, kindOf, type Value } from '../value.ts'

const precisions = {
  seconds: { toMs: (n: bigint) => asLong(n * 1000n), fromMs: (ms: bigint) => ms / 1000n },
  milliseconds: { toMs: asLong, fromMs: (ms: bigint) => ms },
  microseconds: { toMs: (n: bigint) => n / 1000n, fromMs: (ms: bigint) => asLong(ms * 1000n) },
  nanoseconds: { toMs: (n: bigint) => n / 1_000_000n, fromMs: (ms: bigint) => asLong(ms * 1_000_000n) },
}
const longMax = 2n ** 63n - 1n
const dayMs = 86_400_000n
/** JavaScript's Date goes 270,000 years either way; Java's a thousand times as far. */
const dateMaxMs = 8_640_000_000_000_000n

/**
 * Writes a time another way. Its input is a text of `format` or a whole number of `unix.precision`. Date, Time and Timestamp become what Connect's
 * JsonConverter writes for them: days since 1970, ms since midnight, ms since 1970.
 */
export class TimestampConverter implements Transform {
  private readonly side: Side
  /** undefined: the whole is converted. */
  readonly field: string | undefined
  private readonly target: 'string' | 'unix' | 'Date' | 'Time' | 'Timestamp'
  private readonly format: JavaDateFormat | undefined
  private readonly precision: (typeof precisions)[keyof typeof precisions]

  constructor({ name, at, side, values }: TransformOf<'TimestampConverter'>) {
    this.side = side
    this.field = values.field
    this.target = values['target.type']
    this.precision = precisions[values['unix.precision']]
    const { format } = values
    if (format !== undefined) this.format = readFormat(format, at, `transforms.${name}.format`)
    else if (this.target === 'string') {
      throw failure('KEY_MISSING', at, `transforms.${name}.format`, '`target.type=string` wants a pattern to write')
    }
  }

  apply(record: MappedRecord): boolean {
    if (isNull(record, this.side)) return true
    if (this.field === undefined) record[this.side] = this.convert(record[this.side], 'the whole')
    else {
      const fields = fieldsOf(record, this.side)
      fields.set(this.field, this.convert(fields.get(this.field) ?? null, `field "${this.field}"`))
    }
    return true
  }

  private convert(value: Value, what: string): Value {
    const opened = open(value)
    if (opened === null) return null
    let timeMs: bigint
    if (isWhole(opened)) timeMs = this.precision.toMs(BigInt(opened.text))
    else if (typeof opened !== 'string') {
      const kind = opened instanceof Digits ? 'a number with a fraction' : kindOf(opened)
      throw new Unfit(`${what} is ${kind}, and no time: a text or a whole number`)
    } else {
      if (this.format === undefined) throw new Unfit(`${what} is a text, and there is no \`format\` to read it by`)
      const parsed = this.format.parse(opened)
      if (parsed === undefined) throw new Unfit(`${what} is a text that is not of \`format\``)
      if (Number.isNaN(parsed)) throw new Unfit(`${what} is a text of a time too far away`)
      timeMs = BigInt(parsed)
    }
    switch (this.target) {
      case 'string':
        if (timeMs > dateMaxMs || timeMs < -dateMaxMs) throw new Unfit(`${what} is a time too far away to be written`)
        return this.format!.format(Number(timeMs))
      case 'unix':
        return digits(this.precision.fromMs(timeMs))
      case 'Date':
        return digits((timeMs - sinceMidnight(timeMs)) / dayMs)
      case 'Time':
        return digits(sinceMidnight(timeMs))
      default:
        return digits(timeMs)
    }
  }
}

/** Throws VALUE_INVALID. */
export function readFormat(pattern: string, at: string, key: string): JavaDateFormat {
  try {
    return new JavaDateFormat(pattern)
  } catch (error) {
    if (!(error instanceof BadPattern)) throw error
    throw failure('VALUE_INVALID', at, key, error.message, `"${pattern}"`)
  }
}

/** Java's TimeUnit stops at the ends of a long. */
function asLong(value: bigint): bigint {
  return value > longMax ? longMax : value < -longMax - 1n ? -longMax - 1n : value
}

function sinceMidnight(timeMs: bigint): bigint {
  return ((timeMs % dayMs) + dayMs) % dayMs
}

function digits(value: bigint): Digits {
  return new Digits(value.toString())
}
