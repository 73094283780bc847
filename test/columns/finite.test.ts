import { expect, test } from 'bun:test'
import { FloatVectorColumn } from '../../src/columns/float-vector.ts'
import { misfit, misfitAt } from '../../src/columns/misfit.ts'
import { scannable } from '../../src/decode/json/simd/float-scanner.ts'
import { DataType } from '../../src/milvus/schema.ts'
import { Random } from '../decode/json/documents.ts'
import { field } from './schema.ts'

const memory = scannable(1 << 14)
const neverSent = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
/** As near to what is refused as numbers come, in bits. */
const sent = [0x7f7fffff, 0xff7fffff, 0x00000001, 0x80000000, 0x00000000, 0x7f000000, 0x3f800000]

/** What the column says of these bytes, put whole or in two pieces. */
function answer(bytes: Uint8Array, from: number, to: number, middle = to): unknown {
  const column = new FloatVectorColumn(field('v', DataType.FloatVector, { dim: (to - from) >> 2 }), 1)
  column.begin()
  column.addBytes(bytes, from, middle)
  column.addBytes(bytes, middle, to)
  const why = column.end()
  return why === 0 ? column.bytes.slice(0, to - from) : { why, index: misfitAt.index }
}

const seed = Number(process.env.REDKITE_SEED ?? Math.floor(Math.random() * 2 ** 31))

test(`numbers that are not finite are found wherever they stand and whatever stands beside them (seed ${seed})`, () => {
  const random = new Random(seed)
  const below = (count: number) => random.below(count)
  for (let n = 0; n < 3_000; n++) {
    const dim = 1 + below(n % 10 === 0 ? 900 : 70)
    // Records begin anywhere.
    const from = below(100)
    const view = new DataView(memory.buffer, memory.byteOffset + from, dim * 4)
    for (let i = 0; i < dim; i++) view.setUint32(i * 4, sent[below(sent.length)]!, true)
    const bad = below(3) === 0 ? below(dim) : -1
    if (bad >= 0) view.setFloat32(bad * 4, neverSent[below(3)]!, true)
    // A NaN behind the vector is not its own.
    new DataView(memory.buffer, memory.byteOffset).setFloat32(from + dim * 4, Number.NaN, true)
    const to = from + dim * 4
    const middle = from + below(dim * 4 + 1)
    const expected = bad < 0 ? memory.slice(from, to) : { why: misfit.notFinite, index: bad }
    expect(answer(memory, from, to)).toEqual(expected)
    expect(answer(memory, from, to, middle)).toEqual(expected)
    expect(answer(memory.slice(), from, to)).toEqual(expected)
  }
})

test('a row that was refused says nothing about the next', () => {
  const dim = 64
  const column = new FloatVectorColumn(field('v', DataType.FloatVector, { dim }), 2)
  const floats = new Float32Array(memory.buffer, memory.byteOffset, dim)
  for (const value of [1, Number.NaN, 2, Number.POSITIVE_INFINITY, 3]) {
    floats.fill(value)
    expect(column.putBytes(memory, 0, dim * 4)).toBe(Number.isFinite(value) ? 0 : misfit.notFinite)
  }
})
