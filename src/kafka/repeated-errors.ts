import type { RedkiteError } from '../errors/errors.ts'
import { RateLimited } from '../ops/rate-limited.ts'

const sameErrorEveryMs = 10_000

/** Tells of the same error once in 10 s at most: librdkafka reports a dead broker many times a second. */
export function withoutRepeats(failed: (error: RedkiteError) => void): (error: RedkiteError) => void {
  const limited = new RateLimited(sameErrorEveryMs, () => performance.now())
  return (error) => limited.say(`${error.code} ${error.message}`, () => failed(error))
}
