import { MilvusClient } from '@zilliz/milvus2-sdk-node'
import { workloads } from '../decode/workloads.ts'

/**
 * What a program without redkite's columns would do: JSON.parse for each record, the SDK's insert(rows) for each batch. In a process of its
 * own, and from bytes in memory: nothing is counted for Kafka. `bun sdk-insert.ts WORKLOAD PORT SECONDS` prints CPU a row and rows a second.
 */
const [name, port, seconds] = process.argv.slice(2)
const { bytes, starts, records, schema } = workloads(name)[0]!
const rowsMax = 1000
const inFlight = 4

const decoder = new TextDecoder()
const client = new MilvusClient({ address: `127.0.0.1:${port}`, telemetry: { enabled: false } })
await client.connectPromise

let next = 0
let rows = 0

async function insertBatch(): Promise<void> {
  const data: object[] = []
  for (let i = 0; i < rowsMax; i++) {
    data.push(JSON.parse(decoder.decode(bytes.subarray(starts[next]!, starts[next + 1]! - 1))))
    next = (next + 1) % records
  }
  await client.insert({ collection_name: schema.collection, data: data as never })
  rows += rowsMax
}

for (let i = 0; i < 3; i++) await insertBatch()
rows = 0
const before = process.cpuUsage()
const start = performance.now()
const lanes = Array.from({ length: inFlight }, async () => {
  while (performance.now() - start < Number(seconds) * 1000) await insertBatch()
})
await Promise.all(lanes)
const { user, system } = process.cpuUsage(before)
console.log(
  JSON.stringify({ cpuUsPerRow: (user + system) / rows, rowsPerSecond: (rows * 1000) / (performance.now() - start) }),
)
process.exit(0)
