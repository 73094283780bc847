/** A decoder over records in an arena, as a sink has them, and what that takes. */
import type { ColumnBatch } from '../../src/columns/batch.ts'
import type { RecordPlace, RowDecoder } from '../../src/decode/decoder.ts'
import { scannable } from '../../src/decode/json/simd/float-scanner.ts'
import { Arena } from '../../src/kafka/arena.ts'
import type { TopicRouting } from '../../src/mapping/topic-routing.ts'

export const place: RecordPlace = { topic: 'articles', partition: 0 }

/** Values of records that have no key. */
export function arenaOf(values: readonly Uint8Array[]): Arena {
  const size = values.reduce((sum, value) => sum + value.length, 64)
  const arena = new Arena(size, values.length, scannable(size))
  let at = 0
  for (const [row, value] of values.entries()) {
    arena.bytes.set(value, at)
    arena.valueStart[row] = at
    at += value.length
    arena.valueEnd[row] = at
    arena.keyStart[row] = -1
  }
  arena.rows = values.length
  return arena
}

/**
 * Milliseconds for all of them.
 *
 * @param routing gives each of them another topic
 */
export function passMs(decoder: RowDecoder, arena: Arena, batch: ColumnBatch, routing?: TopicRouting): number {
  batch.truncate(0)
  const start = performance.now()
  for (let row = 0; row < arena.rows; row++) {
    if (routing !== undefined && routing.of(place, arena, row) === place.topic) throw new Error('not routed')
    const turned = decoder.turnTo?.(arena, row, place) ?? 0
    if (turned < 0 || decoder.decode(arena.bytes, arena.valueStart[row]!, arena.valueEnd[row]!, batch) !== 0) {
      throw decoder.failure()
    }
  }
  return performance.now() - start
}

export function printPass(name: string, records: number, ms: number, comparedMs: number): void {
  const perSecond = Math.round((records / ms) * 1000).toLocaleString('en-US')
  const ratio = (ms / comparedMs).toFixed(2)
  console.log(`  ${name.padEnd(29)}${perSecond.padStart(9)} records/s${ratio.padStart(8)} of the time`)
}
