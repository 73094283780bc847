/**
 * What the matrix test puts into a field, before a format has written it. A plain integer is a 64-bit one, any other plain number a double; the classes
 * are what formats with types tell apart and JSON does not. Each format says of a value that it cannot write it by `undefined`.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Num
  | Bytes
  | JsonText
  | Typed
  | readonly Value[]
  | { readonly [name: string]: Value }

/** A number of this width, also where it is whole, not a number or infinite. */
export class Num {
  constructor(
    readonly kind: 'int' | 'float' | 'double',
    readonly number: number,
  ) {}
}

export const int = (number: number) => new Num('int', number)
export const float = (number: number) => new Num('float', number)
export const double = (number: number) => new Num('double', number)
export const floats = (...numbers: readonly number[]) => numbers.map(float)

/** In JSON they are base64. */
export class Bytes {
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array | readonly number[]) {
    this.bytes = Uint8Array.from(bytes)
  }

  static ofFloats(...numbers: readonly number[]): Bytes {
    return new Bytes(new Uint8Array(Float32Array.from(numbers).buffer))
  }

  get base64(): string {
    return Buffer.from(this.bytes).toString('base64')
  }
}

/** What only JSON can say. */
export class JsonText {
  constructor(readonly text: string) {}
}

/** What only one format has: a decimal, an enum, a timestamp. */
export class Typed {
  constructor(
    readonly format: 'avro' | 'protobuf',
    /** The type: Avro's as its schema has it, Protobuf's as a field's descriptor has it. */
    readonly schema: unknown,
    /** As confluent-kafka's serializers take it. */
    readonly value: unknown,
  ) {}
}

/** A row as it is produced; a field that is not in it is missing. */
export type Values = Readonly<Record<string, Value>>

/** JSON.stringify writes it as it stands; newer than TypeScript's library. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON

class Unsayable extends Error {}

/** JSON's text of it. */
export function jsonText(value: Value): string | undefined {
  const found = jsonValue(value)
  return found === undefined ? undefined : JSON.stringify(found)
}

/** What JSON.stringify makes JSON's text of. */
export function jsonValue(value: Value): unknown {
  try {
    return plain(value, false)
  } catch (error) {
    if (error instanceof Unsayable) return undefined
    throw error
  }
}

/** As the process of the serializers takes it (test/servers/python/serializers.py), which knows bytes and numbers that JSON does not have. */
export function forSerializer(value: Value): unknown {
  return plain(value, true)
}

function plain(value: Value, python: boolean): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number')
    return value
  if (typeof value === 'bigint') return rawJson(`${value}`)
  if (value instanceof Num) {
    if (!Number.isFinite(value.number)) {
      if (!python) throw new Unsayable()
      return { $number: `${value.number}` }
    }
    const text = `${value.number}`
    return rawJson(value.kind !== 'int' && /^-?\d+$/.test(text) ? `${text}.0` : text)
  }
  if (value instanceof Bytes) return python ? { $bytes: value.base64 } : value.base64
  if (value instanceof JsonText) {
    if (python) throw new Unsayable()
    // Raw text may hold a number only; all that the cases write so are numbers.
    return rawJson(value.text)
  }
  if (value instanceof Typed) {
    if (!python) throw new Unsayable()
    return value.value
  }
  if (Array.isArray(value)) return value.map((one) => plain(one, python))
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one, python)]))
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

/** An object of the record, none of the classes. */
export function isObject(value: Value): value is { readonly [name: string]: Value } {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
