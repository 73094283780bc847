import { expect, test } from 'bun:test'
import { startKafka } from '../servers/kafka.ts'
import { sharedMilvus, sharedPyMilvus } from '../servers/shared.ts'
import { badDay } from './bad-day.ts'
import { between, share } from './duration.ts'

const { durationMs, timeoutMs } = share(0.1)

test(
  'a broker killed and started again loses nothing, and redkite waits for it without ending',
  async () => {
    const [milvus, py, kafka] = await Promise.all([sharedMilvus(), sharedPyMilvus(), startKafka({ killed: true })])
    try {
      const { faults } = await badDay(
        'SIGKILL of the broker',
        { kafka, milvus, py, neverEnds: true },
        async ({ redkite, random, faults }) => {
          const end = performance.now() + durationMs
          do {
            await redkite.assigned()
            await Bun.sleep(between(random, 1_000, 4_000))
            faults.hit('broker killed')
            await kafka.kill()
            await Bun.sleep(between(random, 0, 8_000))
            await kafka.restart()
          } while (performance.now() < end)
          await Bun.sleep(3_000)
        },
      )
      expect(faults.count('broker killed')).toBeGreaterThan(0)
    } finally {
      await kafka.stop()
    }
  },
  timeoutMs,
)
