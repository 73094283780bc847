import { expect, test } from 'bun:test'
import type { Position } from '../../src/delivery/batch.ts'
import { Delivery } from '../../src/delivery/delivery.ts'
import { KeyIndex, noEntry } from '../../src/delivery/key-index.ts'
import { Watermark } from '../../src/delivery/watermark.ts'
import { Filled, Intake } from '../../src/sink/intake.ts'
import type { SourceAssignment } from '../../src/sink/ports.ts'
import { RowBatch } from '../../src/sink/row-batch.ts'
import { Sink } from '../../src/sink/sink.ts'
import { SimulatedDeadLetters } from './dead-letters.ts'
import { simulate } from './simulate.ts'

/**
 * A simulation that finds nothing proves nothing. Each of these is a bug that a sink could have; each is planted, and must be found within
 * some hundred days.
 */

// biome-ignore lint/suspicious/noExplicitAny: a planted bug wraps a method of any class, with whatever it takes
type Method = (this: any, ...args: any[]) => any

/** Replaces a method while the test runs; gives back what puts it right again. */
function plant<T extends object>(prototype: T, method: keyof T & string, bug: (sound: Method) => Method): () => void {
  const sound = prototype[method] as Method
  Object.assign(prototype, { [method]: bug(sound) })
  return () => Object.assign(prototype, { [method]: sound })
}

const bugs: Record<string, () => () => void> = {
  'an offset is committed one too far': () =>
    plant(
      Watermark.prototype,
      'committable',
      (sound) =>
        function () {
          return sound.call(this).map(({ assignment, offset }: Position) => ({ assignment, offset: offset + 1 }))
        },
    ),
  'an offset is committed when its batch is sent, not when it is acknowledged': () =>
    plant(
      Watermark.prototype,
      'open',
      (sound) =>
        function (batch) {
          sound.call(this, batch)
          this.settle(batch)
        },
    ),
  'a request that failed is taken for written': () =>
    plant(
      Delivery.prototype,
      'answered',
      (sound) =>
        function (request, outcome, nowMs) {
          return sound.call(this, request, outcome === 'retry' ? 'written' : outcome, nowMs)
        },
    ),
  'a rate limit is taken for an acknowledgement': () =>
    plant(
      Delivery.prototype,
      'answered',
      (sound) =>
        function (request, outcome, nowMs) {
          return sound.call(this, request, outcome === 'slow-down' ? 'written' : outcome, nowMs)
        },
    ),
  'one bad row takes its neighbours with it': () =>
    plant(
      Delivery.prototype,
      'answered',
      (sound) =>
        function (request, outcome, nowMs) {
          return sound.call(
            this,
            request,
            outcome === 'refused' && request.to - request.from > 1 ? 'written' : outcome,
            nowMs,
          )
        },
    ),
  'what was read, not what was written, is committed when a partition is revoked': () =>
    plant(
      Sink.prototype,
      'revoked',
      (sound) =>
        async function (assignments, lost) {
          await sound.call(this, assignments, lost)
          return assignments.flatMap(({ index }: SourceAssignment) => {
            const offset = this.positions.of(index)
            return offset === undefined ? [] : [{ assignment: index, offset }]
          })
        },
    ),
  'rows of a partition that was given up are sent all the same': () =>
    plant(
      Delivery.prototype,
      'abandon',
      () =>
        function (assignments) {
          for (const assignment of assignments) this.watermark.forget(assignment)
          return []
        },
    ),
  'a dead letter counts as done when it is sent': () =>
    plant(
      SimulatedDeadLetters.prototype,
      'connect',
      (sound) =>
        function (alive) {
          const producer = sound.call(this, alive)
          return {
            ...producer,
            send: async (letter: unknown) => {
              void producer.send(letter)
            },
          }
        },
    ),
  'two requests in flight may hold one key': () =>
    plant(
      KeyIndex.prototype,
      'put',
      (sound) =>
        function (keys, entry, sequence) {
          const held = sound.call(this, keys, entry, sequence)
          this.conflicts.length = 0
          return held
        },
    ),
  'a key is forgotten while its batch is under way': () =>
    plant(
      KeyIndex.prototype,
      'begin',
      (sound) =>
        function (sequence) {
          sound.call(this, sequence)
          this.settle(sequence - 1)
        },
    ),
  'a request may hold a key twice': () =>
    plant(
      KeyIndex.prototype,
      'put',
      (sound) =>
        function (keys, entry, sequence) {
          sound.call(this, keys, entry, sequence)
          return noEntry
        },
    ),
  'the first record of a key wins, not the last': () =>
    plant(
      KeyIndex.prototype,
      'put',
      (sound) =>
        function (keys, entry, sequence) {
          return sound.call(this, keys, entry, sequence) === noEntry ? noEntry : entry
        },
    ),
  'a tombstone is passed over': () =>
    plant(
      RowBatch.prototype,
      'addDelete',
      () =>
        function (assignment, offset) {
          this.deletedKeys.truncate(this.deletedKeys.rows - 1)
          this.passed(assignment, offset + 1)
        },
    ),
  'the offset that one collection has reached is committed over the open records of another': () =>
    plant(
      Watermark.prototype,
      'hold',
      (sound) =>
        function (batch) {
          if (!batch.isOpen) sound.call(this, batch)
        },
    ),
  'a record falls between two batches': () =>
    plant(
      Intake.prototype,
      'fill',
      (sound) =>
        function (batch) {
          const filled = sound.call(this, batch)
          if (filled === Filled.Full) this.cursor++
          return filled
        },
    ),
}

test.each(Object.keys(bugs))(
  'a planted bug is found: %s',
  async (name) => {
    const mend = bugs[name]!()
    try {
      for (let seed = 1; seed <= 1_500; seed++) {
        const [found] = (await simulate(seed)).violations
        if (found !== undefined) {
          console.log(`found on day ${seed}: ${found}`)
          return
        }
      }
      expect.unreachable('1,500 days went by')
    } finally {
      mend()
    }
  },
  60_000,
)
