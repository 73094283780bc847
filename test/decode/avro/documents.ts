import { type CollectionSchema, DataType, type Field } from '../../../src/milvus/schema.ts'
import type { Random } from '../json/documents.ts'

/** Writers' schemas and records made up from a seed, for a given collection: mostly such as fit, in every form that Avro has for them. */

// biome-ignore lint/suspicious/noExplicitAny: a schema is JSON
type Schema = any

export class AvroWriter {
  private names = 0

  constructor(private readonly random: Random) {}

  schema({ fields }: CollectionSchema): Schema {
    const { random } = this
    const known = fields.filter((field) => !field.autoId && random.once(4))
    const record = known.map((field) => ({ name: field.name, type: this.perhapsUnion(this.typeFor(field)) }))
    for (let n = random.below(3); n > 0; n--) record.push({ name: `other${n}`, type: this.anything(0) })
    return { type: 'record', name: this.name(), fields: random.shuffled(record) }
  }

  private name(): string {
    return `Name${++this.names}`
  }

  private perhapsUnion(type: Schema): Schema {
    const { random } = this
    if (Array.isArray(type) || type === 'null' || random.once(2)) return type
    return random.once(2) ? ['null', type] : [type, 'null']
  }

  private typeFor(field: Field): Schema {
    const { random } = this
    if (random.once(40) && field.type !== DataType.Timestamptz)
      return random.pick(['boolean', 'int', 'null', { type: 'map', values: 'int' }])
    const list = (items: Schema) => ({ type: 'array', items })
    const fixed = (size: number) => ({ type: 'fixed', name: this.name(), size })
    const decimal = { type: 'bytes', logicalType: 'decimal', precision: 9, scale: random.below(4) }
    switch (field.type) {
      case DataType.Bool:
        return random.pick<Schema>(['boolean', 'boolean', 'string'])
      case DataType.Int8:
      case DataType.Int16:
      case DataType.Int32:
      case DataType.Int64:
        return random.pick<Schema>([
          'int',
          'long',
          'long',
          'double',
          'string',
          decimal,
          { type: 'int', logicalType: 'date' },
        ])
      case DataType.Float:
      case DataType.Double:
        return random.pick<Schema>(['int', 'long', 'float', 'double', 'double', 'string', decimal])
      case DataType.VarChar:
        return random.pick<Schema>([
          'string',
          'string',
          'long',
          'double',
          'boolean',
          'bytes',
          this.enumeration(),
          list('int'),
          fixed(5),
        ])
      case DataType.FloatVector:
        return random.pick<Schema>([
          list('float'),
          list('float'),
          list('double'),
          list('int'),
          list(['null', 'float']),
          'bytes',
          fixed(16),
        ])
      case DataType.Float16Vector:
      case DataType.BFloat16Vector:
        return random.pick<Schema>([list('float'), list('double'), list('long'), 'bytes', fixed(8)])
      case DataType.Int8Vector:
        return random.pick<Schema>([list('int'), list('float'), list('double'), 'bytes', fixed(4)])
      case DataType.BinaryVector:
        return random.pick<Schema>([list('int'), 'bytes', fixed(4)])
      case DataType.SparseFloatVector:
        return random.pick<Schema>([{ type: 'map', values: 'float' }, list('float'), 'bytes', fixed(16)])
      case DataType.Array:
        return random.pick<Schema>([list('int'), list('string'), list('double'), list(['null', 'int'])])
      case DataType.Timestamptz:
        return 'string'
      default:
        return this.anything(0)
    }
  }

  private enumeration(): Schema {
    return { type: 'enum', name: this.name(), symbols: ['RED', 'GREEN', 'BLUE'].slice(0, 1 + this.random.below(3)) }
  }

  private anything(level: number): Schema {
    const { random } = this
    switch (level > 3 ? random.below(8) : random.below(13)) {
      case 0:
        return 'null'
      case 1:
        return 'boolean'
      case 2:
        return 'int'
      case 3:
        return 'long'
      case 4:
        return 'float'
      case 5:
        return 'double'
      case 6:
        return 'bytes'
      case 7:
        return 'string'
      case 8:
        return this.enumeration()
      case 9:
        return { type: 'array', items: this.anything(level + 1) }
      case 10:
        return { type: 'map', values: this.anything(level + 1) }
      case 11:
        return ['null', { type: 'fixed', name: this.name(), size: random.below(5) }, 'long', 'string']
      default: {
        const name = this.name()
        const fields = Array.from({ length: random.below(4) }, (_, i) => ({
          name: `f${i}`,
          type: this.anything(level + 1),
        }))
        // A list of itself, now and then.
        if (random.once(3)) fields.push({ name: 'more', type: ['null', name] })
        return { type: 'record', name, fields }
      }
    }
  }

