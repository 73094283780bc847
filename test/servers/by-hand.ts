/**
 * `make servers`: Kafka, Milvus 2.3.5 and Milvus Lite on fixed ports, in the background, for work by hand; `make servers-stop` ends exactly
 * these. Data stays in .cache/servers/by-hand between two starts.
 *
 *   bun test/servers/by-hand.ts start|stop
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startKafka } from './kafka.ts'
import { startMilvus } from './milvus.ts'
import { startMilvusLite } from './milvus-lite.ts'
import { isAlive, serversRoot } from './place.ts'

const kafkaPorts = { plaintext: 9092, saslSsl: 9093, ssl: 9094, controller: 9095 }
const milvusPort = 19530
const milvusLitePort = 19540

const data = join(serversRoot, 'by-hand')
const run = join(serversRoot, 'run')
const stopGraceMs = 20_000

interface ByHand {
  readonly name: string
  readonly title: string
  readonly address: string
  /** In the process's command line: a process id may have become somebody else's. */
  readonly mark: string
  start(folder: string): Promise<{ pid: number }>
}

const servers: readonly ByHand[] = [
  {
    name: 'kafka',
    title: 'Apache Kafka 4.1',
    address: `bootstrap.servers=127.0.0.1:${kafkaPorts.plaintext}`,
    mark: 'kafka.Kafka',
    start: (folder) =>
      startKafka({ folder, ports: kafkaPorts, outlive: true, killed: true, properties: topicsOnDemand }),
  },
  {
    name: 'milvus',
    title: 'Milvus 2.3.5',
    address: `public.endpoint=http://127.0.0.1:${milvusPort}`,
    mark: 'milvus',
    start: (folder) => startMilvus({ folder, port: milvusPort, outlive: true }),
  },
  {
    name: 'milvus-lite',
    title: 'Milvus Lite 3.2.2',
    address: `public.endpoint=http://127.0.0.1:${milvusLitePort}`,
    mark: 'milvus_lite',
    start: (folder) => startMilvusLite({ folder, port: milvusLitePort, outlive: true }),
  },
]

/** Convenient by hand, and wrong in tests, where a missing topic must be seen. */
const topicsOnDemand = { 'auto.create.topics.enable': 'true' }

async function start(): Promise<void> {
  mkdirSync(run, { recursive: true })
  // Settled, all of them: one that cannot start must not hide the process id of another that did.
  const starts = await Promise.allSettled(
    servers.map(async (server) => {
      if (pidOf(server) === undefined) {
        const { pid } = await server.start(join(data, server.name))
        writeFileSync(pidFile(server), `${pid}\n`)
      }
    }),
  )
  for (const failed of starts.filter((one) => one.status === 'rejected')) {
    console.error(String(failed.reason))
    process.exitCode = 1
  }
  for (const server of servers.filter((one) => pidOf(one) !== undefined)) {
    console.log(`${server.title.padEnd(18)} ${server.address.padEnd(46)} pid ${pidOf(server)}`)
  }
}

async function stop(): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const pid = pidOf(server)
      if (pid !== undefined) {
        process.kill(pid, 'SIGTERM')
        for (const deadline = Date.now() + stopGraceMs; isAlive(pid); await Bun.sleep(50)) {
          if (Date.now() > deadline) {
            process.kill(pid, 'SIGKILL')
          }
        }
        console.log(`${server.title} stopped`)
      }
      rmSync(pidFile(server), { force: true })
    }),
  )
}

function pidFile(server: ByHand): string {
  return join(run, `${server.name}.pid`)
}

function pidOf(server: ByHand): number | undefined {
  const file = pidFile(server)
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  const commandLine = `/proc/${pid}/cmdline`
  return pid > 0 && existsSync(commandLine) && readFileSync(commandLine, 'utf8').includes(server.mark) ? pid : undefined
}

switch (process.argv[2]) {
  case 'start':
    await start()
    break
  case 'stop':
    await stop()
    break
  default:
    console.error('bun test/servers/by-hand.ts start|stop')
    process.exit(64)
}
