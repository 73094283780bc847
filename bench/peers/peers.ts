/**
 * `make bench-peers`: redkite beside what people write in its place, on the same topics and servers, in turns, several rounds of each. Prints medians with
 * their spread, and keeps every run in bench/results.
 *
 * PEERS_DIMS=8,128,768,1536 PEERS_SERVERS=null,milvus,lite PEERS_ROUNDS=3 PEERS_SECONDS=4 PEERS_NAMES='redkite,Node' choose what is run. PEERS_CORES=apart gives a
 * Milvus the first core and all else the second.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { layoutFor } from '../../src/bench/kafka/layout.ts'
import { RecordMaker } from '../../src/bench/kafka/records.ts'
import { machine } from '../../src/bench/machine.ts'
import { startKafka } from '../../test/servers/kafka.ts'
import { fillTopic } from '../fill.ts'
import { cpuMsOf } from '../process-usage.ts'
import { run } from '../run.ts'
import { type Contender, contenders } from './contenders.ts'
import { type Measured, printMedians, type ServersCpu } from './medians.ts'
import { index, openServer } from './servers.ts'
import type { PeerRun, PeerSetup } from './setup.ts'

const chosen = (name: string, fallback: string) => (process.env[name] ?? fallback).split(',')
const dims = chosen('PEERS_DIMS', '8,128,768,1536').map(Number)
const servers = chosen('PEERS_SERVERS', 'null,milvus,lite')
const rounds = Number(process.env.PEERS_ROUNDS ?? 3)
const seconds = Number(process.env.PEERS_SECONDS ?? 4)
const apart = process.env.PEERS_CORES === 'apart'
/** A name may hold a comma and a space; between names there is only the comma. */
const names = process.env.PEERS_NAMES?.split(/,(?! )/) ?? contenders.map(({ name }) => name)

/** Of JSON, and rows: enough that redkite's compiler has done its work long before the end, and no more than a broker keeps in memory. */
const topicBytes = 2_400_000_000
const rowsMax = 5_000_000
const partitions = 4
/** What the SDKs' own documents advise: requests of some megabytes, a few at a time. */
const requestBytes = 4_000_000
const batchRowsMax = 5_000
const inFlight = 4
/** As `redkite bench --duration` leaves out; a Milvus takes the first rows faster than any later ones. */
const warmUpSeconds = 1

const startedOn = machine()
const versions: Record<string, string> = {}
const taking: Contender[] = []
for (const contender of contenders.filter(({ name }) => names.includes(name))) {
  const version = await contender.version()
  if (version === undefined) console.log(`${contender.name} is left out: see bench/README.md`)
  else {
    versions[contender.name] = version
    taking.push(contender)
  }
}
const { cpu, cores } = startedOn
console.log(`${cores} cores of ${cpu}, load before ${startedOn.load.toFixed(1)}`)
for (const [name, version] of Object.entries(versions)) console.log(`  ${name}: ${version}`)

const all: Measured[] = []
const at = new Date()
const folder = join(import.meta.dir, '..', 'results')
const file = `peers-${at.toISOString().slice(0, 16).replaceAll(':', '')}.json`
const kafka = await startKafka()
const began = performance.now()
// What is started later has the core of who starts it.
if (apart) for (const pid of [process.pid, kafka.pid]) await keepOnCore(1, pid)
try {
  for (const dim of dims) await measureDims(dim)
} finally {
  await kafka.stop()
}
console.log(`\nbench/results/${file}, after ${((performance.now() - began) / 60_000).toFixed(1)} minutes`)
process.exit(0)

