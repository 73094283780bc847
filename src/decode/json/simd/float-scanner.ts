/**
 * Memory whose JSON vectors are read 16 bytes at a step, by assembly/floats.ts compiled to WebAssembly.
 *
 * WebAssembly reads its own memory alone, so what is to be read must have come there: `scannable` makes a block in a memory of its own, and a sink's
 * arena takes its records into that. Nothing is copied to be scanned; numbers lie in the memory's own part until they go into their column.
 */
import { readFileSync } from 'node:fs'
import compiled from '../../../../.cache/simd/floats.wasm' with { type: 'file' }
import { checkFiniteBy } from '../../../columns/finite.ts'
import { floatLimit } from '../../../columns/limits.ts'
import { number, scanNumber } from '../numbers.ts'
import { skipBlanks } from '../whitespace.ts'

/** Milvus' longest vector. */
const floatsMax = 32_768
/** The memory: tables, then numbers that were read, then the block, then what is looked at behind its last byte. */
const floatsAt = 65_536
const blockAt = floatsAt + floatsMax * Float32Array.BYTES_PER_ELEMENT
const behindBytes = 512
/** From here on a view and one memcpy are faster than a loop over the numbers. */
const loopFloatsMax = 32
const pageBytes = 65_536

interface Exports {
  prepare(): void
  scanFloats(at: number, to: number, dim: number): number
  /** 1 or 0. */
  areFinite(at: number, end: number): number
}

/** Reads vectors in one block. */
export class FloatScanner {
  readonly #bytes: Uint8Array
  readonly #floats: Float32Array
  readonly #exports: Exports
  /** The first numbers of `#floats`, as many as the last vector had. */
  #vector: Float32Array

  constructor(memory: WebAssembly.Memory, bytes: Uint8Array) {
    this.#bytes = bytes
    this.#floats = new Float32Array(memory.buffer, floatsAt, floatsMax)
    this.#vector = this.#floats
    const scanOne = (from: number, to: number) => this.#scanOne(from, to)
    const { exports } = new WebAssembly.Instance(program(), { env: { memory }, redkite: { scanOne } })
    this.#exports = exports as unknown as Exports
    this.#exports.prepare()
  }

  /** Of whole float32 from byte `at` to byte `end` of the memory. */
  areFinite(at: number, end: number): boolean {
    return this.#exports.areFinite(at, end) === 1
  }

  /** As `scanFloats` of floats.ts; -1 also for what is only too long for here. */
  scan(at: number, out: Float32Array, to: number, dim: number): number {
    if (dim < 1 || dim > floatsMax) return -1
    const next = this.#exports.scanFloats(blockAt + at, floatsAt, dim)
    if (next < 0) return -1
    if (dim < loopFloatsMax) {
      for (let i = 0; i < dim; i++) out[to + i] = this.#floats[i]!
      return next - blockAt
    }
    if (this.#vector.length !== dim) this.#vector = this.#floats.subarray(0, dim)
    out.set(this.#vector, to)
    return next - blockAt
  }

  /** Numbers with an exponent, or with more digits than a double tells apart: some in a thousand. */
  #scanOne(from: number, to: number): number {
    const next = scanNumber(this.#bytes, skipBlanks(this.#bytes, from - blockAt))
    if (next < 0 || number.value >= floatLimit || number.value <= -floatLimit) return -1
    this.#floats[(to - floatsAt) / Float32Array.BYTES_PER_ELEMENT] = number.value
    return skipBlanks(this.#bytes, next) + blockAt
  }
}

const scanners = new WeakMap<ArrayBufferLike, FloatScanner>()

/** A block that a `FloatScanner` reads. */
export function scannable(bytes: number): Uint8Array {
  const pages = Math.ceil((blockAt + bytes + behindBytes) / pageBytes)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  const block = new Uint8Array(memory.buffer, blockAt, bytes)
  const scanner = new FloatScanner(memory, block)
  scanners.set(memory.buffer, scanner)
  checkFiniteBy(memory.buffer, (from, to) => scanner.areFinite(from, to))
  return block
}

/** The scanner of the block that this is a view of, if it is one. */
export function floatScannerOf(view: DataView): FloatScanner | undefined {
  return scanners.get(view.buffer)
}

let module: WebAssembly.Module | undefined

function program(): WebAssembly.Module {
  module ??= new WebAssembly.Module(readFileSync(compiled))
  return module
}
