import { CaughtUp } from '../../src/delivery/caught-up.ts'
import type { LoadLimits } from '../../src/delivery/load.ts'
import { createLog } from '../../src/ops/log.ts'
import { PausedParts } from '../../src/sink/paused-parts.ts'
import { Sink } from '../../src/sink/sink.ts'
import { SimulatedClock } from './clock.ts'
import { SimulatedDeadLetters } from './dead-letters.ts'
import { type LogRecord, SimulatedLog } from './log.ts'
import { SimulatedMember } from './member.ts'
import { SimulatedMilvus } from './milvus.ts'
import { Random } from './random.ts'
import { simulatedRouter } from './router.ts'

export interface Day {
  /** What a sink must never do; empty on a good day and on a bad one alike. */
  readonly violations: string[]
  readonly faults: Record<string, number>
}

const partitions = 4

/** One seeded bad day: two members of a group, crashes, rebalances, a moody Milvus; then calm, until everything is delivered. */
export async function simulate(seed: number): Promise<Day> {
  const random = new Random(seed)
  const clock = new SimulatedClock()
  const poison = random.chance(0.3)
  const log = new SimulatedLog(random, partitions, 50 + random.below(200), 3 + random.below(60), poison)
  const faulty = random.chance(0.2) ? 0 : random.next() * 0.4
  const milvusPoison = new Set<number>()
  if (poison) for (const record of log.partitions.flat()) if (random.chance(0.01)) milvusPoison.add(record.version)
  const milvus = new SimulatedMilvus(clock, random, faulty, (version) => milvusPoison.has(version))
  const violations: string[] = []
  const faults: Record<string, number> = { crashes: 0, rebalances: 0, lost: 0, commitFailures: 0, pauses: 0 }
  // A row that Milvus refuses may have superseded an earlier one of its key by then: both are accounted for, neither is live.
  const lastRefused = new Map<number, number>()
  for (const { key, version } of log.partitions.flat()) {
    if (milvusPoison.has(version)) lastRefused.set(key, Math.max(version, lastRefused.get(key) ?? 0))
  }
  const nullValues = random.chance(0.7) ? 'delete' : 'ignore'
  const deletes = ({ tombstone }: LogRecord) => tombstone && nullValues === 'delete'
  const mayBeSkipped = (record: LogRecord) =>
    (record.poison && !record.tombstone) ||
    (record.tombstone && nullValues === 'ignore') ||
    record.version <= (lastRefused.get(record.key) ?? 0)
  const lastDelete = new Map<number, number>()
  for (const record of log.partitions.flat()) if (deletes(record)) lastDelete.set(record.key, record.version)
  const deadLetters = random.chance(0.5) ? new SimulatedDeadLetters(clock, random) : undefined

  /** Whether what the record asked for has happened, or something later on its key. */
  const isSettled = (record: LogRecord) => {
    const live = milvus.rows.get(record.key)
    if (deletes(record)) return live === undefined || live > record.version
    return live === undefined ? (lastDelete.get(record.key) ?? 0) > record.version : live >= record.version
  }
  const accept = (partition: number, offset: number) => {
    for (const record of log.partitions[partition]!) {
      if (record.offset >= offset) break
      const dead = record.poison && !record.tombstone
      if (dead && deadLetters !== undefined && !deadLetters.letters.has(`${partition}/${record.offset}`)) {
        violations.push(`committed ${offset} in partition ${partition}, but offset ${record.offset} is no dead letter`)
      }
      if (mayBeSkipped(record) || isSettled(record)) continue
      violations.push(`committed ${offset} in partition ${partition}, but offset ${record.offset} is not in Milvus`)
      return
    }
    log.committed[partition] = offset
  }

  const start = (caughtUp: CaughtUp | undefined) => {
    const target = milvus.connect()
    const pausedParts = new PausedParts()
    const member = new SimulatedMember(log, clock, random, faulty, accept)
    const sink = new Sink({
      router: simulatedRouter(target, () => member.assignments, nullValues, random, clock),
      closeTarget: () => target.close(),
      clock,
      log: createLog({ write: () => {}, now: () => new Date(0) }),
      random: () => random.next(),
      batchRowsMax: 1 + random.below(30),
      lingerMs: random.below(50),
      load: loadOf(seed, 1 + random.below(4)),
      retryBackoffMs: 10,
      retryBackoffMaxMs: 1_000,
      commitIntervalMs: 20 + random.below(200),
      shutdownTimeoutMs: 120_000,
      retryLimits: { retriesMax: undefined, retryTimeoutMs: undefined },
      onReject: !poison ? 'stop' : (deadLetters?.connect(() => member.alive) ?? 'skip'),
      caughtUp,
      pausedParts,
    })
    member.sink = sink
    let ended = false
    const run = sink.run(member).then(
      () => {
        ended = true
      },
      (error: Error) => {
        ended = true
        violations.push(`a sink ended with ${error.message}`)
      },
    )
    const pause = (partition: number | undefined) => {
      faults.pauses!++
      pausedParts.pause({ topic: 't', partition })
      sink.partsChanged()
    }
    const resume = (partition?: number) => {
      pausedParts.resume(partition === undefined ? undefined : { topic: 't', partition })
      sink.partsChanged()
    }
    return { target, member, sink, run, pause, resume, isEnded: () => ended }
  }

  const crash = (process: ReturnType<typeof start>) => {
    process.member.alive = false
    process.target.crash()
  }

  // The bad part of the day: partitions wander between two processes, each of which may die at any moment.
  const owner: (number | undefined)[] = Array.from({ length: partitions }, () => undefined)
  const processes = [start(undefined), start(undefined)]
  for (let hour = random.below(12); hour >= 0; hour--) {
    const until = clock.now() + random.below(400)
    clock.setTimer(until - clock.now(), () => {})
    await clock.runUntil(() => clock.now() >= until, 5_000)
    if (random.chance(0.25)) {
      const died = random.below(2)
      faults.crashes!++
      faults.commitFailures! += processes[died]!.member.commitFailures
      crash(processes[died]!)
      processes[died] = start(undefined)
      for (let partition = 0; partition < partitions; partition++)
        if (owner[partition] === died) owner[partition] = undefined
    }
    // Nobody may have to take it back: a pause ends with its process.
    const steered = processes[random.below(2)]!
    if (random.chance(0.3)) steered.pause(random.chance(0.2) ? undefined : random.below(partitions))
    if (random.chance(0.3)) steered.resume(random.chance(0.3) ? undefined : random.below(partitions))
    const partition = random.below(partitions)
    const from = owner[partition]
    if (from !== undefined) {
      const lost = random.chance(0.1)
      faults[lost ? 'lost' : 'rebalances']!++
      let yielded = false
      void processes[from]!.member.revoke(partition, lost).then(() => {
        yielded = true
      })
      if (!(await clock.runUntil(() => yielded, 50_000))) violations.push('a partition was never yielded')
      // What was in flight when a partition is lost cannot be called back by anyone; the next owner comes after it has landed.
      const landedMs = clock.now() + 60
      clock.setTimer(60, () => {})
      await clock.runUntil(() => clock.now() >= landedMs, 50_000)
    }
    owner[partition] = random.below(2)
    processes[owner[partition]!]!.member.assign(partition)
  }
  for (const process of processes) {
    faults.commitFailures! += process.member.commitFailures
    crash(process)
  }

  // Then one run until caught up, as cron does it.
  const last = start(new CaughtUp(log.ends.map((offset, partition) => ({ topic: 't', partition, offset }))))
  for (let partition = 0; partition < partitions; partition++) last.member.assign(partition)
  if (random.chance(0.3)) {
    const [partition, pauseMs] = [random.below(partitions), random.below(500)]
    clock.setTimer(random.below(30), () => last.pause(partition))
    clock.setTimer(30 + pauseMs, () => last.resume(random.chance(0.5) ? partition : undefined))
  }
  if (!(await clock.runUntil(last.isEnded, 200_000))) violations.push('the last run did not end')

  for (const [partition, records] of log.partitions.entries()) {
    if (log.committed[partition] !== log.ends[partition]) {
      violations.push(`partition ${partition} ended committed at ${log.committed[partition]} of ${log.ends[partition]}`)
    }
    const lastOf = new Map<number, LogRecord>()
    for (const record of records) if (!mayBeSkipped(record)) lastOf.set(record.key, record)
    for (const [key, record] of lastOf) {
      const live = milvus.rows.get(key)
      if (live !== (deletes(record) ? undefined : record.version))
        violations.push(`key ${key} ended as version ${live} instead of ${record.version}`)
    }
  }
  if (milvus.violation !== undefined) violations.push(milvus.violation)
  faults.deadLetterOutages = deadLetters?.outages ?? 0
  return { violations, faults: { ...faults, ...milvus.faults } }
}

/** On every fourth day the sink may find out how much Milvus takes; on the others that is set. */
function loadOf(seed: number, requests: number): LoadLimits {
  return seed % 4 === 0
    ? { bytes: { least: 200, most: 1_600 }, requests: { least: 1, first: requests, most: 16 } }
    : { bytes: { least: 200, most: 200 }, requests: { least: requests, first: requests, most: requests } }
}
