/**
 * Cuts a protobufjs JSON descriptor of Milvus down to some methods and the types they reach. Why: see sdk.ts.
 */

/** The shape of protobufjs' JSON, as far as it matters here. */
export interface DescriptorNode {
  nested?: Record<string, DescriptorNode>
  fields?: Record<string, { type: string }>
  methods?: Record<string, { requestType: string; responseType: string }>
}

const root = ['milvus', 'proto']
const servicePackage = 'milvus'

type Types = Record<string, DescriptorNode>

/** A descriptor of its own; the nodes that it keeps as they are are shared with `descriptor`, which stays whole. */
export function prune(descriptor: DescriptorNode, methods: readonly string[]): DescriptorNode {
  const packages = descriptor.nested!.milvus!.nested!.proto!.nested!
  const kept: Record<string, { nested: Types }> = {}
  for (const name of Object.keys(packages)) kept[name] = { nested: {} }
  const waiting: { name: string; from: string }[] = []

  for (const [name, node] of Object.entries(packages[servicePackage]!.nested!)) {
    if (!node.methods) continue
    const wanted = Object.entries(node.methods).filter(([method]) => methods.includes(method))
    kept[servicePackage]!.nested[name] = { methods: Object.fromEntries(wanted) }
    for (const [, { requestType, responseType }] of wanted) {
      waiting.push({ name: requestType, from: servicePackage }, { name: responseType, from: servicePackage })
    }
  }
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [packageName, name] = resolve(next.name, next.from)
    const node = packages[packageName]?.nested?.[name]
    const types = kept[packageName]?.nested
    // Scalars, types nested in their message and google's own are none of ours to keep.
    if (!node || !types || types[name]) continue
    types[name] = node
    for (const type of typesOf(node)) waiting.push({ name: type, from: packageName })
  }
  return { nested: { milvus: { nested: { proto: { nested: kept } } } } }
}

/** `common.Status`, `.milvus.proto.common.Status` or `Status` as [package, name]. */
function resolve(type: string, from: string): [packageName: string, name: string] {
  let parts = type.split('.').filter((part) => part !== '')
  if (parts[0] === root[0] && parts[1] === root[1]) parts = parts.slice(2)
  return parts.length === 1 ? [from, parts[0]!] : [parts[0]!, parts[1]!]
}

function* typesOf(node: DescriptorNode): Generator<string> {
  for (const field of Object.values(node.fields ?? {})) yield field.type
  for (const inner of Object.values(node.nested ?? {})) yield* typesOf(inner)
}
