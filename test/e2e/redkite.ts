/** The compiled binary, run as a user runs it: two files, a process, its exit code and what it prints. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Subprocess } from 'bun'
import { diesWithParent } from '../servers/child.ts'
import { properties } from '../servers/java.ts'

export const binary = join(import.meta.dir, '..', '..', 'dist', 'redkite')

export interface Ended {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningRedkite {
  readonly pid: number
  /** What it has printed so far. */
  stderr(): string
  signal(name: NodeJS.Signals): void
  readonly ended: Promise<Ended>
}

export type Properties = Readonly<Record<string, string | number>>

/** The worker file of the quick start, as Kafka ships it, with this broker. */
export function workerFile(bootstrap: string, more: Properties = {}): Properties {
  return {
    'bootstrap.servers': bootstrap,
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'key.converter.schemas.enable': 'false',
    'value.converter.schemas.enable': 'false',
    'offset.storage.file.filename': '/tmp/connect.offsets',
    'offset.flush.interval.ms': 10000,
    'plugin.path': 'libs/zilliz-kafka-connect-milvus-xxx',
    ...more,
  }
}

export function sinkFile(
  name: string,
  endpoint: string,
  collection: string,
  topics: string,
  more: Properties = {},
): Properties {
  return {
    name,
    'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
    'public.endpoint': endpoint,
    token: 'root:Milvus',
    'collection.name': collection,
    topics,
    ...more,
  }
}

/** Starts the binary with a worker file and sink files of its own. */
export function startRedkite(
  worker: Properties,
  sinks: readonly Properties[],
  args: readonly string[] = [],
): RunningRedkite {
  return startWithFiles([], worker, sinks, args)
}

/** The same with a verb that is not the default one: `verify`, `dlq list`. */
export function startVerb(
  verb: string,
  worker: Properties,
  sinks: readonly Properties[],
  args: readonly string[] = [],
): RunningRedkite {
  return startWithFiles(verb.split(' '), worker, sinks, args)
}

function startWithFiles(
  before: readonly string[],
  worker: Properties,
  sinks: readonly Properties[],
  args: readonly string[],
): RunningRedkite {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-e2e-'))
  const files = [worker, ...sinks].map((settings, index) => {
    const path = join(
      folder,
      index === 0 ? 'connect-standalone.properties' : `milvus-sink-connector-${index}.properties`,
    )
    writeFileSync(path, properties(settings))
    return path
  })
  return start([...before, ...files, ...args], () => rmSync(folder, { recursive: true }))
}

/** Those that live, each with the test file that started it. */
const running = new Map<Subprocess, string>()

/** A test that fails, or runs out of its time beside others, leaves its redkites behind: the next file that starts one ends them. */
function endThoseOfOtherFiles(): void {
  for (const [child, file] of running) if (file !== Bun.main) child.kill('SIGKILL')
}

export function start(
  args: readonly string[],
  cleanUp: () => void = () => {},
  env: Readonly<Record<string, string>> = {},
): RunningRedkite {
  endThoseOfOtherFiles()
  const child = Bun.spawn([...diesWithParent, binary, ...args], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    env: { PATH: '/nonexistent', ...env },
  })
  running.set(child, Bun.main)
  void child.exited.then(() => running.delete(child))
  let stderr = ''
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of child.stderr) stderr += decoder.decode(chunk, { stream: true })
  })()
  const stdout = new Response(child.stdout).text()
  return {
    pid: child.pid,
    stderr: () => stderr,
    signal: (name) => child.kill(name),
    ended: (async () => {
      const exitCode = await child.exited
      await reading
      cleanUp()
      return {
        exitCode: child.signalCode === null ? exitCode : null,
        signal: child.signalCode,
        stdout: await stdout,
        stderr,
      }
    })(),
  }
}

/** Runs until everything that is in the topics now is in Milvus. */
export function catchUp(
  worker: Properties,
  sinks: readonly Properties[],
  args: readonly string[] = [],
): Promise<Ended> {
  return startRedkite(worker, sinks, ['--until-caught-up', ...args]).ended
}

/** The most memory the process held at any moment until it ended, in MB (10^6 bytes), as the kernel counts it. */
export async function peakMemoryOf({ pid, ended }: RunningRedkite): Promise<number> {
  let running = true
  void ended.then(() => {
    running = false
  })
  let peakMb = 0
  while (running) {
    try {
      const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      // A process that has just ended still has a status, without memory in it.
      if (kib !== undefined) peakMb = (Number(kib) * 1024) / 1e6
    } catch {
      break
    }
    await Bun.sleep(100)
  }
  return peakMb
}
