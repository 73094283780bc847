/**
 * The yardstick for the sink into a real Milvus: requests encoded beforehand, sent as fast as Milvus takes them. No Kafka, no decoding, no encoding.
 * `bun replay.ts SETUP`; prints one JSON line.
 */

import { RecordMaker } from '../../src/bench/kafka/records.ts'
import { ColumnBatch } from '../../src/columns/batch.ts'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { connect } from '../../src/milvus/connect.ts'
import { describeCollection } from '../../src/milvus/describe.ts'
import { type WriteRequest, WriteTarget } from '../../src/milvus/request.ts'
import type { PeerSetup } from './setup.ts'

const setup = JSON.parse(process.argv[2]!) as PeerSetup
const [host, port] = setup.milvus.split(':')
const connection = await connect({
  endpoint: { host: host!, port: Number(port), tls: false },
  requestTimeoutMs: 60_000,
})
const { schema } = await describeCollection(connection, setup.collection)
const requests = encoded()

let next = 0
let written = 0
let counted = state()
const warmMs = counted.ms + setup.warmUpSeconds * 1_000
let isWarm = false
const lanes = Array.from({ length: setup.inFlight }, async () => {
  while (!isWarm || performance.now() - counted.ms < setup.seconds * 1_000) {
    // From the first again where a null Milvus takes more than there is.
    const request = requests[next++ % requests.length]!
    await connection.send(request)
    written += request.rows
    if (!isWarm && performance.now() >= warmMs) {
      counted = state()
      isWarm = true
    }
  }
})
await Promise.all(lanes)
const seconds = (performance.now() - counted.ms) / 1_000
const { user, system } = process.cpuUsage(counted.cpu)
const peakRssBytes = process.resourceUsage().maxRSS * 1024
const rows = written - counted.written
console.log(JSON.stringify({ rows, seconds, cpuSeconds: (user + system) / 1e6, peakRssBytes, written }))
process.exit(0)

function state() {
  return { written, ms: performance.now(), cpu: process.cpuUsage() }
}

/** As redkite cuts them: rows up to its own `batch.bytes`. */
function encoded(): WriteRequest[] {
  const maker = new RecordMaker('json', setup.dims)
  const plan = compileJsonPlan(schema, { envelope: false })
  const target = new WriteTarget(setup.collection)
  const batchBytes = 2 * 1024 * 1024
  const rowsMax = Math.min(20_000, Math.max(1, Math.floor(batchBytes / (setup.dims * 4 + 8))))
  const made: WriteRequest[] = []
  const text = new Uint8Array(64 + setup.dims * 32)
  for (let row = 0; row < setup.rows; ) {
    const batch = new ColumnBatch(schema, { rowsHint: rowsMax })
    for (; batch.rows < rowsMax && row < setup.rows; row++) {
      const { value } = maker.record(row)
      text.set(value)
      if (plan.decode(text, 0, value.length, batch) !== 0) throw plan.failure()
    }
    const request = target.write('upsert', batch.columns, 0, batch.rows)
    const bytes = new Uint8Array(request.bytes)
    request.encode(bytes, 0)
    const { kind, collection, rows } = request
    made.push({
      ...{ kind, collection, rows, bytes: bytes.length },
      encode(out, at) {
        out.set(bytes, at)
        return at + bytes.length
      },
    })
  }
  return made
}
