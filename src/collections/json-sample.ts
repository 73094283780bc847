/** Gathers from sample records in JSON which fields they bring and of what kind. Not the data plane: a hundred records, parsed as objects. */
import type { Evidence, FieldEvidence, FieldKind } from './evidence.ts'

/** Records with more fields than this have data for keys; the rest is not looked at. */
const fieldsMax = 1_024

interface Gathered {
  readonly kinds: Map<FieldKind, number>
  readonly lengths: Set<number>
  textBytesMax: number
}

const decoder = new TextDecoder('utf-8', { fatal: true })
const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

export class JsonSample {
  records = 0
  /** What was wrong with the first record that is none, where there is one. */
  whyUnfit = 'they have no values'
  #isAllFit = true
  #keyBytesMax = 0
  readonly #fields = new Map<string, Gathered>()

  /** @param text a JSON object */
  add(text: Uint8Array, keyBytes: number): void {
    // Digits as they are written: JavaScript's numbers do not hold an int64, and do not tell 1 from 1.0.
    const record = JSON.parse(decoder.decode(text), ((_: string, found: unknown, context: { source?: string }) =>
      typeof found === 'number' ? new Digits(context.source!) : found) as never)
    this.records++
    this.#keyBytesMax = Math.max(this.#keyBytesMax, keyBytes)
    for (const [name, found] of Object.entries(record)) this.#note(name, found)
  }

  addUnfit(why: string): void {
    if (this.#isAllFit) this.whyUnfit = why
    this.#isAllFit = false
  }

  evidence(): Evidence {
    const fields = Array.from(this.#fields, ([name, gathered]): FieldEvidence => ({ name, ...gathered }))
    return { records: this.records, fields, keyBytesMax: this.#keyBytesMax }
  }

  #note(name: string, found: unknown): void {
    let field = this.#fields.get(name)
    if (field === undefined) {
      if (this.#fields.size === fieldsMax) return
      field = { kinds: new Map(), lengths: new Set(), textBytesMax: 0 }
      this.#fields.set(name, field)
    }
    const kind = kindOf(found)
    field.kinds.set(kind, (field.kinds.get(kind) ?? 0) + 1)
    if (kind === 'numbers') field.lengths.add((found as unknown[]).length)
    field.textBytesMax = Math.max(field.textBytesMax, textBytes(found))
  }
}

class Digits {
  constructor(readonly text: string) {}
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
