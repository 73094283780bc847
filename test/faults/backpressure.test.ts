import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { startNullMilvus } from '../../src/bench/null-milvus/start.ts'
import { type CollectionSchema, DataType, plainField } from '../../src/milvus/schema.ts'
import { sinkFile, startRedkite, workerFile } from '../e2e/redkite.ts'
import { until } from '../e2e/until.ts'
import { send } from '../kafka/send.ts'
import { startProxy } from '../servers/proxy.ts'
import { sharedKafka, unique } from '../servers/shared.ts'
import { faultMinutes, share } from './duration.ts'

const { timeoutMs } = share(0.4)
/** 18 s in the short form, ten minutes in one of 100 minutes. */
const slowMs = faultMinutes * 6_000
/** On the way there and back, so a request takes twice that; slow is 100 times as long. */
const delayMs = 8
/** What may be polled, heartbeaten and held is decided by the consumer, so a Milvus that stands still longer than this shows whether it is. */
const sessionTimeoutMs = 6_000
/** More than 4 requests of 500 rows under way can bring at these delays, in all. */
const records = 1_200_000 + Math.ceil(slowMs * 1.3)

const key = plainField('id', DataType.Int64, { primaryKey: true })
const vector = plainField('vector', DataType.FloatVector, { dim: 8 })

function schemaOf(collection: string): CollectionSchema {
  return { collection, fields: [key, vector], primaryKey: key, dynamicField: false }
}

function* values(count: number) {
  for (let id = 0; id < count; id++) {
    yield { partition: id % 4, value: `{"id":${id},"vector":[0.25,1.5,-0.125,${id % 97},0.5,0.75,-2.5,3.25]}` }
  }
}

/** VmRSS, in MB (10^6 bytes). */
function residentMb(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return (Number(kib) * 1024) / 1e6
}

test(
  'a Milvus that takes 100 times as long leaves memory flat and the group as it is, and is caught up with in seconds',
  async () => {
    const kafka = await sharedKafka()
    const name = unique('backpressure')
    const stuckName = unique('stuck')
    const milvus = await startNullMilvus({ schema: schemaOf(name) })
    const stuckMilvus = await startNullMilvus({ schema: schemaOf(stuckName) })
    const proxy = await startProxy({ host: '127.0.0.1', port: milvus.port })
    const stuckProxy = await startProxy({ host: '127.0.0.1', port: stuckMilvus.port })
    await kafka.tools.createTopic(name, 4)
    await send({ 'bootstrap.servers': kafka.bootstrap, 'linger.ms': 20 }, name, values(records))
    const settings = {
      'batch.size': 500,
      'consumer.override.session.timeout.ms': sessionTimeoutMs,
      'consumer.override.heartbeat.interval.ms': 1_000,
      'consumer.override.max.poll.interval.ms': sessionTimeoutMs,
    }
    const sink = (to: string, port: number) => sinkFile(to, `http://127.0.0.1:${port}`, to, name, settings)
    proxy.slow({ delayMs })
    const redkite = startRedkite(workerFile(kafka.bootstrap, { 'offset.flush.interval.ms': 500 }), [
      sink(name, proxy.port),
      sink(stuckName, stuckProxy.port),
    ])
    /** Rows a second and the highest memory, over some time. */
    const observe = async (ms: number) => {
      const before = (await milvus.counts()).rows
      const start = performance.now()
      let peakMb = 0
      while (performance.now() - start < ms) {
        peakMb = Math.max(peakMb, residentMb(redkite.pid))
        await Bun.sleep(50)
      }
      const rows = (await milvus.counts()).rows - before
      return { rowsPerSecond: rows / ((performance.now() - start) / 1_000), peakMb }
    }
    try {
      await until('the first rows come', async () => (await milvus.counts()).rows > 0)
      stuckProxy.blackhole()
      const usual = await observe(2_500)
      proxy.slow({ delayMs: delayMs * 100 })
      await Bun.sleep(1_000)
      const slow = await observe(slowMs)
      const group = await kafka.tools.describeGroup(`connect-${name}`)
      const stuckGroup = await kafka.tools.describeGroup(`connect-${stuckName}`)
      proxy.heal()
      proxy.slow({ delayMs })
      let after = await observe(2_000)
      for (let window = 0; window < 10 && after.rowsPerSecond < usual.rowsPerSecond / 2; window++) {
        after = await observe(2_000)
      }
      const rounded = (one: typeof usual) => `${Math.round(one.rowsPerSecond)} rows/s ${Math.round(one.peakMb)} MB`
      console.log(`usual ${rounded(usual)}; slow ${rounded(slow)}; after ${rounded(after)}`)

      expect(slow.rowsPerSecond).toBeLessThan(usual.rowsPerSecond / 5)
      expect(slow.peakMb).toBeLessThan(usual.peakMb * 1.1 + 20)
      expect(after.rowsPerSecond).toBeGreaterThan(usual.rowsPerSecond / 2)
      // Assigned once and never revoked: neither the slow sink, nor the one whose Milvus says nothing at all.
      expect([group.state, stuckGroup.state]).toEqual(['Stable', 'Stable'])
      expect(redkite.stderr().match(/ assigned /g)).toHaveLength(2)
      expect(redkite.stderr()).not.toMatch(/ (revoked|lost) /)
    } finally {
      redkite.signal('SIGKILL')
      await redkite.ended
      await Promise.all([proxy.close(), stuckProxy.close(), milvus.stop(), stuckMilvus.stop()])
    }
  },
  timeoutMs,
)