async function measureDims(dim: number): Promise<void> {
  const topic = `peers-${dim}`
  await kafka.tools.createTopic(topic, partitions)
  const rows = await fill(topic, dim)
  for (const kind of servers) {
    const server = await openServer(kind, dim)
    if (apart && server.pid !== undefined) await keepOnCore(0, server.pid)
    const here: Measured[] = []
    try {
      for (let round = 0; round < rounds; round++) {
        // Each takes each place in turn, so that nobody always comes after the slowest.
        const order = taking.map((_, i) => taking[(i + round) % taking.length]!)
        for (const contender of order) {
          if (contender.name === 'replay' && kind === 'lite') continue
          const setup: Omit<PeerSetup, 'collection'> = {
            bootstrap: kafka.bootstrap,
            topic,
            group: `peers-${kind}-${dim}-${here.length}-${Date.now()}`,
            milvus: server.address,
            dims: dim,
            rows,
            seconds,
            warmUpSeconds,
            batchRows: Math.max(100, Math.min(batchRowsMax, Math.floor(requestBytes / (dim * 4)))),
            inFlight,
            mode: 'rows',
          }
          // As redkite makes and drops its own collection, that counts for all: a drop is half of what Milvus Lite does.
          const measured = await withCpu(server.pid, () =>
            server.withCollection(`peers_${dim}_${here.length}`, (collection) =>
              contender.run({ ...setup, collection }, kind === 'null'),
            ),
          )
          here.push({ server: kind, dims: dim, contender: contender.name, round, ...measured })
        }
      }
    } finally {
      await server.stop()
    }
    all.push(...here)
    // After each server, so that a run which is broken off has not been in vain.
    await keep()
    printMedians(`${dim} numbers into ${server.what}`, here)
  }
  await kafka.tools.deleteTopic(topic)
}

/** All threads that a process has; those it starts later have their core too. */
async function keepOnCore(core: number, pid: number): Promise<void> {
  await run(['taskset', '--all-tasks', '--cpu-list', '--pid', String(core), String(pid)])
}

/** What the servers take meanwhile, on the same cores. */
async function withCpu(pid: number | undefined, work: () => Promise<PeerRun>): Promise<PeerRun & ServersCpu> {
  const kafkaBeforeMs = cpuMsOf(kafka.pid)
  const milvusBeforeMs = pid === undefined ? 0 : await cpuMsAtRest(pid)
  const measured = await work()
  const kafkaCpuSeconds = (cpuMsOf(kafka.pid) - kafkaBeforeMs) / 1000
  const milvusCpuSeconds = pid === undefined ? undefined : ((await cpuMsAtRest(pid)) - milvusBeforeMs) / 1000
  return { ...measured, kafkaCpuSeconds, milvusCpuSeconds }
}

/** Waits until a server has hardly used a core for a second, or for long. */
async function cpuMsAtRest(pid: number): Promise<number> {
  let usedMs = cpuMsOf(pid)
  for (let wait = 0, restful = 0; restful < 4 && wait < 80; wait++) {
    await Bun.sleep(250)
    const nowMs = cpuMsOf(pid)
    restful = nowMs - usedMs < 50 ? restful + 1 : 0
    usedMs = nowMs
  }
  return usedMs
}

/** Returns the number of rows. */
async function fill(topic: string, dim: number): Promise<number> {
  const maker = new RecordMaker('json', dim)
  const rows = Math.min(rowsMax, Math.floor(topicBytes / maker.recordBytes))
  const { stretchRows } = layoutFor(maker.recordBytes, rows, topicBytes, false)
  await fillTopic(kafka.bootstrap, {
    topic,
    rows,
    partitionAt: (row) => Math.floor(row / stretchRows) % partitions,
    valueAt: (row) => maker.record(row).value,
  })
  return rows
}

async function keep(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const settings = {
    dims,
    servers,
    rounds,
    seconds,
    cores: apart ? 'apart' : 'shared',
    partitions,
    requestBytes,
    batchRowsMax,
    inFlight,
    index: index.type,
  }
  const kept = { at: at.toISOString(), machine: startedOn, versions, settings, runs: all }
  await Bun.write(join(folder, file), `${JSON.stringify(kept, undefined, 1)}\n`)
}
