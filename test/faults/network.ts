/** What a bad network does, one thing after another, through a proxy. */
import type { FaultyProxy } from '../servers/proxy.ts'
import type { Random } from '../simulation/random.ts'
import { between } from './duration.ts'
import type { FaultLog } from './fault-log.ts'

export interface Weather {
  /** More than a keep-alive, less than a request that matters. */
  readonly requestBytesMin: number
  /** How long a black hole lasts: both shorter and longer than the client's timeouts. */
  readonly holeMs: readonly [from: number, to: number]
}

export const weatherKinds = ['cut', 'black hole', 'slow', 'answer lost', 'reset'] as const

/**
 * Does harm until `endMs`, with a second or so of fair weather in between, so that each fault finds records on their way; longer, on a busy
 * machine, until each kind has hit.
 */
export async function badWeather(
  proxy: FaultyProxy,
  name: string,
  { requestBytesMin, holeMs }: Weather,
  random: Random,
  faults: FaultLog,
  endMs: number,
  waitsForAll = true,
): Promise<void> {
  const hasHit = () => weatherKinds.every((kind) => faults.count(`${name} ${kind}`) > 0)
  for (let turn = random.below(5); performance.now() < endMs || (waitsForAll && !hasHit()); turn++) {
    await Bun.sleep(between(random, 300, 1_500))
    switch (turn % 5) {
      case 0:
        faults.hit(`${name} cut`)
        proxy.cut()
        await Bun.sleep(between(random, 100, 2_000))
        break
      case 1:
        faults.hit(`${name} black hole`)
        proxy.blackhole()
        await Bun.sleep(between(random, ...holeMs))
        break
      case 2:
        faults.hit(`${name} slow`)
        proxy.slow({ bytesPerSecond: between(random, 5_000, 50_000), delayMs: between(random, 1, 200) })
        await Bun.sleep(between(random, 500, 3_000))
        break
      case 3: {
        const lost = proxy.lostAnswers
        proxy.loseNextAnswer({ requestBytesMin })
        const deadlineMs = performance.now() + 5_000
        while (proxy.lostAnswers === lost && performance.now() < deadlineMs) await Bun.sleep(5)
        if (proxy.lostAnswers > lost) faults.hit(`${name} answer lost`)
        break
      }
      case 4:
        faults.hit(`${name} reset`)
        proxy.resetAll()
        break
    }
    proxy.heal()
  }
}
