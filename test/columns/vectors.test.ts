import { describe, expect, test } from 'bun:test'
import type { BFloat16VectorColumn } from '../../src/columns/bfloat16-vector.ts'
import type { BinaryVectorColumn } from '../../src/columns/binary-vector.ts'
import { columnFor } from '../../src/columns/create.ts'
import type { FloatVectorColumn } from '../../src/columns/float-vector.ts'
import type { Float16VectorColumn } from '../../src/columns/float16-vector.ts'
import type { Int8VectorColumn } from '../../src/columns/int8-vector.ts'
import { misfit, misfitAt, misfitError } from '../../src/columns/misfit.ts'
import type { SparseFloatVectorColumn } from '../../src/columns/sparse-float-vector.ts'
import { DataType } from '../../src/milvus/schema.ts'
import { Random } from '../decode/json/documents.ts'
import { columnValues } from './protobuf.ts'
import { field } from './schema.ts'

/** What decoders that have bytes or numbers put into vectors, and what vectors refuse. JSON's way is tested in decode/json. */

const column = <Column>(type: number, dim?: number) => columnFor('articles', field('v', type, { dim }), 0) as Column
const bytesOf = (array: ArrayBufferView<ArrayBuffer>) => new Uint8Array(array.buffer)

const dense = [
  ['FLOAT_VECTOR', DataType.FloatVector, bytesOf(new Float32Array([1, -2.5])), [1, -2.5]],
  [
    'FLOAT16_VECTOR',
    DataType.Float16Vector,
    bytesOf(new Float16Array([1, -2.5])),
    [...bytesOf(new Float16Array([1, -2.5]))],
  ],
  ['BFLOAT16_VECTOR', DataType.BFloat16Vector, new Uint8Array([0x80, 0x3f, 0x20, 0xc0]), [0x80, 0x3f, 0x20, 0xc0]],
] as const

describe.each(dense)('a %s', (_, type, bytes, wire) => {
  test('takes its bytes whole or in parts, floats in memory, and number by number: always the same', () => {
    const vector = column<FloatVectorColumn | Float16VectorColumn | BFloat16VectorColumn>(type, 2)
    const floats = bytesOf(new Float32Array([1, -2.5]))
    const shifted = new Uint8Array([9, ...bytes, 9])
    const inParts = (...parts: (() => unknown)[]) => {
      return () => {
        vector.begin()
        for (const part of parts) part()
        return vector.end()
      }
    }
    const ways = [
      () => vector.putBytes(shifted, 1, 1 + bytes.length),
      inParts(
        () => vector.addBytes(bytes, 0, 1),
        () => vector.addBytes(bytes, 1, bytes.length),
      ),
      inParts(
        () => vector.addFloats(floats, 0, 4),
        () => vector.addFloats(floats, 4, 8),
      ),
      inParts(
        () => vector.add(1),
        () => vector.addFloats(floats, 4, 8),
      ),
      inParts(
        () => vector.add(1),
        () => vector.add(-2.5),
      ),
    ]
    for (const way of ways) {
      expect(way()).toBe(0)
      vector.commit()
    }
    expect(columnValues(vector)).toEqual(ways.map(() => [...wire]))
  })

  test('refuses NaN, infinities, and more or less than it has', () => {
    const vector = column<FloatVectorColumn | Float16VectorColumn | BFloat16VectorColumn>(type, 2)
    for (const odd of [Number.NaN, Infinity, -Infinity, 3.5e38]) {
      vector.begin()
      expect([vector.add(0), vector.add(odd), misfitAt.index]).toEqual([0, misfit.outOfRange, 1])
    }
    const infinite = new Uint8Array(bytes.length).fill(0xff)
    expect([vector.putBytes(infinite, 0, bytes.length), misfitAt.index]).toEqual([misfit.notFinite, 0])
    expect(vector.putBytes(bytes, 1, bytes.length)).toBe(misfit.bytes)
    expect(misfitError(vector.field, misfit.bytes).message).toContain(
      `${bytes.length} bytes, the record has ${bytes.length - 1}`,
    )
    vector.begin()
    for (let n = 0; n < 5; n++) vector.add(n)
    expect([vector.end(), misfitAt.count]).toEqual([misfit.dimension, 5])
    vector.begin()
    expect([vector.end(), misfitAt.count]).toEqual([misfit.dimension, 0])
    expect(columnValues(vector)).toEqual([])
  })
})

/** Halves by their definition: the nearest of all that there are, the even one of two that are as near. */
function nearest(float: number, all: Float64Array): number {
  let low = 0
  let high = all.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (all[middle]! <= float) low = middle
    else high = middle
  }
  const below = float - all[low]!
  const above = all[high]! - float
  return below < above || (below === above && low % 2 === 0) ? low : high
}

const roundings = [
  [
    'float16',
    DataType.Float16Vector,
    Float64Array.from({ length: 0x7c00 }, (_, bits) => new Float16Array(new Uint16Array([bits]).buffer)[0]!),
  ],
  [
    'bfloat16',
    DataType.BFloat16Vector,
    Float64Array.from({ length: 0x7f80 }, (_, bits) => new Float32Array(new Uint32Array([bits << 16]).buffer)[0]!),
  ],
] as const

test.each(roundings)('%s rounds a float32 to the nearest, and to even between two', (_, type, all) => {
  const random = new Random(11)
  const vector = column<Float16VectorColumn | BFloat16VectorColumn>(type, 1)
  const words = new Uint32Array(1)
  const floats = new Float32Array(words.buffer)
  for (let n = 0; n < 20_000; n++) {
    const between = random.below(all.length - 1)
    if (random.once(2)) floats[0] = (all[between]! + all[between + 1]!) / 2
    else words[0] = random.next() & 0x7fffffff
    if (random.once(3)) words[0]! += random.below(3) - 1
    const float = floats[0]!
    if (!(float < all.at(-1)!)) continue
    const negative = random.once(2)
    vector.begin()
    expect(vector.add(negative ? -float : float)).toBe(0)
    const bits = vector.bytes[0]! | (vector.bytes[1]! << 8)
    if (bits !== (nearest(float, all) | (negative ? 0x8000 : 0)))
      throw new Error(`${float} became ${bits.toString(16)}`)
  }
})

