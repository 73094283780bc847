import { dateText, fractionText } from '../fields/date-text.ts'
import { toNumber } from '../fields/varint.ts'

/**
 * Dates and times, as ISO 8601 texts for fields that hold text (VARCHAR, TIMESTAMPTZ): `2024-02-29`, `12:30:00.250`, `2024-02-29T12:30:00.25Z`. A
 * local timestamp has no `Z`. Everywhere else they are the number that Avro writes.
 */

/** What one of the unit is of a second. */
const perSecond: Record<string, number> = { millis: 1e3, micros: 1e6, nanos: 1e9 }

/** undefined if it is no year that ISO 8601 can write, or no time of a day. */
export function isoText(kind: string, high: number, low: number): string | undefined {
  if (kind === 'date') {
    const day = dateText(toNumber(high, low) * 86_400)
    return day?.slice(0, day.indexOf('T'))
  }
  const unit = perSecond[kind.slice(kind.lastIndexOf('-') + 1)]!
  const count = (BigInt(high) << 32n) | BigInt(low >>> 0)
  const perUnit = BigInt(unit)
  let seconds = count / perUnit
  let rest = count % perUnit
  if (rest < 0n) {
    rest += perUnit
    seconds -= 1n
  }
  const fraction = fractionText(rest, String(unit).length - 1)
  if (kind.startsWith('time-')) {
    if (seconds < 0n || seconds >= 86_400n) return undefined
    return `${new Date(Number(seconds) * 1e3).toISOString().slice(11, 19)}${fraction}`
  }
  const whole = dateText(Number(seconds))
  return whole && `${whole}${fraction}${kind.startsWith('local-') ? '' : 'Z'}`
}
