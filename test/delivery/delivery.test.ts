import { describe, expect, test } from 'bun:test'
import { backoffMs } from '../../src/delivery/backoff.ts'
import type { Batch, Request } from '../../src/delivery/batch.ts'
import { Delivery } from '../../src/delivery/delivery.ts'

interface Shape {
  readonly puts?: number
  readonly deletes?: number
  readonly waitsFor?: readonly number[]
  /** One assignment for all entries, or one each. */
  readonly assignments?: readonly number[]
}

function batch(sequence: number, { puts = 1, deletes = 0, waitsFor = [], assignments = [0] }: Shape = {}): Batch {
  const distinct = [...new Set(assignments)]
  return {
    sequence,
    puts,
    deletes,
    waitsFor,
    positions: distinct.map((assignment) => ({ assignment, first: sequence * 100 - 100, offset: sequence * 100 })),
    assignmentOf: (entry) => assignments[entry] ?? assignments[0]!,
    offsetOf: (entry) => sequence * 100 - 100 + entry,
  }
}

function delivery(requests = 4): Delivery<Batch> {
  return new Delivery({ load: { requests }, backoff: { firstMs: 100, maxMs: 1_000 }, random: () => 0.5 })
}

/** All that may be sent now. */
function sendAll(one: Delivery<Batch>, nowMs: number): Request[] {
  const requests: Request[] = []
  for (let request = one.due(nowMs); request !== undefined; request = one.due(nowMs)) requests.push(request)
  return requests
}

const range = ({ batch: { sequence }, from, to }: Request) => [sequence, from, to]

