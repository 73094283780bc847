/**
 * From the fields that records bring to the schema of a collection for them, by the rules of docs/collections.md. Pure: what the server takes
 * and what is asked for comes in, and each field says why it became what it is, for `redkite plan` to show.
 *
 * On the cautious side: the next record may lack what a hundred had. Where the server has nullable fields all but key and vectors are; where it
 * has not, only what every sample record has becomes a field, and all else goes to the dynamic field.
 */
import type { NewField } from '../milvus/create.ts'
import { DataType } from '../milvus/schema.ts'
import { type Evidence, type FieldEvidence, kindsOf, presence } from './evidence.ts'

export interface InferOptions {
  readonly keyMode: 'record_value' | 'record_key' | 'kafka'
  /** With `record_key`: keys are big-endian numbers. */
  readonly numberKeys: boolean
  /** The key's name, when somebody has chosen it. */
  readonly primaryKey: string | undefined
  /** Names of the vectors, when somebody has chosen them; else the longest array of numbers is the only one. */
  readonly vectors: readonly string[]
  readonly dynamicField: boolean
  readonly nullableFields: boolean
  readonly severalVectors: boolean
}

export interface InferredField extends NewField {
  readonly why: string
}

export interface InferredSchema {
  /** The key first. */
  readonly fields: readonly InferredField[]
  /** Names that go to the dynamic field, or without one are left out, and why. */
  readonly others: readonly { readonly name: string; readonly why: string }[]
  /** Why no collection can be made of this; empty when one can. */
  readonly problems: readonly string[]
}

/** Looked for in this order where nobody has named the key. */
export const keyNames = ['id', '_id', 'pk', 'uuid', 'guid', 'key', 'doc_id', 'document_id'] as const
/** Milvus' limits. */
const varCharBytesMax = 65_535
const dimMax = 32_768
/** Room for what is longer than all that was seen: four times as much, and no less than this. */
const varCharRoom = { factor: 4, bytesMin: 256 } as const
/** A topic's name may have 249 characters; partition and offset follow. */
const placeKeyBytesMax = 320

export function inferSchema(evidence: Evidence, options: InferOptions): InferredSchema {
  return new Inference(evidence, options).schema()
}

class Inference {
  readonly #others: { name: string; why: string }[] = []
  readonly #problems: string[] = []

  constructor(
    readonly evidence: Evidence,
    readonly options: InferOptions,
  ) {}

  schema(): InferredSchema {
    const key = this.#key()
    const vectors = this.#vectors(key?.name)
    const fields: InferredField[] = key === undefined ? [] : [key]
    const taken = new Set([key?.name, ...vectors.keys()])
    for (const field of this.evidence.fields) {
      const vector = vectors.get(field.name)
      if (vector !== undefined) fields.push(vector)
      else if (!taken.has(field.name)) {
        const scalar = this.#scalar(field)
        if (scalar !== undefined) fields.push(scalar)
      }
    }
    return { fields, others: this.#others, problems: this.#problems }
  }

  #key(): InferredField | undefined {
    const { keyMode, primaryKey, numberKeys } = this.options
    if (keyMode === 'kafka') {
      const why = 'topic, partition and offset (pk.mode=kafka)'
      return { ...key(primaryKey ?? this.#freeName('pk'), DataType.VarChar, placeKeyBytesMax), why }
    }
    if (keyMode === 'record_key') {
      const name = primaryKey ?? 'id'
      const why = 'the record key (pk.mode=record_key)'
      if (numberKeys) return { ...key(name, DataType.Int64), why }
      return { ...key(name, DataType.VarChar, withRoom(this.evidence.keyBytesMax)), why }
    }
    return this.#keyOfValue(primaryKey)
  }

  #keyOfValue(chosen: string | undefined): InferredField | undefined {
    const named = (name: string) =>
      this.evidence.fields.find((field) => field.name === name) ??
      this.evidence.fields.find((field) => chosen === undefined && field.name.toLowerCase() === name)
    const candidates = (chosen === undefined ? keyNames : [chosen]).map(named).filter((field) => field !== undefined)
    for (const field of candidates) {
      const type = isName(field.name) && this.#isEverywhere(field) ? keyType(field) : undefined
      if (type === undefined) continue
      const why = `the key${chosen === undefined ? ' by its name' : ''}; ${this.#seen(field)}`
      return { ...key(field.name, type, type === DataType.VarChar ? withRoom(field.textBytesMax) : undefined), why }
    }
    this.#problems.push(
      chosen === undefined
        ? `no field can be the primary key: none of ${keyNames.join(', ')} is a whole number or a text in every record; name one in \`auto.create.primary.key\`, or set \`pk.mode=record_key\` or \`pk.mode=kafka\``
        : `"${chosen}" (\`auto.create.primary.key\`) cannot be the primary key: ${this.#whyNoKey(candidates[0])}`,
    )
    return undefined
  }

