import { expect, test } from 'bun:test'
import { scanFloats } from '../../../src/decode/json/floats.ts'
import { floatScannerOf, scannable } from '../../../src/decode/json/simd/float-scanner.ts'
import { Random } from './documents.ts'

/** Vectors are read 16 bytes at a step, with the same numbers as one by one, and refused where that refuses. REDKITE_FUZZ_SEED repeats a run. */
const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)
const vectors = 4_000

const block = scannable(1 << 16)
const view = new DataView(block.buffer, block.byteOffset, block.length)
const scanner = floatScannerOf(view)!
const plain = new Uint8Array(block.length)
const plainView = new DataView(plain.buffer)

/** Whatever stood there before must not matter. */
function put(bytes: Uint8Array, at: number, around: number): void {
  block.fill(around)
  block.set(bytes, at)
  plain.set(block)
}

function bothWays(bytes: Uint8Array, dim: number, at: number, around: number) {
  put(bytes, at, around)
  const wide = new Float32Array(dim)
  const each = new Float32Array(dim)
  const nextWide = scanner.scan(at, wide, 0, dim)
  const next = scanFloats(block, view, at, new Float32Array(dim), 0, dim)
  const nextEach = scanFloats(plain, plainView, at, each, 0, dim)
  return { nextWide, next, nextEach, wide, each }
}

/** What stands behind the bracket, between numbers, and before the other bracket: as programs write arrays, and as nobody does. */
const layouts: readonly (readonly [string, string, string])[] = [
  ['', ',', ''],
  ['', ', ', ''],
  ['', ', ', ''],
  ['\n ', ',\n ', '\n'],
  ['\n    ', ',\n    ', '\n  '],
  ['\r\n\t\t', ',\r\n\t\t', '\r\n\t'],
  [`\n${' '.repeat(40)}`, `,\n${' '.repeat(40)}`, `\n${' '.repeat(36)}`],
  [' ', ', ', ' '],
  ['', ',\n', ''],
  ['', ',  ', '   '],
  ['\n', ' ,\n\t ', '\t'],
  [' ', ' ,', ' '.repeat(90)],
]

function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.below(10)).join('')
}

function numberText(random: Random): string {
  const sign = random.once(2) ? '-' : ''
  const whole = random.pick([
    '0',
    '0',
    '0',
    '0',
    '7',
    '12',
    '0',
    `${1 + random.below(9)}${digits(random, random.below(18))}`,
  ])
  const fraction = random.once(8) ? '' : `.${digits(random, 1 + random.below(random.pick([10, 10, 18, 30])))}`
  const exponent = random.once(12) ? `${random.pick(['e', 'E'])}${random.pick(['', '+', '-'])}${random.below(30)}` : ''
  return sign + whole + fraction + exponent
}

test(`${vectors} vectors of seed ${seed} are the floats that their digits say`, () => {
  const random = new Random(seed)
  let wideCount = 0
  for (let n = 0; n < vectors; n++) {
    const dim = 1 + random.below(45)
    const texts = Array.from({ length: dim }, () => numberText(random))
    const [open, separator, close] = random.pick(layouts)
    const text = new TextEncoder().encode(`[${open}${texts.join(separator)}${close}]`)
    const { nextWide, next, nextEach, wide, each } = bothWays(
      text,
      dim,
      random.below(70),
      random.pick([0, 0x2c, 0x31, 0x5d]),
    )
    const say = `seed ${seed}: ${texts.join(separator)}`
    const should = texts.map((one) => Math.fround(Number(one)))
    if (!should.every(Number.isFinite)) {
      if (next >= 0 || nextEach >= 0) throw new Error(`taken: ${say}`)
      continue
    }
    if (next !== nextEach || next < 0) throw new Error(`${next}, one by one ${nextEach}; ${say}`)
    for (const [i, value] of should.entries()) {
      if (!Object.is(each[i], value)) throw new Error(`${each[i]}, not ${value}, one by one; ${say}`)
      if (nextWide >= 0 && !Object.is(wide[i], value)) throw new Error(`${wide[i]}, not ${value}; ${say}`)
    }
    if (nextWide >= 0) wideCount++
  }
  // Else only the other way would have been tested.
  expect(wideCount).toBeGreaterThan(vectors / 2)
})

test(`what is no vector of so many numbers is refused both ways (seed ${seed})`, () => {
  const random = new Random(seed)
  let refused = 0
  for (let n = 0; n < vectors; n++) {
    const dim = 1 + random.below(35)
    const texts = Array.from({ length: dim + random.pick([0, 0, 0, 1, -1]) }, () => numberText(random))
    const [open, separator, close] = random.pick(layouts)
    const text = new TextEncoder().encode(`[${open}${texts.join(separator)}${close}]`)
    for (let mutations = random.below(3); mutations > 0; mutations--)
      text[random.below(text.length)] = random.pick(
        [...'0123456789-+.eE,[]{}" \t\n\r\v\f\0\u001fx'].map((one) => one.charCodeAt(0)),
      )
    const { nextWide, next, nextEach, wide, each } = bothWays(
      text,
      dim,
      random.below(70),
      random.pick([0, 0x2c, 0x31, 0x5d]),
    )
    const say = `seed ${seed}, ${dim} numbers: ${new TextDecoder().decode(text)}`
    if (next !== nextEach) throw new Error(`${next}, one by one ${nextEach}; ${say}`)
    if (nextWide >= 0 && (nextWide !== nextEach || !Bun.deepEquals(wide, each))) throw new Error(`not the same; ${say}`)
    if (next < 0) refused++
  }
  expect(refused).toBeGreaterThan(vectors / 8)
})

test('a vector that does not end before the memory does is refused', () => {
  for (const filler of ['0', ',', ' ', '0.5,', '9', '[', '-']) {
    block.set(new TextEncoder().encode(`[${filler.repeat(block.length)}`).subarray(0, block.length))
    for (const at of [0, block.length - 1, block.length - 20]) {
      block[at] = 0x5b
      expect(scanner.scan(at, new Float32Array(30_000), 0, 30_000)).toBe(-1)
    }
  }
})

test('a vector longer than any of Milvus is left to the other way', () => {
  expect(scanner.scan(0, new Float32Array(40_000), 0, 40_000)).toBe(-1)
})
