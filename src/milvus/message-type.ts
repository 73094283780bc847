/**
 * The messages of milvus.proto as its descriptors have them, each looked at when it is first read or written: of the hundreds there are a sink needs
 * a dozen. Enums are numbers.
 */
import type { DescriptorField, DescriptorNode } from './prune.ts'

const scalars = ['bool', 'int32', 'uint32', 'int64', 'uint64', 'float', 'double', 'string', 'bytes'] as const

export type Scalar = (typeof scalars)[number]

export interface MessageField {
  readonly name: string
  readonly id: number
  /** What one value of it is. */
  readonly type: Scalar | MessageType
  readonly holds: 'one' | 'list' | 'map'
  /** The name of the choice (`oneof`) that it is in: it has no default then, as not being there says something. */
  readonly choice: string | undefined
}

export class MessageType {
  readonly #node: DescriptorNode
  readonly #typeOf: (name: string) => Scalar | MessageType
  #fields: readonly MessageField[] | undefined
  #byId: ReadonlyMap<number, MessageField> | undefined

  constructor(
    readonly name: string,
    node: DescriptorNode,
    typeOf: (name: string) => Scalar | MessageType,
  ) {
    this.#node = node
    this.#typeOf = typeOf
  }

  /** In the order of their numbers, which is the one they are written in. */
  get fields(): readonly MessageField[] {
    this.#fields ??= this.#read()
    return this.#fields
  }

  field(id: number): MessageField | undefined {
    this.#byId ??= new Map(this.fields.map((field) => [field.id, field]))
    return this.#byId.get(id)
  }

  #read(): MessageField[] {
    const { fields = {}, oneofs = {} } = this.#node
    const choices = new Map(Object.entries(oneofs).flatMap(([name, { oneof }]) => oneof.map((field) => [field, name])))
    const read = ([name, field]: [string, DescriptorField]): MessageField => ({
      name,
      id: field.id,
      type: this.#typeOf(field.type),
      holds: field.keyType !== undefined ? 'map' : field.rule === 'repeated' ? 'list' : 'one',
      choice: choices.get(name),
    })
    return Object.entries(fields)
      .map(read)
      .sort((a, b) => a.id - b.id)
  }
}

/** All types of a descriptor, by their names as seen from a place in it. */
export class MessageTypes {
  readonly #types = new Map<DescriptorNode, MessageType>()

  constructor(readonly root: DescriptorNode) {}

  /** The message or enum that `name` means at `place`, a path from the root: names are looked for from the inside out. */
  find(name: string, place: readonly string[]): Scalar | MessageType {
    const scalar = scalars.find((one) => one === name)
    if (scalar !== undefined) return scalar
    const parts = name.replace(/^\./, '').split('.')
    for (let depth = name.startsWith('.') ? 0 : place.length; depth >= 0; depth--) {
      const path = [...place.slice(0, depth), ...parts]
      const node = this.node(path)
      if (node?.values !== undefined) return 'int32'
      if (node?.fields !== undefined) return this.#type(node, path)
    }
    throw new Error(`no descriptor of ${name} within ${place.join('.')}`)
  }

  node(path: readonly string[]): DescriptorNode | undefined {
    return path.reduce<DescriptorNode | undefined>((node, part) => node?.nested?.[part], this.root)
  }

  #type(node: DescriptorNode, path: readonly string[]): MessageType {
    const known = this.#types.get(node) ?? new MessageType(path.join('.'), node, (name) => this.find(name, path))
    this.#types.set(node, known)
    return known
  }
}
