import protobuf from 'protobufjs'
import { type CollectionSchema, DataType, type Field } from '../../../src/milvus/schema.ts'
import type { Random } from '../json/documents.ts'

/** .proto files and messages made up from a seed, for a given collection: mostly such as fit, with their fields in any order and more than once. */
export class ProtobufWriter {
  constructor(private readonly random: Random) {}

  /** The text of a file whose first message is the row. */
  schema({ fields }: CollectionSchema): string {
    const { random } = this
    const lines = fields
      .filter((field) => !field.autoId && random.once(3))
      .map((field, i) => this.line(this.typeFor(field), field.name, i + 1))
    for (let n = random.below(3); n > 0; n--) lines.push(this.line(random.pick(anyType), `other${n}`, 100 + n * 1000))
    if (random.once(3)) lines.push('oneof one { string first = 50; int64 second = 51; bytes third = 52; }')
    const syntax = random.once(4) ? 'proto2' : 'proto3'
    const text = `syntax = "${syntax}"; import "google/protobuf/timestamp.proto"; import "google/protobuf/wrappers.proto";
      enum Color { RED = 0; GREEN = 1; BLUE = 7; }
      message Row { ${random
        .shuffled(lines)
        .map((line) => withRule(line, syntax))
        .join(' ')} }
      message Inner { ${['int32 a = 1;', 'string b = 2;', 'repeated sint64 c = 3;', 'Inner d = 4;', 'repeated Inner e = 5;', 'map<string, double> f = 6;', 'double g = 7;', 'Color h = 8;', 'bytes i = 9;', 'map<int32, Inner> j = 10;'].map((line) => withRule(line, syntax)).join(' ')} }`
    // protobufjs leaves out numbers that a closed enum does not have; the plan writes them as numbers.
    return syntax === 'proto3' ? text : text.replace(/\bColor (?=\w+ = )/g, 'int32 ').replaceAll('Color>', 'int32>')
  }

  private line(type: string, name: string, number: number): string {
    return `${type} ${name} = ${number};`
  }

  private typeFor(field: Field): string {
    const { random } = this
    if (random.once(30)) return random.pick(anyType)
    switch (field.type) {
      case DataType.Bool:
        return random.pick(['bool', 'optional bool', 'google.protobuf.BoolValue'])
      case DataType.Int8:
      case DataType.Int16:
      case DataType.Int32:
      case DataType.Int64:
        return random.pick([...integers, ...integers, 'optional int64', 'double', 'google.protobuf.Int32Value'])
      case DataType.Float:
      case DataType.Double:
        return random.pick([
          ...integers,
          'float',
          'float',
          'double',
          'double',
          'optional double',
          'google.protobuf.DoubleValue',
        ])
      case DataType.VarChar:
        return random.pick([
          'string',
          'string',
          'optional string',
          'int64',
          'bool',
          'Color',
          'bytes',
          'google.protobuf.StringValue',
        ])
      case DataType.FloatVector:
        return random.pick(['repeated float', 'repeated float', 'repeated double', 'repeated int32', 'bytes'])
      case DataType.Float16Vector:
      case DataType.BFloat16Vector:
        return random.pick(['repeated float', 'repeated double', 'repeated sint64', 'bytes'])
      case DataType.Int8Vector:
        return random.pick(['repeated int32', 'repeated sint32', 'repeated float', 'bytes'])
      case DataType.BinaryVector:
        return random.pick(['repeated uint32', 'bytes'])
      case DataType.SparseFloatVector:
        return random.pick(['map<uint32, float>', 'map<uint32, float>', 'bytes'])
      case DataType.Array:
        return random.pick(['repeated int32', 'repeated string', 'repeated double', 'repeated uint64'])
      case DataType.Timestamptz:
        return random.pick(['google.protobuf.Timestamp', 'google.protobuf.Timestamp', 'string'])
      default:
        return random.pick(anyType)
    }
  }

  /** A message in wire format. */
  record(type: protobuf.Type): Uint8Array {
    const out = new protobuf.Writer()
    this.message(type, out, 0)
    return out.finish()
  }

  private message(type: protobuf.Type, out: protobuf.Writer, level: number): void {
    const { random } = this
    const fields = random.shuffled(type.fieldsArray.filter(() => !random.once(level === 0 ? 4 : 2)))
    if (random.once(5)) fields.push(...fields.slice(0, 2))
    for (const field of fields) {
      field.resolve()
      if (level > 1 && field.resolvedType instanceof protobuf.Type) continue
      if (random.once(9)) this.unknown(out)
      if (field instanceof protobuf.MapField) this.map(field, out, level)
      else if (field.repeated) this.repeated(field, out, level)
      else this.one(field.id, field.type, field, out, level)
    }
  }

  private map(field: protobuf.MapField, out: protobuf.Writer, level: number): void {
    const { random } = this
    for (let n = random.below(4); n > 0; n--) {
      out.uint32((field.id << 3) | 2).fork()
      if (!random.once(6)) this.one(1, field.keyType, null, out, level)
      if (!random.once(6)) this.one(2, field.type, field, out, level)
      out.ldelim()
    }
  }

