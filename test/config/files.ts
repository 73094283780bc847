/** Writes .properties files for a test and takes them away after it. */
import { afterEach } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSetup, type Setup, type SinkSettings } from '../../src/config/setup.ts'
import { RedkiteError } from '../../src/errors/errors.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-config-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

export const quickStartWorker = `
bootstrap.servers=localhost:9092
key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
key.converter.schemas.enable=false
value.converter.schemas.enable=false
offset.storage.file.filename=/tmp/connect.offsets
offset.flush.interval.ms=10000
plugin.path=libs/zilliz-kafka-connect-milvus-xxx
`

export const quickStartSink = `
name=zilliz-kafka-connect-milvus
connector.class=com.milvus.io.kafka.MilvusSinkConnector
public.endpoint=https://milvus.example.com:19530
token=db_admin:hunter2
collection.name=topic_0
topics=topic_0
`

export interface Given {
  /** Lines added to the quick start's files; a later line wins. */
  readonly worker?: string
  readonly sink?: string
  readonly sets?: readonly string[]
  readonly env?: Record<string, string>
}

/** The quick start's two files with more lines, as a setup. */
export function setup(given: Given = {}): Setup {
  const folder = folderWith({
    'worker.properties': `${quickStartWorker}${given.worker ?? ''}\n`,
    'sink.properties': `${quickStartSink}${given.sink ?? ''}\n`,
  })
  const paths = [join(folder, 'worker.properties'), join(folder, 'sink.properties')]
  return readSetup(paths, { sets: given.sets ?? [], env: given.env ?? {} })
}

export function sink(given: Given = {}): SinkSettings {
  return setup(given).sinks[0]!
}

/** The error that reading gives. */
export function refusal(given: Given | (() => unknown)): RedkiteError {
  try {
    if (typeof given === 'function') given()
    else setup(given)
  } catch (error) {
    if (error instanceof RedkiteError) return error
    throw error
  }
  throw new Error('expected an error, all was well')
}
