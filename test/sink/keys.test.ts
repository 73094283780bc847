import { describe, expect, test } from 'bun:test'
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { KeyMode } from '../../src/config/sink.ts'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { RecordKey } from '../../src/decode/key.ts'
import { Arena } from '../../src/kafka/arena.ts'
import { WriteTarget } from '../../src/milvus/request.ts'
import { DataType, keyAlone } from '../../src/milvus/schema.ts'
import { Effect, Effects } from '../../src/sink/effect.ts'
import { KeySource } from '../../src/sink/keys.ts'
import { Lane } from '../../src/sink/lane.ts'
import { RowBatch } from '../../src/sink/row-batch.ts'
import { columnValues } from '../columns/protobuf.ts'
import { collection, key, varchar, vector } from '../columns/schema.ts'
import { arenaWith } from '../mapping/one-record.ts'

const numbers = collection([key('id'), vector('v', 2)])
const texts = collection([key('id', DataType.VarChar, { maxLengthBytes: 20 }), vector('v', 2)])

/** An arena of records with these keys, all of assignment 0 from offset `first`. */
function arenaOf(keys: readonly (string | null)[], first = 0): Arena {
  const arena = new Arena(1024, 16)
  let at = 0
  for (const [row, text] of keys.entries()) {
    const bytes = Buffer.from(text ?? '')
    arena.bytes.set(bytes, at)
    arena.keyStart[row] = text === null ? -1 : at
    arena.keyEnd[row] = text === null ? -1 : at + bytes.length
    arena.offset[row] = first + row
    at += bytes.length
  }
  arena.rows = keys.length
  return arena
}

function source(mode: KeyMode, schema = numbers, topic = 'orders'): KeySource {
  const recordKey = new RecordKey(schema, { kind: 'string' })
  return new KeySource(mode, recordKey, () => [{ index: 0, topic, partition: 3, owned: true }])
}

/** The keys of rows that `open` opened. */
function opened(keySource: KeySource, arena: Arena, schema = texts): unknown[] {
  const columns = new ColumnBatch(schema)
  return Array.from({ length: arena.rows }, (_, row) => {
    if (keySource.open(arena, row, columns) < 0) return keySource.failure().code
    const vectors = columns.fields[1] as unknown as { start(): number }
    vectors.start()
    columns.commit()
    return columns.key!.keyAt(columns.rows - 1)
  })
}

describe('pk.mode=kafka', () => {
  test('makes the key of topic, partition and offset, beyond 2^32 too', () => {
    expect(opened(source('kafka', texts), arenaOf([null, null], 0))).toEqual(['orders-3-0', 'orders-3-1'])
    expect(opened(source('kafka', texts), arenaOf([null], 9))).toEqual(['orders-3-9'])
    expect(opened(source('kafka', texts), arenaOf([null, null], 99_999))).toEqual(['orders-3-99999', 'orders-3-100000'])
    expect(opened(source('kafka', texts), arenaOf([null], 2 ** 33 + 7))).toEqual([`orders-3-${2 ** 33 + 7}`])
  })

  test('refuses the record when the key is longer than the field takes', () => {
    expect(opened(source('kafka', texts, 'a-longer-topic-12'), arenaOf([null], 9))).toEqual(['VARCHAR_TOO_LONG'])
    expect(opened(source('kafka', texts, 'a-longer-topic-1'), arenaOf([null], 9))).toEqual(['a-longer-topic-1-3-9'])
    expect(opened(source('kafka', texts, 'a-longer-topic-1'), arenaOf([null], 10))).toEqual(['VARCHAR_TOO_LONG'])
  })

  test('makes long keys whose length takes two bytes on the wire', () => {
    const schema = collection([key('id', DataType.VarChar, { maxLengthBytes: 300 }), vector('v', 2)])
    const topic = 't'.repeat(200)
    expect(opened(source('kafka', schema, topic), arenaOf([null], 12), schema)).toEqual([`${topic}-3-12`])
  })
})

describe('pk.mode=record_key', () => {
  test("takes the record's key, and refuses a record without one", () => {
    const keys = source('record_key')
    expect(opened(keys, arenaOf(['7', null, 'x', '-1']), numbers)).toEqual([7n, 'KEY_ABSENT', 'FIELD_WRONG_KIND', -1n])
  })
})

describe('pk.mode=record_value', () => {
  test('leaves the key to the value, and reads the record key of tombstones alone', () => {
    const keys = source('record_value')
    const columns = new ColumnBatch(numbers)
    expect(keys.open(arenaOf(['x']), 0, columns)).toBe(0)
    const deleted = new ColumnBatch(collection([key('id')]))
    expect(keys.delete(arenaOf(['9007199254740993']), 0, deleted)).toBe(0)
    expect(deleted.key!.keyAt(0)).toBe(9007199254740993n)
  })

  test('a tombstone whose key is unfit leaves the deleted keys as they were', () => {
    const keys = source('record_value')
    const deleted = new ColumnBatch(collection([key('id')]))
    expect(keys.delete(arenaOf(['1']), 0, deleted)).toBe(0)
    expect(keys.delete(arenaOf(['one']), 0, deleted)).toBeLessThan(0)
    expect(keys.failure().code).toBe('FIELD_WRONG_KIND')
    expect(keys.delete(arenaOf([null]), 0, deleted)).toBeLessThan(0)
    expect(keys.failure().code).toBe('KEY_ABSENT')
    expect(keys.delete(arenaOf(['2']), 0, deleted)).toBe(0)
    expect([deleted.rows, deleted.key!.keyAt(0), deleted.key!.keyAt(1)]).toEqual([2, 1n, 2n])
  })
})

