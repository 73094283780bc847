/**
 * What the SDK costs before the first request: loading it, and a client of its own against one made from pruned descriptors (src/milvus/sdk.ts).
 * `bun bench/null-milvus/sdk-start.ts [pruned|whole]`; without an argument it runs both, each in a fresh process.
 */

import { loadSdk } from '../../src/milvus/sdk.ts'

const config = { address: '127.0.0.1:1', pool: { min: 0, max: 1 }, telemetry: { enabled: false } }

interface Step {
  readonly ms: number
  readonly mb: number
}

async function step(run: () => unknown): Promise<Step> {
  const start = performance.now()
  const rss = process.memoryUsage().rss
  await run()
  return { ms: performance.now() - start, mb: (process.memoryUsage().rss - rss) / 1e6 }
}

function say(name: string, { ms, mb }: Step): void {
  console.log(`${name.padEnd(28)}${ms.toFixed(0).padStart(6)} ms${mb.toFixed(0).padStart(6)} MB`)
}

const which = process.argv[2]
if (which === 'whole') {
  const { GRPCClient } = await import('@zilliz/milvus2-sdk-node')
  say('client, all descriptors', await step(() => new GRPCClient(config)))
} else if (which === 'pruned') {
  say('SDK loaded', await step(loadSdk))
  const sdk = await loadSdk()
  say('client, pruned descriptors', await step(() => sdk.newClient(config)))
} else {
  for (const one of ['pruned', 'whole']) {
    const run = Bun.spawn([process.execPath, import.meta.path, one], { stdout: 'inherit', stderr: 'inherit' })
    await run.exited
  }
}
process.exit(0)
