import { fault, malformed } from '../fields/trouble.ts'
import { readVarint, readZigzag, varint } from '../fields/varint.ts'
import { levelsMax } from '../json/skip.ts'
import { plainType } from './kinds.ts'
import type { AvroSchema } from './schema.ts'

/** Goes over a value; returns the index after it, or a fault. `level` is how many records, arrays and maps are open around it. */
export type Skip = (bytes: Uint8Array, at: number, end: number, level: number) => number

/** Compiles how values of a type are gone over. Each type is compiled once, so a recursive one ends. */
export class SkipCompiler {
  private readonly known = new Map<AvroSchema, Skip>()
  private readonly empty = new Map<AvroSchema, boolean>()

  skip(schema: AvroSchema): Skip {
    const known = this.known.get(schema)
    if (known !== undefined) return known
    let made: Skip | undefined
    this.known.set(schema, (bytes, at, end, level) => made!(bytes, at, end, level))
    made = this.make(schema)
    this.known.set(schema, made)
    return made
  }

  private make(schema: AvroSchema): Skip {
    const type = plainType(schema)
    switch (type.is) {
      case 'null':
        return (_, at) => at
      case 'boolean':
        return skipBytes(1)
      case 'int':
      case 'long':
      case 'enum':
        return skipVarint
      case 'float':
        return skipBytes(4)
      case 'double':
        return skipBytes(8)
      case 'fixed':
        return skipBytes(type.size)
      case 'bytes':
      case 'string':
        return skipSized
      case 'array':
        return this.blocks(this.skip(type.items), isEmpty(type.items, this.empty))
      case 'map': {
        const value = this.skip(type.values)
        return this.blocks((bytes, at, end, level) => {
          const next = skipSized(bytes, at, end, level)
          return next < 0 ? next : value(bytes, next, end, level)
        }, false)
      }
      case 'record':
        // Else a small schema of many levels, each twice in the next, would take a long time over nothing.
        if (isEmpty(schema, this.empty)) return (_, at) => at
        return skipAll(type.fields.map((field) => this.skip(field.type)))
      case 'union': {
        const branches = type.branches.map((branch) => this.skip(branch))
        return (bytes, at, end, level) => {
          const next = readBranch(bytes, at, end, branches.length)
          return next < 0 ? next : branches[varint.low]!(bytes, next, end, level)
        }
      }
    }
  }

  private blocks(item: Skip, empty: boolean): Skip {
    return (bytes, at, end, level) => {
      if (level >= levelsMax) return fault.tooDeep
      for (;;) {
        const start = at
        at = readBlock(bytes, at, end)
        if (at < 0 || block.count === 0) return at
        if (block.bytes >= 0) {
          at += block.bytes
          continue
        }
        if (empty) continue
        let left = block.count
        // Each item has a byte at least, so a count beyond what is left is a lie.
        if (left > end - at) return malformed(start)
        for (; left > 0 && at >= 0; left--) at = item(bytes, at, end, level + 1)
        if (at < 0) return at
      }
    }
  }
}

/** Reads an int: 32 bits, though it could be written with more. */
export function readInt(bytes: Uint8Array, at: number, end: number): number {
  const next = readZigzag(bytes, at, end)
  return next < 0 || varint.high === varint.low >> 31 ? next : malformed(at)
}

/** What `readBlock` read: items, and their bytes, or -1 where the writer did not say. */
export const block: { count: number; bytes: number } = { count: 0, bytes: -1 }

/** Reads the head of a block of an array or a map; a count of 0 ends it. A negative count stands before the block's size. */
export function readBlock(bytes: Uint8Array, at: number, end: number): number {
  let next = readZigzag(bytes, at, end)
  if (next < 0) return next
  block.bytes = -1
  if (isWithin(0x7fff_ffff)) {
    block.count = varint.low
    return next
  }
  if (varint.high !== -1 || varint.low >= 0 || varint.low === -0x8000_0000) return malformed(at)
  block.count = -varint.low
  next = readZigzag(bytes, next, end)
  if (next < 0) return next
  if (!isWithin(end - next)) return malformed(at)
  block.bytes = varint.low
  return next
}

/** Reads which branch of a union follows, into `varint.low`. */
export function readBranch(bytes: Uint8Array, at: number, end: number, branches: number): number {
  const next = readZigzag(bytes, at, end)
  if (next < 0) return next
  return isWithin(branches - 1) ? next : malformed(at)
}

/** Reads the length of a string or of bytes; `varint.low` is the index after them. */
export function readLength(bytes: Uint8Array, at: number, end: number): number {
  const next = readZigzag(bytes, at, end)
  if (next < 0) return next
  if (!isWithin(end - next)) return malformed(at)
  varint.low += next
  return next
}

/** Whether what was read is a number from 0 to `max`. */
function isWithin(max: number): boolean {
  return varint.high === 0 && varint.low >= 0 && varint.low <= max
}

/** Whether values of the type take no bytes at all, so that a block may hold any number of them. `known` is what was found so far. */
export function isEmpty(schema: AvroSchema, known: Map<AvroSchema, boolean>): boolean {
  const type = plainType(schema)
  if (type.is === 'fixed') return type.size === 0
  if (type.is !== 'record') return type.is === 'null'
  const before = known.get(schema)
  if (before !== undefined) return before
  // A record within itself, with neither union nor array between, has no values: either answer is right.
  known.set(schema, true)
  const empty = type.fields.every((field) => isEmpty(field.type, known))
  known.set(schema, empty)
  return empty
}

function skipAll(fields: readonly Skip[]): Skip {
  return (bytes, at, end, level) => {
    if (level >= levelsMax) return fault.tooDeep
    for (let i = 0; i < fields.length && at >= 0; i++) at = fields[i]!(bytes, at, end, level + 1)
    return at
  }
}

function skipBytes(count: number): Skip {
  return (_, at, end) => (count <= end - at ? at + count : malformed(at))
}

const skipVarint: Skip = (bytes, at, end) => readVarint(bytes, at, end)

const skipSized: Skip = (bytes, at, end) => {
  const next = readLength(bytes, at, end)
  return next < 0 ? next : varint.low
}
