/**
 * JSON by its meaning: the order of keys, blanks, escapes and the way a number is written do not matter, because not every Milvus gives back
 * the text it was given (Lite writes it anew). Of a key that comes twice the last value counts; whole numbers of 64 bits keep all their digits.
 */

export function canonicalJson(text: string): string {
  // Few documents hold a number that a double cannot; only those pay for reading each number's own text.
  const value: unknown = manyDigits.test(text) ? JSON.parse(text, keepDigits as never) : JSON.parse(text)
  return write(value)
}

/** Also finds digits in strings: then the slower way is taken for nothing. */
const manyDigits = /\d{16}/

class Digits {
  constructor(readonly text: string) {}
}

const int64 = { min: -(2n ** 63n), max: 2n ** 64n - 1n }

function keepDigits(_: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !/^-?\d+$/.test(context.source ?? '')) return value
  const whole = BigInt(context.source!)
  return whole >= int64.min && whole <= int64.max ? new Digits(whole.toString()) : value
}

function write(value: unknown): string {
  if (value instanceof Digits) return value.text
  if (typeof value === 'number') return numberText(value)
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  const object = value as Record<string, unknown>
  const keys = Object.keys(object).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${write(object[key])}`).join(',')}}`
}

/** `-0` is 0, as it is for a reader that takes it for a whole number; 1e17 and its digits are one. */
function numberText(value: number): string {
  return value === 0
    ? '0'
    : Number.isInteger(value) && Math.abs(value) < 2 ** 63
      ? BigInt(value).toString()
      : `${value}`
}
