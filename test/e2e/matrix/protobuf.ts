/** Protobuf's fields for values, as FileDescriptorProto in JSON: of the type that a producer would take, or google.protobuf.Value for all of them. */
import { Bytes, isList, isObject, Num, Typed, type Value, type Values } from './values.ts'

type Descriptor = Readonly<Record<string, unknown>>

const scalarTypes = { int: 'TYPE_INT32', float: 'TYPE_FLOAT', double: 'TYPE_DOUBLE' }
const struct = { type: 'TYPE_MESSAGE', typeName: '.google.protobuf.Struct' }
const list = { type: 'TYPE_MESSAGE', typeName: '.google.protobuf.ListValue' }
const any = { type: 'TYPE_MESSAGE', typeName: '.google.protobuf.Value' }

function scalarOf(value: Value): string | undefined {
  if (typeof value === 'boolean') return 'TYPE_BOOL'
  if (typeof value === 'string') return 'TYPE_STRING'
  if (typeof value === 'number') return Number.isInteger(value) ? 'TYPE_INT64' : 'TYPE_DOUBLE'
  if (typeof value === 'bigint')
    return BigInt.asIntN(64, value) === value
      ? 'TYPE_INT64'
      : BigInt.asUintN(64, value) === value
        ? 'TYPE_UINT64'
        : undefined
  if (value instanceof Num) return scalarTypes[value.kind]
  return value instanceof Bytes ? 'TYPE_BYTES' : undefined
}

/** undefined where Protobuf has no such value. */
function fieldOf(value: Value, natural: Value): Descriptor | undefined {
  if (value === null) {
    // A list has no presence; a message around one has.
    const type = isList(natural) ? list : isObject(natural) ? struct : { type: scalarOf(natural), proto3Optional: true }
    return { ...type, label: 'LABEL_OPTIONAL' }
  }
  if (value instanceof Typed) return value.format === 'protobuf' ? (value.schema as Descriptor) : undefined
  if (isList(value)) {
    const elements = value.length === 0 && isList(natural) ? natural : value
    const types = new Set(elements.map(scalarOf))
    const [type] = types
    return types.size === 1 && type !== undefined
      ? { type, label: 'LABEL_REPEATED' }
      : { ...list, label: 'LABEL_OPTIONAL' }
  }
  if (isObject(value)) return { ...struct, label: 'LABEL_OPTIONAL' }
  const type = scalarOf(value)
  return type === undefined ? undefined : { type, label: 'LABEL_OPTIONAL' }
}

function file(name: string, fields: readonly Descriptor[]): string {
  const optional = fields.filter(({ proto3Optional }) => proto3Optional === true)
  return JSON.stringify({
    name: `${name}.proto`,
    package: name,
    syntax: 'proto3',
    dependency: ['google/protobuf/struct.proto', 'google/protobuf/timestamp.proto'],
    messageType: [
      {
        name: 'Row',
        field: fields.map((field, i) => ({
          ...field,
          number: i + 1,
          ...(field.proto3Optional === true ? { oneofIndex: optional.indexOf(field) } : {}),
        })),
        oneofDecl: optional.map(({ name }) => ({ name: `_${name}` })),
      },
    ],
  })
}

/** The file of a message with exactly these fields. */
export function protobufSchema(name: string, row: Values, natural: Values): string | undefined {
  const fields: Descriptor[] = []
  for (const [field, value] of Object.entries(row)) {
    const descriptor = fieldOf(value, natural[field] ?? null)
    if (descriptor === undefined) return undefined
    fields.push({ name: field, ...descriptor })
  }
  return file(name, fields)
}

/** The file of a message whose fields may hold anything that JSON can say; the same as text for a .proto file. */
export function anyProtobufSchema(name: string, fields: readonly string[]): { descriptor: string; text: string } {
  const lines = fields.map(
    (field, i) => `  ${field === 'id' ? 'int64' : 'google.protobuf.Value'} ${field} = ${i + 1};\n`,
  )
  return {
    descriptor: file(
      name,
      fields.map((field) => ({
        name: field,
        ...(field === 'id' ? { type: 'TYPE_INT64' } : any),
        label: 'LABEL_OPTIONAL',
      })),
    ),
    text: `syntax = "proto3";\npackage ${name};\nimport "google/protobuf/struct.proto";\nmessage Row {\n${lines.join('')}}\n`,
  }
}

/** As ParseDict takes it: absent where it is null, base64 for bytes, names for what is no number. */
export function parseable(row: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, parseableValue(value)]),
  )
}

export function parseableValue(value: Value): unknown {
  if (value instanceof Num) return Number.isFinite(value.number) ? value.number : `${value.number}`
  if (value instanceof Bytes) return value.base64
  if (value instanceof Typed) return value.value
  if (isList(value)) return value.map(parseableValue)
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, parseableValue(one)]))
  return value
}

/** Whether google.protobuf.Value can hold it: what is not there is one that was not set. */
export function isAnyProtobuf(value: Value | undefined): boolean {
  if (value === undefined || value === null) return true
  if (value instanceof Num) return Number.isFinite(value.number)
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value))
  if (value instanceof Bytes) return true
  if (isList(value)) return value.every(isAnyProtobuf)
  if (isObject(value)) return Object.values(value).every(isAnyProtobuf)
  return typeof value !== 'object'
}
