import { expect, test } from 'bun:test'
import { until } from '../e2e/until.ts'
import { startMilvus } from '../servers/milvus.ts'
import { sharedKafka, sharedPyMilvus } from '../servers/shared.ts'
import { badDay } from './bad-day.ts'
import { between, share } from './duration.ts'

const { durationMs, timeoutMs } = share(0.1)

test(
  'Milvus killed and started again loses nothing, and redkite waits for it without ending',
  async () => {
    const [kafka, py, milvus] = await Promise.all([sharedKafka(), sharedPyMilvus(), startMilvus()])
    try {
      const { faults } = await badDay(
        'SIGKILL of Milvus',
        { kafka, milvus, py, neverEnds: true },
        async ({ redkite, random, faults }) => {
          const end = performance.now() + durationMs
          do {
            await redkite.assigned()
            await Bun.sleep(between(random, 2_000, 5_000))
            faults.hit('Milvus killed')
            await milvus.kill()
            await until('the outage is noticed', () => redkite.stderr.includes('trying again'))
            await Bun.sleep(between(random, 0, 3_000))
            await milvus.restart()
          } while (performance.now() < end)
          await Bun.sleep(3_000)
        },
      )
      expect(faults.count('Milvus killed')).toBeGreaterThan(0)
    } finally {
      await milvus.stop()
    }
  },
  timeoutMs,
)
