import { failure } from '../../src/errors/errors.ts'
import type { WriteRequest } from '../../src/milvus/request.ts'
import type { Target } from '../../src/sink/ports.ts'
import type { SimulatedClock } from './clock.ts'
import type { Random } from './random.ts'
import { decodeDelete, decodeRows } from './rows.ts'

const place = { endpoint: 'milvus:19530', database: 'default', collection: 'simulated' }

export interface MilvusFaults {
  lostAcks: number
  refusedBeforeWrite: number
  rateLimited: number
  contentRefused: number
  reordered: number
}

/** A collection that answers late, out of order, not at all, or no; what it holds is the ground truth of a simulation. */
export class SimulatedMilvus {
  readonly rows = new Map<number, number>()
  readonly faults: MilvusFaults = {
    lostAcks: 0,
    refusedBeforeWrite: 0,
    rateLimited: 0,
    contentRefused: 0,
    reordered: 0,
  }
  /** Set when a request held a key twice, which Milvus does not forgive. */
  violation: string | undefined
  #sent = 0
  #lastApplied = 0

  constructor(
    readonly clock: SimulatedClock,
    readonly random: Random,
    /** Probability of a fault, per request. */
    readonly faulty: number,
    readonly isPoison: (version: number) => boolean,
  ) {}

  /** The connection of one process; a crashed process's requests may still arrive, but nobody hears the answer. */
  connect(): Target & { crash(): void } {
    const pending = new Set<() => void>()
    let alive = true
    return {
      send: (request) => this.#receive(request, pending, () => alive),
      close() {},
      crash: () => {
        alive = false
        for (const apply of pending) if (this.random.chance(0.5)) apply()
        pending.clear()
      },
    }
  }

  #receive(request: WriteRequest, pending: Set<() => void>, alive: () => boolean): Promise<unknown> {
    const { random, clock } = this
    if (!alive()) return new Promise(() => {})
    const bytes = new Uint8Array(request.bytes)
    if (request.encode(bytes, 0) !== bytes.length) this.violation = 'a request is not as long as it says'
    const deleted = request.kind === 'delete' ? decodeDelete(bytes) : []
    const rows = request.kind === 'delete' ? [] : decodeRows(bytes)
    const keys = [...deleted, ...rows.map(([key]) => key)]
    if (new Set(keys).size !== keys.length) this.violation = 'a request holds a key twice'
    const order = ++this.#sent
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const apply = () => {
      pending.delete(apply)
      if (order < this.#lastApplied) this.faults.reordered++
      this.#lastApplied = order
      for (const key of deleted) this.rows.delete(key)
      for (const [key, version] of rows) this.rows.set(key, version)
    }
    const fault = random.chance(this.faulty) ? random.below(4) : -1
    const applyMs = random.below(50)
    const answerMs = applyMs + random.below(random.chance(0.05) ? 30_000 : 50)
    if (fault === 1 || fault === 2) {
      clock.setTimer(answerMs, () => {
        if (!alive()) return
        if (fault === 1) this.faults.refusedBeforeWrite++
        else this.faults.rateLimited++
        reject(
          fault === 1
            ? failure('MILVUS_UNREACHABLE', place, 'simulated')
            : failure('MILVUS_RATE_LIMITED', place, 'simulated'),
        )
      })
      return promise
    }
    if (rows.some(([, version]) => this.isPoison(version))) {
      clock.setTimer(answerMs, () => {
        if (!alive()) return
        this.faults.contentRefused++
        reject(failure('RECORD_NULL'))
      })
      return promise
    }
    pending.add(apply)
    clock.setTimer(applyMs, () => {
      if (pending.has(apply)) apply()
    })
    clock.setTimer(answerMs, () => {
      if (!alive()) return
      if (fault === 0) {
        this.faults.lostAcks++
        reject(failure('MILVUS_UNREACHABLE', place, 'simulated'))
      } else resolve(undefined)
    })
    return promise
  }
}
