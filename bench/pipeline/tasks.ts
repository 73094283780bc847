import { availableParallelism } from 'node:os'
import { startNullMilvus } from '../../src/bench/null-milvus/start.ts'
import { startKafka } from '../../test/servers/kafka.ts'
import { workloads } from '../decode/workloads.ts'
import { fillTopic } from '../fill.ts'
import { cpuMsOf } from '../process-usage.ts'
import { type Cell, print } from '../table.ts'
import { NumberedRecords } from './numbered-records.ts'
import { drain } from './run.ts'

/**
 * `bun bench/pipeline/tasks.ts`: what `tasks.max` brings on this machine, in turns so that load hits all alike. With as many cores as tasks
 * and two more for Kafka and the null Milvus it would scale; with fewer, the three compete. `cores allow` is what all cores would bring if none of them
 * ever waited.
 */
const partitions = 4
const turns = 2
const name = '768-d, 8 digits'
const rows = 200_000
const tasks = [1, 2]

const [workload] = workloads(name)
const kafka = await startKafka()
try {
  await kafka.tools.createTopic('tasks', partitions)
  const records = new NumberedRecords(workload!)
  await fillTopic(kafka.bootstrap, {
    topic: 'tasks',
    rows,
    partitionAt: (row) => row % partitions,
    valueAt: (row) => records.record(row),
  })
  const milvus = await startNullMilvus({ schema: { ...workload!.schema, collection: 'tasks' } })
  const table: Cell[][] = []
  for (let turn = 0; turn < turns; turn++) {
    for (const count of tasks) {
      const kafkaBeforeMs = cpuMsOf(kafka.pid)
      const run = await drain(
        {
          name: `tasks-${turn}-${count}`,
          bootstrap: kafka.bootstrap,
          topic: 'tasks',
          milvusPort: milvus.port,
          collection: 'tasks',
          settings: { 'tasks.max': count },
        },
        milvus,
      )
      const kafkaUs = ((cpuMsOf(kafka.pid) - kafkaBeforeMs) * 1000) / run.rows
      const rowsPerSecondMax = (availableParallelism() * 1e6) / (run.cpuUsPerRow + kafkaUs + run.milvusUsPerRow)
      const rss = `${(run.rssPeakBytes / 1e6).toFixed(0)} MB`
      table.push([
        count,
        Math.round(run.rowsPerSecond).toLocaleString('en-US'),
        ...[run.cpuUsPerRow, kafkaUs, run.milvusUsPerRow].map((each) => `${each.toFixed(1)} µs`),
        Math.round(rowsPerSecondMax).toLocaleString('en-US'),
        rss,
      ])
    }
  }
  print(
    `tasks.max, ${rows.toLocaleString('en-US')} records of ${name}`,
    ['tasks', 'rows/s', 'CPU/row', 'Kafka', 'null Milvus', 'cores allow', 'RSS peak'],
    table,
  )
  await milvus.stop()
} finally {
  await kafka.stop()
}
