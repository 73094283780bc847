/**
 * How long the bad days last. `make test` has a few minutes of them in all; `REDKITE_FAULT_MINUTES=60 make test-faults` an hour. What is
 * random comes from a seed that is printed; `REDKITE_FAULT_SEED` takes it back.
 */
import { Random } from '../simulation/random.ts'

/** Of all scenarios together, servers' starts and the final comparison not counted. */
export const faultMinutes = Number(process.env.REDKITE_FAULT_MINUTES ?? 3)

/** A scenario's part of the time, and what its test may take in all. */
export function share(part: number): { durationMs: number; timeoutMs: number } {
  const durationMs = faultMinutes * 60_000 * part
  return { durationMs, timeoutMs: 2 * durationMs + 240_000 }
}

export function seededRandom(): Random {
  return new Random(Number(process.env.REDKITE_FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31)))
}

/** A whole number from `from` to `to`, both included. */
export function between(random: Random, from: number, to: number): number {
  return from + random.below(to - from + 1)
}
