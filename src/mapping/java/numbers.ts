/** Java's casts between numbers and texts, as Connect's Cast and MaskField do them. Numbers are texts in and out, so that an int64 keeps its digits. */

export type IntegerType = 'int8' | 'int16' | 'int32' | 'int64'
const bits: Record<IntegerType, number> = { int8: 8, int16: 16, int32: 32, int64: 64 }

/** Texts of up to so many characters are numbers that JavaScript has exactly, and faster than a BigInt. */
const exactLengthMax = 15

function isWithin(value: number, width: number): boolean {
  return value < 2 ** (width - 1) && value >= -(2 ** (width - 1))
}

/** Saturates a double as Java's `(int)` and `(long)` do; NaN is 0. */
function saturated(value: number, width: number): bigint {
  if (Number.isNaN(value)) return 0n
  const max = 2 ** (width - 1)
  if (value >= max) return (1n << BigInt(width - 1)) - 1n
  if (value <= -max) return -(1n << BigInt(width - 1))
  return BigInt(Math.trunc(value))
}

/** `((Number) value).byteValue()` and the like: a Long loses its upper bits; a Double goes through int, or through long for int64. */
export function castWhole(digits: string, isWhole: boolean, type: IntegerType): string {
  const width = bits[type]
  if (isWhole && digits.length <= exactLengthMax) {
    const value = Number(digits)
    if (isWithin(value, width)) return String(value)
  }
  if (isWhole) return BigInt.asIntN(width, BigInt(digits)).toString()
  return BigInt.asIntN(width, saturated(Number(digits), Math.max(width, 32))).toString()
}

/** `Byte.parseByte` and the like; undefined where they throw. */
export function parseWhole(text: string, type: IntegerType): string | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined
  if (text.length <= exactLengthMax) {
    const value = Number(text)
    return isWithin(value, bits[type]) ? String(value) : undefined
  }
  const value = BigInt(text.replace('+', ''))
  return BigInt.asIntN(bits[type], value) === value ? value.toString() : undefined
}

/** `Double.parseDouble`, without hexadecimal; undefined where it throws, and for what JSON has no number for. */
export function parseReal(text: string): number | undefined {
  const trimmed = text.replaceAll(/^[\0-\x20]+|[\0-\x20]+$/g, '')
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?$/.test(trimmed)) return undefined
  const value = Number(trimmed.replace(/[fFdD]$/, ''))
  return Number.isFinite(value) ? value : undefined
}

/** `Double.toString`: always a point, an exponent from 10^7 and below 10^-3. */
export function doubleText(value: number): string {
  return decimalText(value, String(Math.abs(value)))
}

/** The same of a float: the shortest digits that are this float. */
export function floatText(value: number): string {
  const single = Math.abs(Math.fround(value))
  for (let digits = 1; digits < 9; digits++) {
    const text = single.toPrecision(digits)
    if (Math.fround(Number(text)) === single) return decimalText(value, String(Number(text)))
  }
  return decimalText(value, String(Number(single.toPrecision(9))))
}

function decimalText(value: number, shortest: string): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  if (Number(shortest) === 0) return `${sign}0.0`
  const [mantissa, power = '0'] = shortest.split('e')
  const [whole, fraction = ''] = mantissa!.split('.')
  const digits = (whole! + fraction).replace(/^0+/, '')
  const leadingZeros = (whole! + fraction).length - digits.length
  /** The number is 0.DIGITS × 10^point. */
  const point = whole!.length - leadingZeros + Number(power)
  const plain = digits.replace(/0+$/, '')
  if (point > -3 && point <= 0) return `${sign}0.${'0'.repeat(-point)}${plain}`
  if (point > 0 && point <= 7) {
    return `${sign}${plain.slice(0, point).padEnd(point, '0')}.${plain.slice(point) || '0'}`
  }
  return `${sign}${plain[0]}.${plain.slice(1) || '0'}E${point - 1}`
}
