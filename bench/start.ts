/**
 * `bun bench/start.ts [--runs N]`: how long `redkite … --until-caught-up` takes when there is nothing to do, from its start to its exit, as
 * cron sees it; and what of it is the join of the consumer group, which a bare librdkafka consumer waits for too. Needs dist/redkite and
 * the servers of the tests; Milvus is the one that only counts.
 */
import { parseArgs } from 'node:util'
import { startNullMilvus } from '../src/bench/null-milvus/start.ts'
import { Consumer } from '../src/kafka/consumer.ts'
import { DataType, plainField } from '../src/milvus/schema.ts'
import { catchUp, sinkFile, workerFile } from '../test/e2e/redkite.ts'
import { startKafka } from '../test/servers/kafka.ts'
import { type Cell, print } from './table.ts'

const { values: flags } = parseArgs({ options: { runs: { type: 'string', default: '20' } } })
const runs = Number(flags.runs)
const name = 'start'

/** By the log's own clock: what the line says that ends each part. */
const parts = [
  { part: 'process, settings, lock', ends: /"event":"start"/ },
  { part: 'Kafka and Milvus asked', ends: /"message":"Milvus / },
  { part: 'group joined', ends: /"message":"assigned / },
] as const
const last = 'commit, group left, exit'

const id = plainField('id', DataType.Int64, { primaryKey: true })
const fields = [id, plainField('v', DataType.FloatVector, { dim: 2 })]
const [kafka, milvus] = await Promise.all([
  startKafka(),
  startNullMilvus({ schema: { collection: name, fields, primaryKey: id, dynamicField: false } }),
])
try {
  await kafka.tools.createTopic(name, 4)
  await kafka.tools.produce(name, [{ value: '{"id":1,"v":[1,2]}' }])
  await run()
  const measured: number[][] = []
  const bare: number[] = []
  for (let i = 0; i < runs; i++) {
    measured.push(await run())
    bare.push(await join())
  }
  const columns = [...parts.map(({ part }) => part), last].map((part, at): [string, number[]] => [
    part,
    measured.map((each) => each[at]!),
  ])
  const total = measured.map((each) => each.reduce((sum, ms) => sum + ms, 0))
  const beyond = measured.map((each, i) => total[i]! - each[2]!)
  print(
    `nothing to do, from start to exit, in ms (${runs} runs; group.initial.rebalance.delay.ms=0)`,
    ['', 'median', 'least', 'most'],
    [
      ...columns.map(([part, ms]) => row(part, ms)),
      row('all', total),
      row('all without the join', beyond),
      row('join of a bare consumer', bare),
    ],
  )
} finally {
  await Promise.all([kafka.stop(), milvus.stop()])
}
process.exit(0)

async function run(): Promise<number[]> {
  const startMs = Date.now()
  const worker = workerFile(kafka.bootstrap)
  const sink = sinkFile(name, `http://127.0.0.1:${milvus.port}`, name, name)
  const { exitCode, stderr } = await catchUp(worker, [sink], ['--log-format', 'json'])
  const endMs = Date.now()
  if (exitCode !== 0) throw new Error(stderr)
  const ends = parts.map(({ ends }) => {
    const line = stderr.split('\n').find((text) => ends.test(text))
    if (line === undefined) throw new Error(`nothing in the log is like ${ends}:\n${stderr}`)
    return Date.parse((JSON.parse(line) as { time: string }).time)
  })
  return [...ends, endMs].map((ms, at) => ms - (at === 0 ? startMs : ends[at - 1]!))
}

/** Until a consumer of the same group has its partitions. */
async function join(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const startMs = performance.now()
  const config = { 'bootstrap.servers': kafka.bootstrap, 'group.id': `connect-${name}` }
  const consumer = new Consumer(config, [name], {
    assigned: () => resolve(),
    revoked: async () => [],
    ready() {},
    failed: (error) => console.error(error.message),
  })
  await promise
  const ms = performance.now() - startMs
  await consumer.close(5_000)
  return ms
}

function row(part: string, values: readonly number[]): Cell[] {
  const sorted = values.toSorted((a, b) => a - b)
  return [part, ...[sorted[sorted.length >> 1]!, sorted[0]!, sorted.at(-1)!].map((ms) => ms.toFixed(0))]
}
