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

/** Changes `descriptor` in place. */
export function prune(descriptor: DescriptorNode, methods: readonly string[]): void {
  const packages = descriptor.nested!.milvus!.nested!.proto!.nested!
  const kept = new Map<string, Record<string, DescriptorNode>>()
  const waiting: { name: string; from: string }[] = []

  const services = packages[servicePackage]!.nested!
  for (const [name, node] of Object.entries(services)) {
    if (!node.methods) continue
    const wanted = Object.entries(node.methods).filter(([method]) => methods.includes(method))
    node.methods = Object.fromEntries(wanted)
    keep(kept, servicePackage, name, node)
    for (const [, { requestType, responseType }] of wanted) {
      waiting.push({ name: requestType, from: servicePackage }, { name: responseType, from: servicePackage })
    }
  }
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [packageName, name] = resolve(next.name, next.from)
    const node = packages[packageName]?.nested?.[name]
    // Scalars, types nested in their message and google's own are none of ours to keep.
    if (!node || kept.get(packageName)?.[name]) continue
    keep(kept, packageName, name, node)
    for (const type of typesOf(node)) waiting.push({ name: type, from: packageName })
  }
  for (const [name, node] of Object.entries(packages)) node.nested = kept.get(name) ?? {}
}

function keep(
  kept: Map<string, Record<string, DescriptorNode>>,
  packageName: string,
  name: string,
  node: DescriptorNode,
): void {
  const types = kept.get(packageName) ?? {}
  types[name] = node
  kept.set(packageName, types)
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
