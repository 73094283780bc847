/**
 * The Node peer: @confluentinc/kafka-javascript and the Milvus SDK's upsert(rows) as somebody writes them who wants it fast. Reads a topic to its end, or until
 * the time is up; some requests are under way while the next rows are parsed. Prints one JSON line.
 */
import kafka from '@confluentinc/kafka-javascript'
import { MilvusClient } from '@zilliz/milvus2-sdk-node'

const setup = JSON.parse(process.argv[2])
const { batchRows, inFlight } = setup
const client = new MilvusClient({ address: setup.milvus, telemetry: { enabled: false } })
await client.connectPromise
// The callback interface hands over batches as they are; the promisified one costs a promise a record.
const consumer = new kafka.KafkaConsumer(
  {
    'bootstrap.servers': setup.bootstrap,
    'group.id': setup.group,
    'enable.auto.commit': false,
    'fetch.queue.backoff.ms': 10,
    'queued.min.messages': 1_000_000,
  },
  { 'auto.offset.reset': 'earliest' },
)
const pending = new Set()
let read = 0
let written = 0
let rows = []
let counted
let warmMs

await new Promise((resolve, reject) => consumer.connect({}, (error) => (error ? reject(error) : resolve())))
consumer.subscribe([setup.topic])
consumer.setDefaultConsumeTimeout(1000)
const consume = (count) =>
  new Promise((resolve, reject) =>
    consumer.consume(count, (error, messages) => (error ? reject(error) : resolve(messages))),
  )

const state = () => ({ written, ms: performance.now(), cpu: process.cpuUsage() })

async function seal(data) {
  while (pending.size >= inFlight) await Promise.race(pending)
  const sending = client.upsert({ collection_name: setup.collection, data }).then(({ status }) => {
    if (status.error_code !== 'Success' && status.error_code !== 0) throw new Error(status.reason)
    written += data.length
    pending.delete(sending)
  })
  pending.add(sending)
}

while (read < setup.rows) {
  const messages = await consume(Math.min(1000, batchRows - rows.length, setup.rows - read))
  if (messages.length === 0) continue
  if (counted === undefined) {
    counted = state()
    warmMs = counted.ms + setup.warmUpSeconds * 1000
  }
  for (const { value } of messages) rows.push(JSON.parse(value))
  read += messages.length
  if (rows.length >= batchRows) {
    await seal(rows)
    rows = []
  }
  const nowMs = performance.now()
  if (nowMs >= warmMs) {
    counted = state()
    warmMs = Number.POSITIVE_INFINITY
  }
  if (warmMs === Number.POSITIVE_INFINITY && nowMs - counted.ms > setup.seconds * 1000) break
}
if (rows.length > 0) await seal(rows)
await Promise.all(pending)
const { user, system } = process.cpuUsage(counted.cpu)
const seconds = (performance.now() - counted.ms) / 1000
const peakRssBytes = process.resourceUsage().maxRSS * 1024
console.log(
  JSON.stringify({
    rows: written - counted.written,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakRssBytes,
    written,
  }),
)
process.exit(0)