  /** A record of the schema, in Avro's binary encoding. Arrays and maps come in blocks of all kinds. */
  record(schema: Schema): Uint8Array {
    const out: number[] = []
    this.write(schema, out, 0, new Map())
    return Uint8Array.from(out)
  }

  private write(schema: Schema, out: number[], level: number, named: Map<string, Schema>): void {
    const { random } = this
    if (Array.isArray(schema)) {
      const branch = level > 6 ? Math.max(0, schema.indexOf('null')) : random.below(schema.length)
      long(branch, out)
      this.write(schema[branch], out, level, named)
      return
    }
    const known = typeof schema === 'string' ? (named.get(schema) ?? { type: schema }) : schema
    if (known.name !== undefined) named.set(known.name, known)
    switch (known.type) {
      case 'null':
        return
      case 'boolean':
        out.push(random.below(2))
        return
      case 'int':
        long(random.pick([0, 1, -1, random.below(300) - 150, random.below(1e5), 2 ** 31 - 1, -(2 ** 31)]), out)
        return
      case 'long':
        long(
          random.pick([
            0,
            7,
            -1,
            random.below(300) - 150,
            random.next() * 2000,
            -random.next(),
            2n ** 63n - 1n,
            -(2n ** 63n),
          ]),
          out,
        )
        return
      case 'float':
        memory(new Float32Array([this.real()]), out)
        return
      case 'double':
        memory(new Float64Array([random.once(9) ? random.next() * 1e290 : this.real()]), out)
        return
      case 'string': {
        const bytes = new TextEncoder().encode(this.text())
        long(bytes.length, out)
        out.push(...bytes)
        return
      }
      case 'bytes': {
        const size = known.logicalType === 'decimal' ? random.below(5) : random.pick([0, 3, 4, 4, 8, 8, 16, 16, 16])
        long(size, out)
        for (let i = 0; i < size; i++) out.push(random.below(256))
        return
      }
      case 'fixed':
        for (let i = 0; i < known.size; i++) out.push(random.below(256))
        return
      case 'enum':
        long(random.below(known.symbols.length), out)
        return
      case 'array':
        this.blocks(out, (to) => this.write(known.items, to, level + 1, named))
        return
      case 'map': {
        let entries = 0
        this.blocks(out, (to) => {
          const key = new TextEncoder().encode(random.pick(['', 'k', '0', 'ключ', '"'] as const) + String(entries++))
          long(key.length, to)
          to.push(...key)
          this.write(known.values, to, level + 1, named)
        })
        return
      }
      default:
        for (const field of known.fields) this.write(field.type, out, level + 1, named)
    }
  }

  private blocks(out: number[], item: (out: number[]) => void): void {
    const { random } = this
    let left = random.pick([0, 3, 4, 4, 4, 4, 4, 4, 4, 4])
    while (left > 0) {
      const count = random.once(3) ? 1 + random.below(left) : left
      const body: number[] = []
      for (let i = 0; i < count; i++) item(body)
      if (random.once(3)) {
        long(-count, out)
        long(body.length, out)
      } else long(count, out)
      out.push(...body)
      left -= count
    }
    long(0, out)
  }

  /** Numbers that float32 and JSON's digits both hold. */
  private real(): number {
    const { random } = this
    return random.pick([0, 1, -2.5, 0.125, random.below(4000) / 8 - 250, random.below(200) - 100])
  }

  private text(): string {
    return this.random.pick([
      '',
      'a',
      '12',
      '-7',
      '1.5',
      'true',
      'title',
      'ключ "q"\n',
      '漢字 🦅',
      '\u0000x',
      'x'.repeat(50),
      '2024-05-06T07:08:09Z',
      '[1,2,3,4]',
    ])
  }
}

function long(value: number | bigint, out: number[]): void {
  const big = BigInt(value)
  let zigzag = big < 0n ? -big * 2n - 1n : big * 2n
  while (zigzag > 127n) {
    out.push(Number(zigzag & 127n) | 128)
    zigzag >>= 7n
  }
  out.push(Number(zigzag))
}

function memory(values: Float32Array | Float64Array, out: number[]): void {
  out.push(...new Uint8Array(values.buffer))
}
