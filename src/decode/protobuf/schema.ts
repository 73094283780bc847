import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor.js'
import { failure } from '../../errors/errors.ts'

/** A message type as protobufjs has parsed it: names resolved, defaults and presence known. */
export type ProtobufMessage = protobuf.Type

/** Files that writers need not send along. Google's own come with protobufjs. */
const builtIn: Readonly<Record<string, string>> = {
  'confluent/meta.proto': 'syntax = "proto3"; package confluent;',
  'confluent/type/decimal.proto':
    'syntax = "proto3"; package confluent.type; message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }',
}

/** A schema's own messages, as the one that wrote a record is told from the others. */
export class ProtobufFile {
  constructor(
    private readonly root: protobuf.Root,
    private readonly packageName: string,
    /** Names of the file's messages in the order of the file, which message indexes count by. */
    private readonly names: readonly string[],
  ) {}

  /** By full name, or by the name within the file's package. Without one, the file's first message. */
  message(name?: string): ProtobufMessage {
    if (name === undefined) return this.messageAt([0])
    const inPackage = this.packageName === '' ? name : `${this.packageName}.${name}`
    const found = this.root.lookup(`.${inPackage}`) ?? this.root.lookup(name.startsWith('.') ? name : `.${name}`)
    if (found instanceof protobuf.Type) return found
    throw this.unknown(`"${name}"`)
  }

  /** By Confluent's message indexes: the first counts the file's messages, each other one the messages within the one before. */
  messageAt(indexes: readonly number[]): ProtobufMessage {
    const [first = 0, ...rest] = indexes
    const name = this.names[first]
    let type = name === undefined ? undefined : this.message(name)
    for (const index of rest) type = type && messagesWithin(type)[index]
    if (type === undefined) throw this.unknown(`at index ${indexes.join('.')}`)
    return type
  }

  private unknown(name: string): Error {
    return failure('PROTOBUF_MESSAGE_UNKNOWN', name, this.names.length === 0 ? 'none' : this.names.join(', '))
  }
}

/** Reads a .proto file. `imports` are the texts of files it imports, by the path it does so with; one that is not there may turn out not to be needed. */
export function readProtobufText(text: string, imports: ReadonlyMap<string, string> = new Map()): ProtobufFile {
  return orNotProtobuf(() => {
    const root = new protobuf.Root()
    const seen = new Set<string>()
    const add = (source: string): protobuf.IParserResult => {
      const parsed = protobuf.parse(source, root, { keepCase: true })
      for (const path of [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])]) {
        if (seen.has(path)) continue
        seen.add(path)
        const imported = imports.get(path)
        if (imported === undefined || isGoogles(path)) addBuiltIn(root, path)
        else add(imported)
      }
      return parsed
    }
    const { package: packageName = '' } = add(text)
    root.resolveAll()
    // Parsed once more and alone, because imports may share the package, and the order is the file's own.
    const alone = protobuf.parse(text, new protobuf.Root(), { keepCase: true }).root
    const own = packageName === '' ? alone : alone.lookup(packageName)
    return new ProtobufFile(root, packageName, own instanceof protobuf.Namespace ? messagesWithin(own).map(nameOf) : [])
  })
}

/** Reads what `protoc --descriptor_set_out` writes: the last file is the schema's own, those before it are imports. */
export function readFileDescriptorSet(bytes: Uint8Array): ProtobufFile {
  return orNotProtobuf(() => {
    const set = descriptor.FileDescriptorSet.decode(bytes) as protobuf.Message & descriptor.IFileDescriptorSet
    const own = set.file.at(-1)
    if (own === undefined) throw new Error('it holds no file')
    set.file.unshift(...missingBuiltIn(set.file))
    const root = protobuf.Root.fromDescriptor(set, { keepCase: true })
    root.resolveAll()
    return new ProtobufFile(
      root,
      own.package ?? '',
      (own.messageType ?? []).map(({ name }) => name ?? ''),
    )
  })
}

/** protoc leaves imports out of a set unless it is told otherwise, and serializers leave out Google's. */
function missingBuiltIn(files: readonly descriptor.IFileDescriptorProto[]): descriptor.IFileDescriptorProto[] {
  const here = new Set(files.map(({ name }) => name))
  const root = new protobuf.Root()
  for (const path of new Set(files.flatMap(({ dependency }) => dependency ?? []))) {
    if (!here.has(path)) addBuiltIn(root, path)
  }
  root.resolveAll()
  return (root.toDescriptor('proto3') as protobuf.Message & descriptor.IFileDescriptorSet).file
}

const isGoogles = (path: string): boolean => Boolean(protobuf.common.get(path)?.nested)

/** Does nothing for a file that is not built in: it may turn out not to be needed. */
function addBuiltIn(root: protobuf.Root, path: string): void {
  if (isGoogles(path)) root.addJSON(protobuf.common.get(path)!.nested!)
  else if (builtIn[path] !== undefined) protobuf.parse(builtIn[path], root, { keepCase: true })
}

function messagesWithin(space: protobuf.NamespaceBase): protobuf.Type[] {
  return space.nestedArray
    .filter((each) => each instanceof protobuf.Type)
    .filter((type) => !('group' in type && type.group === true))
}

const nameOf = ({ name }: protobuf.Type): string => name

function orNotProtobuf<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw failure('SCHEMA_NOT_PROTOBUF', error instanceof Error ? error.message : String(error))
  }
}
