import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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
  writeProperties(worker, {
    'bootstrap.servers': sink.bootstrap,
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'key.converter.schemas.enable': 'false',
    'value.converter.schemas.enable': 'false',
    'offset.flush.interval.ms': 1000,
  })
  writeProperties(file, {
    name: sink.name,
    'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
    'public.endpoint': `http://127.0.0.1:${sink.milvusPort}`,
    token: 'root:Milvus',
    'collection.name': sink.collection,
    topics: sink.topic,
    ...sink.settings,
  })
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

function writeProperties(path: string, properties: Readonly<Record<string, string | number>>): void {
  writeFileSync(
    path,
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
}
