import { expect, test } from 'bun:test'
import { type RunningRedkite, startRedkite } from '../e2e/redkite.ts'
import { startProxy } from '../servers/proxy.ts'
import { sharedKafka, sharedMilvus, sharedPyMilvus } from '../servers/shared.ts'
import { badDay } from './bad-day.ts'
import { share } from './duration.ts'
import { badWeather } from './network.ts'

const { durationMs, timeoutMs } = share(0.15)
/** A join or a leave this often. */
const everyMs = 2_000

test.concurrent.each([['range'], ['cooperative-sticky']])(
  'members that join and leave, some by SIGKILL, on a bad network to Milvus lose nothing: %s',
  async (assignor) => {
    const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
    const proxy = await startProxy(milvus)
    const { faults } = await badDay(
      `members, ${assignor}`,
      {
        kafka,
        milvus,
        py,
        endpoint: `http://127.0.0.1:${proxy.port}`,
        staticMember: false,
        sink: { 'consumer.override.partition.assignment.strategy': assignor, 'request.timeout.ms': 2_000 },
      },
      async ({ redkite, random, faults, worker, sink }) => {
        const endMs = performance.now() + durationMs / 2
        const weather = { requestBytesMin: 300, holeMs: [200, 3_000] as const }
        const storm = badWeather(proxy, 'Milvus', weather, random, faults, endMs, false)
        const members: RunningRedkite[] = []
        while (performance.now() < endMs || !redkite.stderr.includes('revoked')) {
          await Bun.sleep(everyMs)
          if (members.length === 0 || (members.length < 3 && random.chance(0.5))) {
            faults.hit('joined')
            members.push(startRedkite(worker, [sink]))
          } else {
            const [member] = members.splice(random.below(members.length), 1)
            const signal = random.chance(0.3) ? 'SIGKILL' : 'SIGTERM'
            faults.hit(`left by ${signal}`)
            member!.signal(signal)
          }
        }
        await storm
        for (const member of members) member.signal('SIGTERM')
        await Promise.all(members.map(({ ended }) => ended))
      },
    )
    await proxy.close()
    expect(faults.count('joined')).toBeGreaterThan(0)
  },
  timeoutMs,
)
