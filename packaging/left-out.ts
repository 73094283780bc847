/**
 * What the libraries bring along that redkite has no use for, and that would be loaded at each start: it is left out of the binary, where a program
 * run from its sources has it. Whoever calls what is not there gets an error that names it.
 *
 * Of the Milvus SDK that is most: its writer of bulk files (with the clients of Amazon S3, Thrift and BSON), its HTTP client, its log, its traces,
 * and what it takes to describe services that src/milvus/service.ts makes from its descriptors. Those stay, for the methods that redkite uses.
 */
import type { BunPlugin } from 'bun'
import { type DescriptorNode, prune } from '../src/milvus/prune.ts'
import { descriptorOf, methods } from '../src/milvus/sdk.ts'

const sdk = /\/@zilliz\/milvus2-sdk-node\//

/** By what a module is asked for as, and where it must be asked for from. */
const unused = [
  { asked: /^\.\/bulkwriter$/, by: sdk, name: 'bulk writer' },
  { asked: /^\.\/HttpClient$/, by: sdk, name: 'HTTP client of Milvus' },
  // prom-client asks for it, too, for exemplars, of which redkite has none.
  { asked: /^@opentelemetry\/api$/, by: /./, name: 'tracing' },
  { asked: /^@petamoriken\/float16$/, by: sdk, name: "SDK's own vectors of 16 bits" },
  // grpc-js asks for it, too, for debugging services that nobody starts.
  { asked: /^@grpc\/proto-loader$/, by: /./, name: 'loader of .proto files' },
] as const

const namespace = 'left-out'

export const leftOut: BunPlugin = {
  name: 'without what is not used',
  setup(build) {
    for (const { asked, by, name } of unused) {
      build.onResolve({ filter: asked }, ({ importer }) => (by.test(importer) ? { path: name, namespace } : undefined))
    }
    build.onLoad({ filter: /./, namespace }, ({ path }) => ({ contents: absent(path), loader: 'js' }))
    // One protobufjs in the place of two: the SDK brings an older one, of which it uses what both have.
    build.onResolve({ filter: /^protobufjs$/ }, ({ importer }) =>
      sdk.test(importer) ? { path: Bun.resolveSync('protobufjs/light.js', import.meta.dir) } : undefined,
    )
    build.onLoad({ filter: /\/milvus2-sdk-node\/dist\/milvus\/utils\/logger\.js$/ }, () => ({
      contents: 'const say = () => {}; exports.logger = { silent: true, debug: say, info: say, warn: say, error: say }',
      loader: 'js',
    }))
    build.onLoad({ filter: /\/milvus2-sdk-node\/dist\/milvus\/proto-json\/[a-z.]+\.js$/ }, async ({ path }) => ({
      contents: descriptor(
        path.endsWith('/milvus.js') ? prune(descriptorOf(await import(path)), methods) : { nested: {} },
      ),
      loader: 'js',
    }))
  },
}

function absent(name: string): string {
  const message = JSON.stringify(`redkite was built without the ${name}`)
  return `module.exports = new Proxy({}, {
    get(_, key) {
      if (typeof key === 'symbol' || key === '__esModule' || key === 'default') return undefined
      throw new Error(${message} + ': ' + key)
    },
  })`
}

/** JSON in a string is read several times as fast as an object of that size is made by code. */
function descriptor(node: DescriptorNode): string {
  return `exports.__esModule = true; exports.default = JSON.parse(${JSON.stringify(JSON.stringify(node))})`
}
