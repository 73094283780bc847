/**
 * `make bench-peers`: redkite beside what people write in its place, on the same topics and servers, in turns, several rounds of each. Prints medians with
 * their spread, and keeps every run in bench/results.
 *
 * PEERS_DIMS=8,128,768,1536 PEERS_SERVERS=null,milvus,lite PEERS_ROUNDS=3 PEERS_SECONDS=4 PEERS_NAMES='redkite,Node' choose what is run.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { layoutFor } from '../../src/bench/kafka/layout.ts'
import { RecordMaker } from '../../src/bench/kafka/records.ts'
import { machine } from '../../src/bench/machine.ts'
import { startNullMilvus } from '../../src/bench/null-milvus/start.ts'
import { Producer } from '../../src/kafka/producer.ts'
import { connect } from '../../src/milvus/connect.ts'
import { createCollection, loadCollection, type NewCollection } from '../../src/milvus/create.ts'
import { DataType } from '../../src/milvus/schema.ts'
import { proposedSchema } from '../../src/preflight/proposed-schema.ts'
import { startKafka } from '../../test/servers/kafka.ts'
import { startMilvus } from '../../test/servers/milvus.ts'
import { startMilvusLite } from '../../test/servers/milvus-lite.ts'
import { cpuSecondsOf } from '../cpu-time.ts'
import { type Contender, contenders } from './contenders.ts'
import { type Measured, printMedians, type ServersCpu } from './medians.ts'
import type { PeerRun, PeerSetup } from './setup.ts'

const chosen = (name: string, fallback: string) => (process.env[name] ?? fallback).split(',')
const dims = chosen('PEERS_DIMS', '8,128,768,1536').map(Number)
const servers = chosen('PEERS_SERVERS', 'null,milvus,lite')
const rounds = Number(process.env.PEERS_ROUNDS ?? 3)
const seconds = Number(process.env.PEERS_SECONDS ?? 4)
const names = chosen('PEERS_NAMES', contenders.map(({ name }) => name).join(';'))
  .join(',')
  .split(/;|,(?! )/)

/** Of JSON, and rows: enough that redkite's compiler has done its work long before the end, and no more than a broker keeps in memory. */
const topicBytes = 2_400_000_000
const rowsMax = 5_000_000
const partitions = 4
/** What the SDKs' own documents advise: requests of some megabytes, a few at a time. */
const requestBytes = 4_000_000
const batchRowsMax = 5_000
const inFlight = 4
const index = { type: 'FLAT', metric: 'L2', params: {} }

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
    const server = await open(kind, dim)
    const here: Measured[] = []
    try {
      for (let round = 0; round < rounds; round++) {
        // Each takes each place in turn, so that nobody always comes after the slowest.
        const order = taking.map((_, i) => taking[(i + round) % taking.length]!)
        for (const contender of order) {
          if (contender.name === 'replay' && kind === 'lite') continue
          const collection = `peers_${dim}_${here.length}`
          const group = `peers-${kind}-${dim}-${here.length}-${Date.now()}`
          const setup: PeerSetup = {
            ...{
              bootstrap: kafka.bootstrap,
              topic,
              group,
              milvus: server.address,
              collection: server.name ?? collection,
            },
            ...{ dims: dim, rows, seconds, inFlight, mode: 'rows' },
            batchRows: Math.max(100, Math.min(batchRowsMax, Math.floor(requestBytes / (dim * 4)))),
          }
          const run = await server.with(collection, () =>
            withCpu(server.pid, () => contender.run(setup, kind === 'null')),
          )
          here.push({ server: kind, dims: dim, contender: contender.name, round, ...run })
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

/** What the servers take meanwhile, on the same cores. */
async function withCpu(pid: number | undefined, run: () => Promise<PeerRun>): Promise<PeerRun & ServersCpu> {
  const now = () => [cpuSecondsOf(kafka.pid), pid === undefined ? undefined : cpuSecondsOf(pid)] as const
  const [kafkaBefore, milvusBefore = 0] = now()
  const measured = await run()
  const [kafkaAfter, milvusAfter] = now()
  const milvusCpuSeconds = milvusAfter === undefined ? undefined : milvusAfter - milvusBefore
  return { ...measured, kafkaCpuSeconds: kafkaAfter - kafkaBefore, milvusCpuSeconds }
}

interface Server {
  readonly what: string
  readonly address: string
  /** Of the one collection that there is. */
  readonly name: string | undefined
  /** Undefined: redkite brings its own. */
  readonly pid: number | undefined
  with<T>(collection: string, work: () => Promise<T>): Promise<T>
  stop(): Promise<void>
}

async function open(kind: string, dim: number): Promise<Server> {
  const collection: NewCollection = {
    ...{ name: 'peers', dynamicField: false, shards: 1, consistency: 'Bounded', index },
    fields: [
      { name: 'id', type: DataType.Int64, primaryKey: true },
      { name: 'vector', type: DataType.FloatVector, dim },
    ],
  }
  if (kind === 'null') {
    const server = await startNullMilvus({ schema: proposedSchema({ collection }) })
    const address = `127.0.0.1:${server.port}`
    const stop = () => server.stop()
    return { what: 'a null Milvus', address, name: 'peers', pid: undefined, with: (_, work) => work(), stop }
  }
  const server = kind === 'lite' ? await startMilvusLite() : await startMilvus()
  const { host, port } = server
  const connection = await connect({ endpoint: { host, port, tls: false }, requestTimeoutMs: 120_000 })
  return {
    what: `Milvus ${connection.serverVersion}`,
    address: `${host}:${port}`,
    name: undefined,
    pid: server.pid,
    async with(name, work) {
      await createCollection(connection, { ...collection, name })
      await loadCollection(connection, name, index)
      try {
        return await work()
      } finally {
        await connection.order('DropCollection', { collection_name: name }, name)
      }
    },
    async stop() {
      await connection.close()
      await server.stop()
    },
  }
}

/** Returns the number of rows. */
async function fill(topic: string, dim: number): Promise<number> {
  const maker = new RecordMaker('json', dim)
  const rows = Math.min(rowsMax, Math.floor(topicBytes / maker.recordBytes))
  const { stretchRows } = layoutFor(maker.recordBytes, rows, topicBytes, false)
  const producer = new Producer({
    ...{ 'bootstrap.servers': kafka.bootstrap, 'linger.ms': 20, 'batch.size': 1_000_000, acks: 1 },
    'queue.buffering.max.kbytes': 131_072,
  })
  for (let row = 0; row < rows; row++) {
    const { value } = maker.record(row)
    while (producer.produce(topic, Math.floor(row / stretchRows) % partitions, null, value) === 0) {
      await producer.room(Math.floor(producer.unsettled / 2))
    }
    if (row % 2_048 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await producer.flush(120_000)
  await producer.close(10_000)
  return rows
}

async function keep(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const settings = {
    dims,
    servers,
    rounds,
    seconds,
    partitions,
    requestBytes,
    batchRowsMax,
    inFlight,
    index: index.type,
  }
  const kept = { at: at.toISOString(), machine: startedOn, versions, settings, runs: all }
  await Bun.write(join(folder, file), `${JSON.stringify(kept, undefined, 1)}\n`)
}
