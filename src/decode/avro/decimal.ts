/** Avro's decimal: an integer of any length, two's complement, big-endian, of which `scale` digits stand behind the point. */

/** Longer ones are beyond what any field takes, and would take quadratic time to print. */
export const decimalBytesMax = 1024

/** As JSON writes a number, with all its digits: `-12.50` is -1250 with a scale of 2. */
export function decimalText(bytes: Uint8Array, from: number, to: number, scale: number): string {
  let hex = ''
  for (let at = from; at < to; at++) hex += bytes[at]!.toString(16).padStart(2, '0')
  const unscaled = BigInt.asIntN((to - from) * 8, BigInt(`0x${hex || '0'}`))
  const sign = unscaled < 0n ? '-' : ''
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString()
  if (scale <= 0) return unscaled === 0n ? '0' : `${sign}${digits}${'0'.repeat(-scale)}`
  const padded = digits.padStart(scale + 1, '0')
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}
