import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sinkFile, workerFile } from '../../test/e2e/redkite.ts'
import { properties } from '../../test/servers/java.ts'

/** The compiled binary with two files, as a user starts it. */
export interface SinkUnderTest {
  readonly name: string
  readonly bootstrap: string
  readonly topic: string
  readonly milvusPort: number
  readonly collection: string
  /** Settings of the sink's file beside the necessary ones. */
  readonly settings?: Readonly<Record<string, string | number>>
}

/** REDKITE_BENCH runs another command in its place: another build, or `bun src/main.ts`. */
const command = (process.env.REDKITE_BENCH ?? join(import.meta.dir, '..', '..', 'dist', 'redkite')).split(' ')

export function startRedkite(sink: SinkUnderTest, args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-bench-'))
  const worker = join(folder, 'connect-standalone.properties')
  const file = join(folder, 'milvus-sink-connector.properties')
  writeFileSync(worker, properties(workerFile(sink.bootstrap, { 'offset.flush.interval.ms': 1000 })))
  const endpoint = `http://127.0.0.1:${sink.milvusPort}`
  writeFileSync(file, properties(sinkFile(sink.name, endpoint, sink.collection, sink.topic, sink.settings)))
  const child = Bun.spawn([...command, worker, file, ...args], {
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'pipe',
    env: { PATH: process.env.PATH ?? '' },
  })
  const said = child.stderr.text()
  void child.exited.then(() => rmSync(folder, { recursive: true }))
  return { child, said }
}