  #whyNoKey(field: FieldEvidence | undefined): string {
    if (field === undefined) return 'no sample record has it'
    if (!isName(field.name)) return badName
    return this.#isEverywhere(field)
      ? `it takes whole numbers or texts, the records have ${this.#seen(field)}`
      : `it is only in ${presence(field)} of ${this.evidence.records} records`
  }

  #vectors(key: string | undefined): Map<string, InferredField> {
    const { vectors: chosen, severalVectors } = this.options
    const possible = this.evidence.fields.filter(
      (field) => field.name !== key && dimOf(field) !== undefined && isName(field.name),
    )
    for (const name of chosen) {
      if (possible.some((field) => field.name === name)) continue
      const why = 'it takes an array of numbers that has the same length in each record'
      this.#problems.push(`"${name}" (\`auto.create.vector.fields\`) cannot be a vector: ${why}`)
    }
    if (chosen.length > 1 && !severalVectors) {
      this.#problems.push('this server takes one vector a collection, `auto.create.vector.fields` names several')
    }
    if (chosen.length === 0 && possible.length === 0) {
      const why = 'no field is an array of at least two numbers, of one length in all records'
      this.#problems.push(`no field can be the vector, which a collection must have: ${why}`)
    }
    const taken = chosen.length > 0 ? possible.filter((field) => chosen.includes(field.name)) : longest(possible)
    return new Map(
      taken.map((field) => [
        field.name,
        { name: field.name, type: DataType.FloatVector, dim: dimOf(field)!, why: this.#seen(field) },
      ]),
    )
  }

  #scalar(field: FieldEvidence): InferredField | undefined {
    const { nullableFields } = this.options
    const type = scalarType(field)
    if (!isName(field.name)) return this.#other(field, badName)
    if (presence(field) === 0) return this.#other(field, 'null in all records')
    if (type === undefined) return this.#other(field, this.#seen(field))
    if (field.textBytesMax > varCharBytesMax) {
      return this.#other(field, `texts of ${field.textBytesMax} bytes, a VARCHAR takes ${varCharBytesMax}`)
    }
    if (!nullableFields && !this.#isEverywhere(field)) {
      const why = `only in ${presence(field)} of ${this.evidence.records} records, and this server has no nullable fields`
      return this.#other(field, why)
    }
    return {
      name: field.name,
      type,
      nullable: nullableFields,
      maxLengthBytes: type === DataType.VarChar ? withRoom(field.textBytesMax) : undefined,
      why: this.#seen(field),
    }
  }

  #other({ name }: FieldEvidence, why: string): undefined {
    this.#others.push({ name, why })
  }

  #isEverywhere(field: FieldEvidence): boolean {
    return presence(field) === this.evidence.records
  }

  #freeName(name: string): string {
    const used = new Set(this.evidence.fields.map((field) => field.name))
    let free = name
    while (used.has(free)) free = `_${free}`
    return free
  }

  /** `whole number in 100 of 100 records`. */
  #seen(field: FieldEvidence): string {
    const kinds = Array.from(field.kinds, ([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count)
    const dim = dimOf(field)
    const length = dim === undefined ? '' : ` of ${dim}`
    const words = kinds.map(({ kind }) =>
      kind === 'numbers' ? `numbers${length || ' of different lengths'}` : kindWords[kind],
    )
    const { records } = this.evidence
    return `${words.join(', ')} in ${presence(field)} of ${records} record${records === 1 ? '' : 's'}`
  }
}

const kindWords = {
  null: 'null',
  boolean: 'true or false',
  whole: 'whole numbers',
  real: 'numbers',
  text: 'text',
  array: 'arrays',
  object: 'objects',
} as const

const badName = 'Milvus takes letters, digits and _ in names of fields'

function key(name: string, type: DataType, maxLengthBytes?: number): NewField {
  return { name, type, primaryKey: true, maxLengthBytes }
}

function keyType(field: FieldEvidence): DataType | undefined {
  const kinds = kindsOf(field)
  if (kinds.every((kind) => kind === 'whole')) return DataType.Int64
  return kinds.every((kind) => kind === 'text' || kind === 'whole') ? DataType.VarChar : undefined
}

/** A VARCHAR takes numbers and booleans as they are written, so it also takes any mixture of scalars. */
function scalarType(field: FieldEvidence): DataType | undefined {
  const kinds = new Set(kindsOf(field))
  const only = (...allowed: string[]) => [...kinds].every((kind) => allowed.includes(kind))
  if (only('boolean')) return DataType.Bool
  if (only('whole')) return DataType.Int64
  if (only('whole', 'real')) return DataType.Double
  if (only('text', 'whole', 'real', 'boolean')) return DataType.VarChar
  return only('object') ? DataType.Json : undefined
}

function dimOf(field: FieldEvidence): number | undefined {
  const [dim, ...more] = field.lengths.keys()
  const pure = kindsOf(field).every((kind) => kind === 'numbers')
  return pure && more.length === 0 && dim !== undefined && dim <= dimMax ? dim : undefined
}

function longest(fields: readonly FieldEvidence[]): readonly FieldEvidence[] {
  const [first] = fields.toSorted((a, b) => dimOf(b)! - dimOf(a)!)
  return first === undefined ? [] : [first]
}

function isName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name)
}

/** A power of two, so that two starts with other samples mostly find the same. */
function withRoom(bytes: number): number {
  const wanted = Math.max(varCharRoom.bytesMin, bytes * varCharRoom.factor)
  return Math.min(varCharBytesMax, 2 ** Math.ceil(Math.log2(wanted)))
}