  private repeated(field: protobuf.Field, out: protobuf.Writer, level: number): void {
    const { random } = this
    const wanted = random.pick([0, 1, 3, 4, 4, 4, 4, 4, 4])
    const isNumber = field.type in protobuf.types.packed
    for (let left = wanted; left > 0; ) {
      if (!isNumber || random.once(4)) {
        this.one(field.id, field.type, field, out, level)
        left--
        continue
      }
      const count = random.once(3) ? 1 + random.below(left) : left
      out.uint32((field.id << 3) | 2).fork()
      for (let i = 0; i < count; i++) this.scalar(field.type, out)
      out.ldelim()
      left -= count
    }
  }

  private one(
    number: number,
    type: string,
    field: protobuf.FieldBase | null,
    out: protobuf.Writer,
    level: number,
  ): void {
    const of = field?.resolvedType
    const isMessage = of instanceof protobuf.Type
    const name = of instanceof protobuf.Enum ? 'int32' : type
    const wire = isMessage ? 2 : protobuf.types.basic[name as keyof typeof protobuf.types.basic]
    out.uint32((number << 3) | wire)
    if (!isMessage) {
      this.scalar(of instanceof protobuf.Enum ? 'enum' : name, out)
      return
    }
    out.fork()
    if (of.fullName === '.google.protobuf.Timestamp') {
      out.uint32(8).int64(this.random.below(2 ** 31))
      if (this.random.once(2)) out.uint32(16).int32(this.random.below(1_000_000) * 1000)
    } else this.message(of, out, level + 1)
    out.ldelim()
  }

  private unknown(out: protobuf.Writer): void {
    const { random } = this
    const number = 9000 + random.below(3)
    switch (random.below(4)) {
      case 0:
        out.uint32(number << 3).uint32(random.next())
        break
      case 1:
        out.uint32((number << 3) | 2).string('unknown')
        break
      case 2:
        out.uint32((number << 3) | 5).fixed32(7)
        break
      default:
        out
          .uint32((number << 3) | 3)
          .uint32(8)
          .uint32(5)
          .uint32((number << 3) | 4)
    }
  }

  private scalar(type: string, out: protobuf.Writer): void {
    const { random } = this
    const real = random.pick([0, 1, -2.5, 0.125, random.below(4000) / 8 - 250, random.below(200) - 100])
    const small = random.pick([0, 1, 7, random.below(120), random.below(1e5)])
    const signed = random.once(2) ? -small : small
    const large = random.pick(['9223372036854775807', '-9223372036854775808', '0', '-1', '77', '300'])
    switch (type) {
      case 'float':
        return void out.float(real)
      case 'double':
        return void out.double(real)
      case 'bool':
        return void out.bool(random.once(2))
      case 'enum':
        return void out.int32(random.pick([0, 1, 7]))
      case 'string':
        return void out.string(
          random.pick([
            '',
            'a',
            '12',
            '1.5',
            'true',
            'ключ "q"\n',
            '漢字 🦅',
            '\u0000x',
            'x'.repeat(50),
            '2024-05-06T07:08:09Z',
          ]),
        )
      case 'bytes':
        return void out.bytes(
          Uint8Array.from({ length: random.pick([0, 3, 4, 4, 8, 8, 16, 16]) }, () => random.below(256)),
        )
      case 'int64':
      case 'sint64':
      case 'sfixed64':
        return void out[type](Long.fromString(random.once(3) ? large : String(signed)))
      case 'uint64':
      case 'fixed64':
        return void out[type](Long.fromString(random.once(5) ? '18446744073709551615' : String(small), true))
      case 'uint32':
      case 'fixed32':
        return void out[type](random.once(9) ? 4_294_967_295 : small)
      default:
        return void out[type as 'int32' | 'sint32' | 'sfixed32'](random.once(9) ? -2_147_483_648 : signed)
    }
  }
}

/** protobufjs' numbers of 64 bits. Its types do not know their own constructor's functions. */
const Long = protobuf.util.Long as unknown as { fromString(text: string, unsigned?: boolean): protobuf.Long }

const integers = [
  'int32',
  'int64',
  'uint32',
  'uint64',
  'sint32',
  'sint64',
  'fixed32',
  'fixed64',
  'sfixed32',
  'sfixed64',
]

const anyType = [
  ...integers,
  'float',
  'double',
  'bool',
  'string',
  'bytes',
  'Color',
  'Inner',
  'repeated Inner',
  'repeated string',
  'repeated bytes',
  'repeated Color',
  'map<string, int64>',
  'map<int32, Inner>',
  'map<bool, Color>',
  'google.protobuf.Timestamp',
  'google.protobuf.StringValue',
]

/** proto2 wants a rule for each field. */
function withRule(line: string, syntax: string): string {
  if (syntax === 'proto3' || /^(repeated|optional|map|oneof)/.test(line)) return line
  return `optional ${line}`
}
