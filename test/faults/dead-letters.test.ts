import { expect, test } from 'bun:test'
import { until } from '../e2e/until.ts'
import { startKafka } from '../servers/kafka.ts'
import { sharedMilvus, sharedPyMilvus } from '../servers/shared.ts'
import { badDay } from './bad-day.ts'
import { between, share } from './duration.ts'

const { durationMs, timeoutMs } = share(0.1)

test(
  'a dead-letter topic that takes nothing for a while is waited for: no letter is lost, no record is passed over',
  async () => {
    // The topic wants both brokers, the rest of the cluster can do with the first.
    const [milvus, py, kafka] = await Promise.all([
      sharedMilvus(),
      sharedPyMilvus(),
      startKafka({ brokers: 2, killed: true }),
    ])
    try {
      const { faults, account } = await badDay(
        'dead-letter topic unavailable',
        { kafka, milvus, py, neverEnds: true, replicas: 2, deadLetterTopic: { 'min.insync.replicas': '2' } },
        async ({ redkite, random, faults, deadLetters, group }) => {
          const committed = async () =>
            (await kafka.tools.groupOffsets(group)).reduce((sum, { offset }) => sum + offset, 0)
          const letters = async () => (await kafka.tools.consume(deadLetters)).length
          const end = performance.now() + durationMs
          do {
            await redkite.assigned()
            await Bun.sleep(between(random, 1_000, 3_000))
            // A letter that arrives has both brokers, so the first has all there is and can do without the second.
            const before = await letters()
            await until('a letter arrives', async () => (await letters()) > before)
            faults.hit('dead-letter topic down')
            await kafka.broker(2).kill()
            // The partition's replicas shrink to one, and the sink runs into its first letter: from then on nothing moves.
            await Bun.sleep(between(random, 3_000, 6_000))
            const seen = async () => `${await letters()} letters, ${await committed()}`
            let last = ''
            await until('it stands still', async () => {
              const now = await seen()
              const still = now === last
              last = now
              if (!still) await Bun.sleep(3_000)
              return still
            })
            faults.hit('stood still')
            await kafka.broker(2).start()
          } while (performance.now() < end)
          await Bun.sleep(3_000)
        },
      )
      expect(faults.count('stood still')).toBeGreaterThan(0)
      expect(account.dead).toBeGreaterThan(20)
    } finally {
      await kafka.stop()
    }
  },
  timeoutMs,
)
