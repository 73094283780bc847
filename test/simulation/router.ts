import type { NullValues } from '../../src/config/sink.ts'
import type { Arena } from '../../src/kafka/arena.ts'
import { WriteTarget } from '../../src/milvus/request.ts'
import { Effects } from '../../src/sink/effect.ts'
import { KeySource } from '../../src/sink/keys.ts'
import { Lane } from '../../src/sink/lane.ts'
import type { SourceAssignment, Target } from '../../src/sink/ports.ts'
import { NoLane, type Router } from '../../src/sink/router.ts'
import type { SimulatedClock } from './clock.ts'
import type { Random } from './random.ts'
import { simulatedDecoder, simulatedKeyReader, simulatedSchema } from './rows.ts'

const lanesMax = 4

/** One to four lanes; a record's key says which, so that all records of a key take the same one. Now and then a record has to wait for its lane. */
export function simulatedRouter(
  target: Target,
  assignments: () => readonly SourceAssignment[],
  nullValues: NullValues,
  random: Random,
  clock: SimulatedClock,
): Router {
  const keySource = new KeySource('record_value', simulatedKeyReader, assignments)
  const lanes = Array.from({ length: 1 + random.below(lanesMax) }, (_, lane) => {
    const effects = new Effects(simulatedDecoder, keySource, nullValues, assignments)
    return new Lane({ schema: simulatedSchema, effects, target, write: new WriteTarget(`simulated${lane}`) })
  })
  const waits = lanes.length > 1 && random.chance(0.3)
  let waited = false
  return {
    anyLane: lanes[0]!,
    wantsDetails: false,
    isPerRecord: lanes.length > 1,
    rejection: undefined,
    route(arena: Arena, row: number) {
      if (waits && !waited && random.chance(0.01)) return NoLane.Waits
      waited = false
      const key = new DataView(arena.bytes.buffer, arena.bytes.byteOffset).getUint32(arena.keyStart[row]!)
      return lanes[key % lanes.length]!
    },
    waiting: () =>
      new Promise((resolve) => {
        waited = true
        clock.setTimer(random.below(500), resolve)
      }),
  }
}