test('a number becomes a float32 before it becomes a half, as it does in numpy', () => {
  const vector = column<Float16VectorColumn>(DataType.Float16Vector, 1)
  // Above the middle of two halves by less than float32 can say: directly it would be rounded up.
  const double = 1 + 2 ** -11 + 2 ** -40
  vector.begin()
  expect([vector.add(double), vector.end()]).toEqual([0, 0])
  expect([vector.bytes[0], vector.bytes[1]]).toEqual([0, 0x3c])
  vector.begin()
  expect(vector.add(65_519)).toBe(0)
  expect(vector.bytes[0]! | (vector.bytes[1]! << 8)).toBe(0x7bff)
  vector.begin()
  expect(vector.add(65_520)).toBe(misfit.outOfRange)
})

describe.each([
  ['an INT8_VECTOR', DataType.Int8Vector, 2, [-128, 127], [128, -129]],
  ['a BINARY_VECTOR', DataType.BinaryVector, 16, [0, 255], [256, -1]],
] as const)('%s', (_, type, dim, edges, beyond) => {
  test('takes whole numbers up to its edges, and bytes', () => {
    const vector = column<Int8VectorColumn | BinaryVectorColumn>(type, dim)
    vector.begin()
    expect([...edges.map((edge) => vector.add(edge)), vector.end()]).toEqual([0, 0, 0])
    vector.commit()
    expect(vector.putBytes(vector.bytes.slice(0, 2), 0, 2)).toBe(0)
    vector.commit()
    const wire = edges.map((edge) => edge & 255)
    expect(columnValues(vector)).toEqual([wire, wire])
  })

  test('refuses what is beyond, fractions and floats in memory', () => {
    const vector = column<Int8VectorColumn | BinaryVectorColumn>(type, dim)
    vector.begin()
    expect(beyond.map((number) => vector.add(number))).toEqual([misfit.outOfRange, misfit.outOfRange])
    expect([vector.add(1.5), vector.add(Number.NaN)]).toEqual([misfit.notWhole, misfit.outOfRange])
    expect(vector.addFloats()).toBe(misfit.kind)
    expect(misfitError(vector.field, misfit.kind).code).toBe('FIELD_WRONG_KIND')
    expect(vector.putBytes(new Uint8Array(3), 0, 3)).toBe(misfit.bytes)
  })
})

describe('a SPARSE_FLOAT_VECTOR', () => {
  test('orders its pairs, whatever order they come in', () => {
    const sparse = column<SparseFloatVectorColumn>(DataType.SparseFloatVector)
    const random = new Random(5)
    const expected: [number, number][][] = []
    for (let n = 0; n < 300; n++) {
      const pairs = new Map(
        Array.from({ length: random.below(n) }, (): [number, number] => [
          random.next() >>> random.below(32),
          random.below(9) / 4,
        ]),
      )
      pairs.delete(2 ** 32 - 1)
      sparse.begin()
      for (const [index, value] of pairs) expect(sparse.add(index, value)).toBe(0)
      expect(sparse.end()).toBe(0)
      sparse.wire.commit()
      expected.push([...pairs].sort(([a], [b]) => a - b))
    }
    expect(columnValues(sparse)).toEqual(expected)
  })

  test('refuses an index twice, one that is none, and numbers below 0', () => {
    const sparse = column<SparseFloatVectorColumn>(DataType.SparseFloatVector)
    const answer = (...pairs: [number, number][]) => {
      sparse.begin()
      for (const [index, value] of pairs) {
        const why = sparse.add(index, value)
        if (why !== 0) return why
      }
      return sparse.end()
    }
    expect(answer([7, 1], [7, 1])).toBe(misfit.sparseTwice)
    expect(answer([7, 1], [9, 1], [7, 1])).toBe(misfit.sparseTwice)
    for (const index of [-1, 2 ** 32 - 1, 2 ** 40, 1.5, Number.NaN]) expect(answer([index, 1])).toBe(misfit.sparseIndex)
    for (const value of [-1, Number.NaN, Infinity, 1e39]) expect(answer([0, 1], [1, value])).toBe(misfit.sparseValue)
    expect(misfitError(sparse.field, misfit.sparseValue).message).toContain('entry 1')
    expect(answer()).toBe(0)
  })

  test('takes pairs as memory, and checks them', () => {
    const sparse = column<SparseFloatVectorColumn>(DataType.SparseFloatVector)
    const memory = new Uint8Array(17)
    const view = new DataView(memory.buffer)
    for (const [at, index, value] of [
      [1, 9, 0.5],
      [9, 3, 0.25],
    ] as const) {
      view.setUint32(at, index, true)
      view.setFloat32(at + 4, value, true)
    }
    expect(sparse.putBytes(memory, 1, 17)).toBe(0)
    sparse.wire.commit()
    expect(columnValues(sparse)).toEqual([
      [
        [3, 0.25],
        [9, 0.5],
      ],
    ])
    expect(sparse.putBytes(memory, 1, 16)).toBe(misfit.sparseBytes)
    expect(misfitError(sparse.field, misfit.sparseBytes).message).toContain('15 bytes')
    view.setFloat32(5, Number.NaN, true)
    expect(sparse.putBytes(memory, 1, 17)).toBe(misfit.sparseValue)
  })
})