describe('a batch', () => {
  /** Runs `put KEY` and `delete KEY` through a batch in this order; what is left of it. */
  function left(steps: readonly string[]): { puts: string[]; deletes: string[]; superseded: number } {
    const keys = source('record_key')
    const effects = new Effects(compileJsonPlan(numbers, { envelope: false }), keys, 'delete', () => [])
    const target = { send: async () => {}, close() {} }
    const batch = new RowBatch(new Lane({ schema: numbers, effects, target, write: new WriteTarget('numbers') }), 16)
    batch.begin()
    for (const [offset, step] of steps.entries()) {
      const [what, recordKey] = step.split(' ')
      const arena = arenaOf([recordKey!], offset)
      if (what === 'put') {
        keys.open(arena, 0, batch.columns)
        const vectors = batch.columns.fields[1] as unknown as { start(): number; values: Float32Array }
        vectors.values[vectors.start()] = offset
        batch.columns.commit()
        batch.addPut(0, offset)
      } else {
        keys.delete(arena, 0, batch.deletedKeys)
        batch.addDelete(0, offset)
      }
    }
    batch.seal(1)
    const vectors = batch.columns.fields[1] as unknown as { values: Float32Array }
    const puts = Array.from({ length: batch.puts }, (_, row) => {
      expect(vectors.values[row * 2]).toBe(batch.offsetOf(row))
      return `${batch.columns.key!.keyAt(row)}@${batch.offsetOf(row)}`
    })
    const deletes = Array.from({ length: batch.deletes }, (_, row) => {
      return `${batch.deletedKeys.key!.keyAt(row)}@${batch.offsetOf(batch.puts + row)}`
    })
    expect(batch.positions).toEqual([{ assignment: 0, first: 0, offset: steps.length }])
    return { puts, deletes, superseded: batch.superseded }
  }

  test('that puts, deletes and puts a key again holds the last put alone', () => {
    expect(left(['put 1', 'delete 1', 'put 1'])).toEqual({ puts: ['1@2'], deletes: [], superseded: 2 })
  })

  test('that puts a key and deletes it holds the deletion alone', () => {
    expect(left(['put 1', 'delete 1'])).toEqual({ puts: [], deletes: ['1@1'], superseded: 1 })
  })

  test('that deletes a key twice deletes it once', () => {
    expect(left(['delete 1', 'delete 1'])).toEqual({ puts: [], deletes: ['1@1'], superseded: 1 })
  })

  test('keeps the neighbours of what is superseded, each with its own place', () => {
    const steps = ['put 1', 'put 2', 'delete 3', 'put 1', 'delete 2', 'put 3', 'delete 4', 'put 5', 'put 5']
    expect(left(steps)).toEqual({ puts: ['1@3', '3@5', '5@8'], deletes: ['2@4', '4@6'], superseded: 4 })
  })
})

test('a record whose key cannot be read leaves its neighbours in the batch as they are', () => {
  const everything = collection([
    key('id', DataType.VarChar, { maxLengthBytes: 20 }),
    varchar('title', 20, { nullable: true }),
    vector('v', 2),
  ])
  const keys = source('record_key', everything)
  const decoder = compileJsonPlan(everything, { envelope: false, keyElsewhere: true })
  const effects = new Effects(decoder, keys, 'ignore', () => [])
  const columns = new ColumnBatch(everything)
  const deleted = new ColumnBatch(keyAlone(everything))
  const take = (recordKey: string | null, value: string) =>
    effects.of(arenaWith({ key: recordKey, value }), 0, columns, deleted)
  expect(take('one', '{"title":"first","v":[1,2]}')).toBe(Effect.Put)
  const { bytes } = columns
  expect(take(null, '{"title":"a longer one","v":[3,4]}')).toBe(Effect.Rejected)
  expect(effects.rejection!.code).toBe('KEY_ABSENT')
  expect(take('longer than the field takes', '{"v":[5]}')).toBe(Effect.Rejected)
  expect(effects.rejection!.code).toBe('VECTOR_DIM_MISMATCH')
  expect(take(null, 'null')).toBe(Effect.Tombstone)
  expect([columns.rows, columns.bytes]).toEqual([1, bytes])
  expect(take('two', '{"title":null,"v":[7,8]}')).toBe(Effect.Put)
  expect(columns.columns.map((column) => columnValues(column))).toEqual([
    ['one', 'two'],
    ['first', null],
    [
      [1, 2],
      [7, 8],
    ],
  ])
})

test('a dead letter that does not say where it was read first has no key of its place', () => {
  const origins = [{ topic: 'orders', partition: 2, offset: 7 }, undefined]
  const keys = new KeySource(
    'kafka',
    undefined,
    () => [],
    (row) => origins[row],
  )
  expect(opened(keys, arenaOf(['a', 'b']))).toEqual(['orders-2-7', 'LETTER_WITHOUT_ORIGIN'])
})
