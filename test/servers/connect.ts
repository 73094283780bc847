/**
 * Kafka Connect's own standalone worker with the file sink connector: what a user runs before redkite, to show that the group
 * `connect-NAME` is handed over with its offsets, and back.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from './child.ts'
import { java, properties } from './java.ts'
import { dataFolder, installed, removeFolder } from './place.ts'
import { freePort } from './ports.ts'

export interface ConnectOptions {
  readonly bootstrap: string
  /** Name of the connector; its group is `connect-NAME`. */
  readonly name: string
  readonly topics: string
  /** Replace or extend the worker's and the sink's usual settings. */
  readonly worker?: Record<string, string>
  readonly sink?: Record<string, string>
}

const startDeadlineMs = 60_000
const stopGraceMs = 20_000

export interface ConnectWorker {
  readonly pid: number
  /** Gets a line a record: what the sink wrote. */
  readonly outputFile: string
  /** SIGTERM: commits what was written and leaves the group. */
  stop(): Promise<void>
  /** Removes the output too. */
  remove(): void
}

export async function startConnectStandalone(options: ConnectOptions): Promise<ConnectWorker> {
  const folder = dataFolder('connect')
  const outputFile = join(folder, 'sink.txt')
  const workerFile = join(folder, 'connect-standalone.properties')
  const sinkFile = join(folder, 'sink.properties')
  writeFileSync(
    workerFile,
    properties({
      'bootstrap.servers': options.bootstrap,
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'offset.storage.file.filename': join(folder, 'connect.offsets'),
      'offset.flush.interval.ms': 1000,
      listeners: `http://127.0.0.1:${await freePort()}`,
      'plugin.discovery': 'service_load',
      'plugin.path': installed('kafka', 'lib'),
      ...options.worker,
    }),
  )
  writeFileSync(
    sinkFile,
    properties({
      name: options.name,
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
      'tasks.max': 1,
      file: outputFile,
      topics: options.topics,
      ...options.sink,
    }),
  )
  const child = new Child({
    name: 'Kafka Connect',
    command: java('org.apache.kafka.connect.cli.ConnectStandalone', [workerFile, sinkFile], {
      heapMb: 256,
      logLevels: ['org.apache.kafka.connect.runtime.WorkerSinkTask=info'],
    }),
    logFile: join(folder, 'connect.log'),
    cwd: folder,
  })
  await child.until(() => child.log().includes('Sink task finished initialization and start'), startDeadlineMs)
  return {
    pid: child.pid,
    outputFile,
    stop: () => child.stop(stopGraceMs),
    remove: () => removeFolder(folder),
  }
}
