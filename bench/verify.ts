/**
 * `bun bench/verify.ts [--rows N]`: how long `redkite verify` takes for ten million rows of 8 numbers (or N) in a real Milvus, and the
 * memory it takes for it. Needs dist/redkite and the servers of the tests; ten million rows are 2 GB on disk and some minutes.
 */
import { parseArgs } from 'node:util'
import { catchUp, peakMemoryOf, sinkFile, startVerb, workerFile } from '../test/e2e/redkite.ts'
import { startKafka } from '../test/servers/kafka.ts'
import { startMilvus } from '../test/servers/milvus.ts'
import { PyMilvus } from '../test/servers/pymilvus.ts'
import { fillTopic } from './fill.ts'

const { values: flags } = parseArgs({ options: { rows: { type: 'string', default: '10000000' } } })
const rows = Number(flags.rows)
const partitions = 4
const name = 'verified'

const py = new PyMilvus()
const [kafka, milvus] = await Promise.all([startKafka(), startMilvus()])
try {
  await kafka.tools.createTopic(name, partitions)
  await py.createCollection(milvus, {
    name,
    fields: [
      { name: 'id', type: 'INT64', primaryKey: true },
      { name: 'v', type: 'FLOAT_VECTOR', dim: 8 },
    ],
  })
  await fillTopic(kafka.bootstrap, {
    topic: name,
    rows,
    partitionAt: (row) => row % partitions,
    valueAt: (row) => Buffer.from(`{"id":${row},"v":[${row},0.1,0.2,0.3,${row / 7},0.5,0.6,0.7]}`),
  })
  const worker = workerFile(kafka.bootstrap)
  const sink = sinkFile(name, milvus.endpoint, name, name)
  const written = await timed(() => catchUp(worker, [sink]))
  if (written.result.exitCode !== 0) throw new Error(written.result.stderr)
  console.log(`${rows.toLocaleString('en-US')} rows written in ${written.seconds.toFixed(0)} s`)

  const verified = await timed(async () => {
    const running = startVerb('verify', worker, [sink], ['--json'])
    const [ended, peakMb] = await Promise.all([running.ended, peakMemoryOf(running)])
    return { ...ended, peakMb }
  })
  const { exitCode, stdout, stderr, peakMb } = verified.result
  if (exitCode !== 0) throw new Error(`${stdout}${stderr}`)
  const { rowsEqual, passes } = JSON.parse(stdout)
  console.log(
    `${rowsEqual.toLocaleString('en-US')} rows equal, in ${verified.seconds.toFixed(0)} s and ${passes} pass(es), at most ${peakMb.toFixed(0)} MB`,
  )
} finally {
  await Promise.all([py.stop(), kafka.stop(), milvus.stop()])
}
process.exit()

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const startMs = performance.now()
  const result = await work()
  return { result, seconds: (performance.now() - startMs) / 1_000 }
}
