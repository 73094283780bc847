/** Gathers from sample records in JSON which fields they bring and of what kind. Not the data plane: a hundred records, parsed as objects. */
import type { FieldKind } from './evidence.ts'
import type { RecordShape, ShapeField } from './record-shapes.ts'

/** Records with more fields than this have data for keys; the rest is not looked at. */
const fieldsMax = 1_024

const decoder = new TextDecoder('utf-8', { fatal: true })
const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

export class JsonSample {
  records = 0
  /** Records that cannot be read. */
  unfit = 0
  /** What was wrong with the first of them, where there is one. */
  whyUnfit = 'they have no values'
  readonly #names = new Set<string>()
  readonly #shapes = new Map<string, RecordShape>()

  /** @param text a JSON object */
  add(text: Uint8Array, keyBytes: number): void {
    // Digits as they are written: JavaScript's numbers do not hold an int64, and do not tell 1 from 1.0.
    const record = JSON.parse(decoder.decode(text), ((_: string, found: unknown, context: { source?: string }) =>
      typeof found === 'number' ? new Digits(context.source!) : found) as never)
    this.records++
    const fields = new Map<string, ShapeField>()
    for (const [name, found] of Object.entries(record)) if (this.#takes(name)) fields.set(name, shapeOf(found))
    const alike = JSON.stringify(Array.from(fields, ([name, { kind, length }]) => [name, kind, length]))
    const known = this.#shapes.get(alike)
    if (known === undefined) {
      this.#shapes.set(alike, { records: 1, fields, keyBytesMax: keyBytes })
      return
    }
    known.records++
    known.keyBytesMax = Math.max(known.keyBytesMax, keyBytes)
    for (const [name, { textBytesMax }] of fields) {
      const field = known.fields.get(name)!
      field.textBytesMax = Math.max(field.textBytesMax, textBytesMax)
    }
  }

  addUnfit(why: string): void {
    if (this.unfit++ === 0) this.whyUnfit = why
  }

  /** In the order in which they were first seen. */
  get shapes(): readonly RecordShape[] {
    return [...this.#shapes.values()]
  }

  #takes(name: string): boolean {
    if (this.#names.size < fieldsMax) this.#names.add(name)
    return this.#names.has(name)
  }
}

class Digits {
  constructor(readonly text: string) {}
}

function shapeOf(value: unknown): ShapeField {
  const kind = kindOf(value)
  return { kind, length: kind === 'numbers' ? (value as unknown[]).length : 0, textBytesMax: textBytes(value) }
}

function kindOf(value: unknown): FieldKind {
  if (value === null) return 'null'
  if (value instanceof Digits) return isInt64(value.text) ? 'whole' : 'real'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'string') return 'text'
  if (!Array.isArray(value)) return 'object'
  return value.length >= 2 && value.every((element) => element instanceof Digits) ? 'numbers' : 'array'
}

function isInt64(digits: string): boolean {
  if (!/^-?\d{1,19}$/.test(digits)) return false
  const value = BigInt(digits)
  return value >= int64.min && value <= int64.max
}

function textBytes(value: unknown): number {
  if (value instanceof Digits) return value.text.length
  if (typeof value === 'boolean') return String(value).length
  return typeof value === 'string' ? Buffer.byteLength(value) : 0
}
