import { Metrics } from '../../src/http/metrics.ts'
import { noTallies, tallyReject, tallyRequest, tallyRetry } from '../../src/sink/tallies.ts'
import { task } from './detail.ts'

/** Every metric there is, of a sink of two tasks that has seen it all. */
export async function everyMetric(name = 'orders'): Promise<string> {
  const tallies = noTallies()
  tallyRetry(tallies, 'MILVUS_TIMEOUT')
  tallyReject(tallies, { atMs: 0, code: 'VECTOR_NAN', topic: 'orders', partition: 0, offset: 0 })
  tallies.stages.decodeMs = 2_500
  for (const tookMs of [2, 7, 7, 70_000]) tallyRequest(tallies, 'upsert', tookMs)
  const partition = (partition: number, lag: number | undefined) => {
    return { topic: 'orders', partition, position: 1, end: 5, lag, isAtEnd: false, isPaused: false }
  }
  const tasks = [
    task({ tallies, counts: { written: 2, intakeMs: 1_500 }, partitions: [partition(0, 4)], oldestAgeMs: 500 }),
    task({ tallies, counts: { written: 3 }, partitions: [partition(1, undefined)], oldestAgeMs: 2_000, heldBytes: 7 }),
  ]
  return new Metrics().text([{ name, state: 'running', tasks }])
}