describe('delivery', () => {
  test('no more requests are in flight than allowed', () => {
    const one = delivery(2)
    for (let sequence = 1; sequence <= 5; sequence++) one.admit(batch(sequence))
    expect(sendAll(one, 0).length).toBe(2)
    expect(one.nextDueMs()).toBeUndefined()
  })

  test('a batch waits for an earlier one that holds one of its keys, and others pass it', () => {
    const one = delivery()
    one.admit(batch(1))
    one.admit(batch(2, { waitsFor: [1] }))
    one.admit(batch(3))
    const [first, third] = sendAll(one, 0)
    expect([first, third].map((request) => request!.batch.sequence)).toEqual([1, 3])
    one.answered(first!, 'written', 1)
    expect(sendAll(one, 1).map(range)).toEqual([[2, 0, 1]])
  })

  test('writes and deletes of a batch are two requests, and it settles with the second', () => {
    const one = delivery()
    const both = batch(1, { puts: 3, deletes: 2 })
    one.admit(both)
    const [puts, deletes] = sendAll(one, 0)
    expect([range(puts!), range(deletes!)]).toEqual([
      [1, 0, 3],
      [1, 3, 5],
    ])
    expect(one.answered(deletes!, 'written', 0).settled).toBeUndefined()
    expect(one.committable()).toEqual([])
    expect(one.answered(puts!, 'written', 0).settled).toBe(both)
    expect(one.committable()).toEqual([{ assignment: 0, offset: 100 }])
  })

  test('a batch without work settles at once', () => {
    const one = delivery()
    const idle = batch(1, { puts: 0 })
    expect(one.admit(idle)).toBe(idle)
    expect(one.committable()).toEqual([{ assignment: 0, offset: 100 }])
  })

  test('a record set aside holds its own offset, and neither its batch nor other partitions', () => {
    const one = delivery()
    const mixed = batch(1, { assignments: [0, 1] })
    one.watermark.hold(mixed)
    const [early, late] = [one.setAside(0, 40), one.setAside(0, 60)]
    one.admit(mixed)
    const [request] = sendAll(one, 0)
    expect(one.answered(request!, 'written', 0).settled).toBe(mixed)
    expect(one.committable()).toEqual([
      { assignment: 0, offset: 40 },
      { assignment: 1, offset: 100 },
    ])
    expect([one.isSettled, one.isOpen([0]), one.isOpen([1])]).toEqual([false, true, false])
    one.disposed(late)
    expect(one.committable()).toContainEqual({ assignment: 0, offset: 40 })
    one.disposed(early)
    expect(one.committable()).toContainEqual({ assignment: 0, offset: 100 })
    expect(one.isSettled).toBe(true)
  })

  test('a request that failed is sent again after its backoff, older batches first', () => {
    const one = delivery(1)
    one.admit(batch(1))
    one.admit(batch(2))
    const [first] = sendAll(one, 0)
    one.answered(first!, 'retry', 10)
    expect(sendAll(one, 10).map(range)).toEqual([[2, 0, 1]])
    const again = delivery(1)
    again.admit(batch(1))
    const [failing] = sendAll(again, 0)
    again.answered(failing!, 'retry', 10)
    expect(again.nextDueMs()).toBe(85)
    expect(again.due(84)).toBeUndefined()
    expect(again.due(85)).toMatchObject({ attempts: 2, firstSentMs: 0 })
  })

  test.each([
    [1, 1_000],
    [3, 10_000],
    [20, 4_096],
  ])('%p bad rows among %p cost at most 2·b·log2 N more requests, and only they are refused', (bad, rows) => {
    const one = delivery(1)
    const whole = batch(1, { puts: rows })
    one.admit(whole)
    const poison = new Set(Array.from({ length: bad }, (_, i) => Math.floor(((i + 0.5) * rows) / bad)))
    const refused: number[] = []
    let requests = 0
    let settled: Batch | undefined
    for (let request = one.due(0); request !== undefined; request = one.due(0)) {
      requests++
      const { from, to } = request
      const isBad = [...poison].some((row) => row >= from && row < to)
      const consequence = one.answered(request, isBad ? 'refused' : 'written', 0)
      settled ??= consequence.settled
      if (consequence.refused === undefined) continue
      refused.push(consequence.refused.offset)
      one.disposed(consequence.refused)
    }
    expect(refused).toEqual([...poison].sort((a, b) => a - b))
    expect(settled).toBe(whole)
    expect(requests - 1).toBeLessThanOrEqual(2 * bad * Math.ceil(Math.log2(rows)))
  })

  test('a request that is too large is halved until it fits', () => {
    const one = delivery(1)
    one.admit(batch(1, { puts: 10 }))
    const sent: number[][] = []
    for (let request = one.due(0); request !== undefined; request = one.due(0)) {
      sent.push(range(request))
      one.answered(request, request.to - request.from > 3 ? 'too-large' : 'written', 0)
    }
    expect(sent).toEqual([
      [1, 0, 10],
      [1, 0, 5],
      [1, 0, 2],
      [1, 2, 5],
      [1, 5, 10],
      [1, 5, 7],
      [1, 7, 10],
    ])
    expect(one.unsettledBatches).toBe(0)
  })

  test('rows of a partition that was taken away are not sent, nor sent again', () => {
    const one = delivery(1)
    const mixed = batch(1, { puts: 6, assignments: [0, 0, 1, 1, 0, 1] })
    const waiting = batch(2, { puts: 2, assignments: [0, 0] })
    one.admit(mixed)
    one.admit(waiting)
    const [inFlight] = sendAll(one, 0)
    expect(one.abandon([0])).toEqual([waiting])
    one.answered(inFlight!, 'retry', 0)
    const sent: number[][] = []
    for (let request = one.due(5_000); request !== undefined; request = one.due(5_000)) {
      sent.push(range(request))
      one.answered(request, 'written', 5_000)
    }
    expect(sent).toEqual([
      [1, 2, 4],
      [1, 5, 6],
    ])
    expect(one.committable()).toEqual([{ assignment: 1, offset: 100 }])
  })

  test('rows of a partition that was taken away while their batch was being filled are not sent, and move no offset', () => {
    const one = delivery()
    one.admit(batch(1))
    sendAll(one, 0)
    one.abandon([0])
    expect(one.admit(batch(2, { puts: 2, assignments: [0, 0] }))?.sequence).toBe(2)
    one.admit(batch(3, { puts: 2, deletes: 1, assignments: [0, 1, 0] }))
    const rest = sendAll(one, 0)
    expect(rest.map(range)).toEqual([[3, 1, 2]])
    expect(one.answered(rest[0]!, 'written', 0).settled?.sequence).toBe(3)
    expect(one.committable()).toEqual([{ assignment: 1, offset: 300 }])
  })

  test('a request that was given up keeps its batch open: nothing of it is committed', () => {
    const one = delivery()
    one.admit(batch(1))
    const [request] = sendAll(one, 0)
    one.gaveUp(request!)
    expect(one.inFlight).toBe(0)
    expect(one.unsettledBatches).toBe(1)
    expect(one.committable()).toEqual([])
  })
})

describe('backoff', () => {
  test('doubles up to its bound, and is spread over half an interval', () => {
    const backoff = { firstMs: 100, maxMs: 1_000 }
    expect([1, 2, 3, 4, 5, 60].map((attempts) => backoffMs(backoff, attempts, 1))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ])
    expect(backoffMs(backoff, 3, 0)).toBe(200)
  })
})
