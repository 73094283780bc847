import { expect, test } from 'bun:test'
import { until } from '../e2e/until.ts'
import { sharedKafka, sharedMilvus, sharedPyMilvus } from '../servers/shared.ts'
import { badDay } from './bad-day.ts'
import { between, faultMinutes, share } from './duration.ts'

const { timeoutMs } = share(0.3)
/** 24 in the short form; a hundred take some three minutes. */
const kills = Math.ceil(faultMinutes * 8)

test(
  'redkite killed at random moments loses nothing',
  async () => {
    const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
    const { faults, account, ends } = await badDay(
      'SIGKILL of redkite',
      { kafka, milvus, py },
      async ({ redkite, random, faults }) => {
        for (let kill = 0; kill < kills; kill++) {
          // Half of the kills come while it starts, joins and reads its first records, half while it writes.
          if (kill % 2 === 0) await Bun.sleep(between(random, 50, 700))
          else {
            await redkite.assigned()
            await Bun.sleep(between(random, 20, 1_500))
          }
          faults.hit(redkite.isAssigned ? 'killed while writing' : 'killed while starting')
          const { starts } = redkite
          redkite.signal('SIGKILL')
          await until('it is started again', () => redkite.starts > starts)
        }
      },
    )
    expect(ends.filter(({ signal }) => signal === 'SIGKILL').length).toBe(kills)
    expect(faults.count('killed while writing')).toBeGreaterThanOrEqual(Math.floor(kills / 2))
    expect(account.deleted).toBeGreaterThan(50)
  },
  timeoutMs,
)
