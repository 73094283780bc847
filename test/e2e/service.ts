/** The binary as a service manager runs it: with an environment of its own, a folder of files that may change, and signals. */
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { properties } from '../servers/java.ts'
import { type Properties, type RunningRedkite, start } from './redkite.ts'

export interface Service extends RunningRedkite {
  /** Writes a sink's file, new or over the old one. */
  write(name: string, sink: Properties | string): void
  remove(name: string): void
}

export interface ServiceOptions {
  readonly worker: Properties
  /** By file name, in one folder that is given to redkite as such. */
  readonly sinks: Readonly<Record<string, Properties>>
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export function startService({ worker, sinks, args = [], env = {} }: ServiceOptions): Service {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-service-'))
  const sinkFolder = mkdtempSync(join(folder, 'sinks-'))
  const workerFile = join(folder, 'worker.properties')
  const write = (name: string, sink: Properties | string) =>
    writeFileSync(join(sinkFolder, name), typeof sink === 'string' ? sink : properties(sink))
  writeFileSync(workerFile, properties(worker))
  for (const [name, sink] of Object.entries(sinks)) write(name, sink)
  const running = start([workerFile, sinkFolder, ...args], () => rmSync(folder, { recursive: true }), env)
  return Object.assign(running, { write, remove: (name: string) => unlinkSync(join(sinkFolder, name)) })
}
