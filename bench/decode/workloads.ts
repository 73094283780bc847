import { type CollectionSchema, DataType, plainField } from '../../src/milvus/schema.ts'

/** The records that decode is measured with. Made from a seed, so that every run and every contender reads the same bytes. */
export interface Workload {
  readonly name: string
  readonly schema: CollectionSchema
  /** Names of a record's fields in order, with the vector's: what contenders must read. */
  readonly texts: readonly string[]
  readonly vector: string
  readonly dim: number
  readonly bytes: Uint8Array
  /** Record i is `bytes[starts[i]…starts[i + 1] - 1]`; a line break follows. */
  readonly starts: Int32Array
  readonly records: number
}

/** As embeddings come: from float32 models printed short (8 digits), and as Python prints a float32 that became a double (17 digits). */
const printed = {
  short: (value: number) => String(Number(value.toPrecision(8))),
  long: (value: number) => String(value),
}

/** All of them, or the one of that name. */
export function workloads(name?: string): Workload[] {
  return kinds.filter(([one]) => name === undefined || name === one).map((kind) => make(...kind))
}

/** Its records as JavaScript has them. */
// biome-ignore lint/suspicious/noExplicitAny: a record has the fields that its workload says
export function parsedRows({ bytes, starts, records }: Workload): any[] {
  const decoder = new TextDecoder()
  return Array.from({ length: records }, (_, i) =>
    JSON.parse(decoder.decode(bytes.subarray(starts[i]!, starts[i + 1]! - 1))),
  )
}

const kinds: Parameters<typeof make>[] = [
  ['768-d, 8 digits', 768, 600, printed.short, []],
  ['768-d, 17 digits', 768, 600, printed.long, []],
  ['8-d, 8 digits', 8, 20_000, printed.short, []],
  ['8-d, 17 digits', 8, 20_000, printed.long, []],
  ['quick start', 8, 20_000, printed.short, ['title', 'link']],
]

/** Of the quick start's record. */
const textsOf: Record<string, string> = {
  title: 'The Reported Mortality Rate of Coronavirus Is Not Important',
  link: 'https://medium.com/swlh/the-reported-mortality-rate-of-coronavirus-is-not-important-369989c8d912',
}

function make(name: string, dim: number, records: number, print: (value: number) => string, texts: string[]): Workload {
  const vector = texts.length > 0 ? 'title_vector' : 'v'
  let seed = 20_260_101
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0
    return (seed >>> 0) / 2 ** 32
  }
  const starts = new Int32Array(records + 1)
  const lines: string[] = []
  for (let i = 0; i < records; i++) {
    const numbers = Array.from({ length: dim }, () => print(Math.fround((random() - 0.5) * 0.2)))
    const members = [`"id": ${i * 7919}`, `"${vector}": [${numbers.join(', ')}]`]
    if (texts.includes('title')) members.splice(1, 0, `"title": "${textsOf.title}"`)
    if (texts.includes('link')) members.push(`"link": "${textsOf.link}"`)
    lines.push(`{${members.join(', ')}}\n`)
    starts[i + 1] = starts[i]! + lines[i]!.length
  }
  const bytes = new Uint8Array(starts[records]! + 64)
  new TextEncoder().encodeInto(lines.join(''), bytes)
  return { name, schema: schemaOf(texts, vector, dim), texts, vector, dim, bytes, starts, records }
}

function schemaOf(texts: string[], vector: string, dim: number): CollectionSchema {
  const primaryKey = plainField('id', DataType.Int64, { primaryKey: true })
  const fields = [primaryKey, plainField(vector, DataType.FloatVector, { dim })]
  for (const name of texts) fields.push(plainField(name, DataType.VarChar, { maxLengthBytes: 512 }))
  return { collection: 'bench', fields, primaryKey, dynamicField: false }
}
