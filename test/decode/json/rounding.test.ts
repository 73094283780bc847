import { expect, test } from 'bun:test'
import { scanFloats } from '../../../src/decode/json/floats.ts'
import { integer, scanInteger } from '../../../src/decode/json/integers.ts'
import { number, scanNumber } from '../../../src/decode/json/numbers.ts'
import { Random } from './documents.ts'

/** Rounding is where a scanner is wrong once in a million: so numbers are made to lie where it is decided. */

const bytes = new Uint8Array(4096)
const view = new DataView(bytes.buffer)
const encoder = new TextEncoder()
const one = new Float32Array(1)

function write(text: string): void {
  const { written } = encoder.encodeInto(text, bytes)
  bytes[written] = 0
}

function expectRounded(text: string): void {
  write(text)
  if (scanNumber(bytes, 0) !== text.length || !Object.is(number.value, Number(text)))
    throw new Error(`${text} became the double ${number.value}, not ${Number(text)}`)
  write(`[${text}]`)
  const want = Math.fround(Number(text))
  const next = scanFloats(bytes, view, 0, one, 0, 1)
  if (Number.isFinite(want) ? next !== text.length + 2 || !Object.is(one[0], want) : next >= 0)
    throw new Error(`${text} became the float32 ${one[0]} (${next}), not ${want}`)
}

const double = new DataView(new ArrayBuffer(8))

function randomDouble(random: Random, exponents: number): number {
  double.setUint32(0, (((1023 - exponents + random.below(2 * exponents + 1)) << 20) | random.below(1 << 20)) >>> 0)
  double.setUint32(4, random.next())
  return double.getFloat64(0)
}

test('doubles as JavaScript prints them', () => {
  const random = new Random(1)
  for (let i = 0; i < 50_000; i++) expectRounded(String(randomDouble(random, 40)))
  for (let i = 0; i < 20_000; i++) expectRounded(String(randomDouble(random, 1020)))
})

test('texts at the middle of two doubles or two float32, and a hair beside it', () => {
  const random = new Random(2)
  for (let i = 0; i < 10_000; i++) {
    const low = random.once(2) ? randomDouble(random, 12) : Math.fround(randomDouble(random, 12))
    const middle = exactText(low, random.once(2) ? 53 : 24)
    for (const text of [
      middle,
      `${middle}1`,
      `${middle}00000000000000000001`,
      middle.slice(0, 19),
      middle.slice(0, 18),
      middle.slice(0, 17),
    ])
      expectRounded(text.endsWith('.') ? `${text}0` : text)
  }
})

/** The number half a step above `low`, of as many bits as steps are counted in, in full decimal. */
function exactText(low: number, bits: number): string {
  const exponent = Math.floor(Math.log2(low))
  const scale = 80
  const units = BigInt(Math.floor((low / 2 ** exponent) * 2 ** (bits - 1))) * 2n + 1n
  const fixed = units << BigInt(scale + exponent - bits)
  const digits = ((fixed * 10n ** BigInt(scale)) >> BigInt(scale)).toString().padStart(scale + 1, '0')
  return `${digits.slice(0, -scale)}.${digits.slice(-scale).replace(/0+$/, '') || '0'}`
}

test('any digits, point and exponent', () => {
  const random = new Random(3)
  const digits = (count: number) => {
    let text = ''
    for (let i = 0; i < count; i++) text += random.below(10)
    return text
  }
  for (let i = 0; i < 100_000; i++) {
    const whole = random.once(2) ? '0' : `${1 + random.below(9)}${digits(random.below(random.once(20) ? 60 : 12))}`
    const fraction = random.once(4)
      ? ''
      : `.${'0'.repeat(random.below(4))}${digits(1 + random.below(random.once(20) ? 60 : 20))}`
    const exponent = random.once(3) ? `e${random.pick(['', '+', '-'])}${random.below(random.once(10) ? 400 : 30)}` : ''
    expectRounded(`${random.once(2) ? '-' : ''}${whole}${fraction}${exponent}`)
  }
})

test('the ends of what float32 holds', () => {
  const limit = 2 ** 128 - 2 ** 103
  for (const text of [
    '3.4028234663852886e38',
    '3.4028235677973362e38',
    String(limit),
    BigInt(limit).toString(),
    (BigInt(limit) - 1n).toString(),
  ])
    expectRounded(text)
  for (const text of [
    '1.401298464324817e-45',
    '7.006492321624085e-46',
    '7.006492321624086e-46',
    '1e-400',
    '-1e-50',
    '-0',
    '-0.0',
    '0e5',
  ])
    expectRounded(text)
})

test('whole numbers in two halves are those of BigInt', () => {
  const random = new Random(4)
  for (let i = 0; i < 50_000; i++) {
    const bits = 1 + random.below(66)
    let value = (BigInt(random.next()) << 40n) ^ (BigInt(random.next()) << 20n) ^ BigInt(random.next())
    value = BigInt.asUintN(bits, value) * (random.once(2) ? 1n : -1n)
    const text = random.once(4) ? `${value}.0` : String(value)
    write(text)
    const next = scanInteger(bytes, 0)
    const fits = BigInt.asIntN(64, value) === value
    if (!fits) {
      expect(next).toBeLessThan(0)
      continue
    }
    const got = (BigInt(integer.high) << 32n) | BigInt(integer.low >>> 0)
    if (next !== text.length || got !== value) throw new Error(`${text} became ${got}`)
  }
})
