/**
 * Which message of a Protobuf schema a record is: a count and so many indexes, as zigzag varints, from the file's messages downwards; a
 * lone zero is the first message, by far the most frequent.
 */
import { failure, RedkiteError } from '../../errors/errors.ts'
import type { ProtobufFile, ProtobufMessage } from '../protobuf/schema.ts'
import { place, type SchemaPlans } from './framed.ts'

/** Messages lie within messages so deep, at most. */
const indexesMax = 32
/** So many messages of one file are told apart; a file has no more, unless somebody makes them up. */
const messagesMax = 1_000

interface MessagePlan<P> {
  readonly indexes: readonly number[]
  readonly plan: P | undefined
  readonly error: RedkiteError | undefined
}

export class MessagePlans<P> implements SchemaPlans<P> {
  readonly #file: ProtobufFile
  readonly #compile: (message: ProtobufMessage) => P
  readonly #known: MessagePlan<P>[] = []
  readonly #indexes = new Int32Array(indexesMax)
  #count = 0
  #error: RedkiteError | undefined

  constructor(
    file: ProtobufFile,
    compile: (message: ProtobufMessage) => P,
    /** For messages. */
    readonly what: string,
  ) {
    this.#file = file
    this.#compile = compile
  }

  get plans(): P[] {
    return this.#known.flatMap(({ plan }) => (plan === undefined ? [] : [plan]))
  }

  choose(bytes: Uint8Array, at: number, end: number): P | undefined {
    if (!this.#readIndexes(bytes, at, end)) {
      this.#error = failure('RECORD_INDEXES_BAD', this.what)
      return undefined
    }
    const { plan, error } = this.#find() ?? this.#add()
    this.#error = error
    return plan
  }

  failure(): RedkiteError {
    return this.#error!
  }

  #readIndexes(bytes: Uint8Array, at: number, end: number): boolean {
    let next = zigzag(bytes, at, end)
    const count = value
    if (next < 0 || count < 0 || count > indexesMax) return false
    this.#count = Math.max(1, count)
    this.#indexes[0] = 0
    for (let i = 0; i < count; i++) {
      next = zigzag(bytes, next, end)
      if (next < 0 || value < 0) return false
      this.#indexes[i] = value
    }
    place.at = next
    return true
  }

  #find(): MessagePlan<P> | undefined {
    for (let i = 0; i < this.#known.length; i++) {
      const { indexes } = this.#known[i]!
      let same = indexes.length === this.#count
      for (let k = 0; same && k < this.#count; k++) same = indexes[k] === this.#indexes[k]
      if (same) return this.#known[i]
    }
    return undefined
  }

  #add(): MessagePlan<P> {
    const indexes = [...this.#indexes.subarray(0, this.#count)]
    let made: MessagePlan<P>
    try {
      made = { indexes, plan: this.#compile(this.#file.messageAt(indexes)), error: undefined }
    } catch (error) {
      if (!(error instanceof RedkiteError)) throw error
      made = { indexes, plan: undefined, error }
    }
    if (this.#known.length < messagesMax) this.#known.push(made)
    return made
  }
}

let value = 0

/** The index after the varint at `bytes[at]`, whose number is then in `value`; -1 where none is. */
function zigzag(bytes: Uint8Array, at: number, end: number): number {
  let raw = 0
  for (let shift = 0; shift < 35; shift += 7) {
    if (at >= end) return -1
    const byte = bytes[at++]!
    raw += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) {
      value = raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2
      return raw > 0xffff_ffff ? -1 : at
    }
  }
  return -1
}
