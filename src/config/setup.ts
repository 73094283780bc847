/**
 * From the two files to one typed value: what `connect-standalone.sh worker.properties sink.properties…` would start, as redkite needs
 * it. All that is wrong is said at once; nothing is connected to.
 */
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { failure } from '../errors/errors.ts'
import { type Entries, type Entry, Findings } from './entry.ts'
import type { Keys } from './key.ts'
import { isKnown, prefixes, prefixOf, sinkKeys, workerKeys, workerSecurity } from './keys.ts'
import { contentsOfNamedFiles } from './named-files.ts'
import { nearest } from './nearest.ts'
import { type Environment, Placeholders } from './placeholders.ts'
import { shownSettings } from './shown.ts'
import { readSink, type SinkSettings } from './sink.ts'
import { applyOverrides, readFile, withoutFolders } from './sources.ts'
import { readValues } from './values.ts'

export type { SinkSettings } from './sink.ts'

export interface WorkerSettings {
  /** How often acknowledged offsets are committed. */
  readonly offsetFlushIntervalMs: number
  /** How long a commit may take. */
  readonly offsetFlushTimeoutMs: number
}

export interface Setup {
  readonly worker: WorkerSettings
  readonly sinks: readonly SinkSettings[]
  /** Of each sink, in their order: differs from that of an earlier reading where any setting differs, a secret's value and what is in the files they name included. */
  readonly fingerprints: readonly string[]
  /** Of each sink, in the same order, the settings as somebody wrote them, without its secrets. */
  readonly shown: readonly Readonly<Record<string, string>>[]
  /** Something is probably not as meant. */
  readonly warnings: readonly string[]
  /** Something was accepted that has no effect. */
  readonly notices: readonly string[]
}

export interface SetupOptions {
  /** `KEY=VALUE` or `NAME:KEY=VALUE`, of each `--set`. */
  readonly sets: readonly string[]
  readonly env: Environment
}

/** The first file is the worker's, each other one a sink's, or a folder of them. */
export function readSetup(paths: readonly string[], options: SetupOptions): Setup {
  const files = withoutFolders(paths)
  if (files.length < 2) throw failure('FILES_TOO_FEW', files.length)
  const findings = new Findings()
  const read = files.map((path) => findings.attempt(() => readFile(path, findings)) ?? new Map<string, Entry>())
  if (findings.problems.length > 0) {
    // Without one of the files most of what the others say cannot be judged; their keys can.
    for (const [index, entries] of read.entries()) checkNames(index === 0 ? 'worker' : 'sink', entries, findings)
    findings.check()
  }
  checkOrder(files, read)
  const [workerFile, ...sinkFiles] = files.map((path) => basename(path))
  const [rawWorker, ...rawSinks] = read
  applyOverrides(rawWorker!, rawSinks, options.sets, options.env, findings)

  const placeholders = new Placeholders(rawWorker!, options.env, findings)
  const worker = resolveAll(rawWorker!, placeholders, findings)
  const sinkEntries = rawSinks.map((raw) => resolveAll(raw, placeholders, findings))

  const workerValues = readValues(workerKeys, worker, workerFile!, findings)
  checkNames('worker', worker, findings)
  const sinks = sinkEntries.map((entries, index) => {
    checkNames('sink', entries, findings)
    return readSink({ file: sinkFiles[index]!, workerFile: workerFile!, worker, sink: entries, findings })
  })
  checkDistinct(sinks, findings)
  findings.check()
  return {
    worker: {
      offsetFlushIntervalMs: workerValues['offset.flush.interval.ms'],
      offsetFlushTimeoutMs: workerValues['offset.flush.timeout.ms'],
    },
    sinks,
    fingerprints: sinkEntries.map((sink) => fingerprint(worker, sink)),
    shown: rawSinks.map(shownSettings),
    warnings: findings.warnings,
    notices: findings.notices,
  }
}

/** Each of the two has a key that only it can do without. */
function checkOrder(files: readonly string[], [worker, ...sinks]: readonly Entries[]): void {
  const hasOnly = (key: string, other: string, entries: Entries) => entries.has(key) && !entries.has(other)
  const at = sinks.findIndex((sink) => hasOnly('bootstrap.servers', 'connector.class', sink))
  const isSink = hasOnly('connector.class', 'bootstrap.servers', worker!)
  if (isSink && at >= 0) throw failure('FILES_SWAPPED', files[0]!, files[at + 1]!)
}

function resolveAll(entries: Entries, placeholders: Placeholders, findings: Findings): Entries {
  const resolved = new Map<string, Entry>()
  for (const [key, entry] of entries) {
    resolved.set(key, findings.attempt(() => placeholders.resolve(key, entry)) ?? entry)
  }
  return resolved
}

function fingerprint(...parts: readonly Entries[]): string {
  const pairs = parts.map((entries) => Array.from(entries, ([key, { value }]) => [key, value]).sort())
  const files = parts.map(contentsOfNamedFiles)
  return createHash('sha256')
    .update(JSON.stringify([pairs, files]))
    .digest('hex')
}

/** Says which keys nobody knows, and which belong to a family that has no effect or cannot work. */
function checkNames(area: 'worker' | 'sink', entries: Entries, findings: Findings): void {
  const table: Keys = area === 'worker' ? workerKeys : sinkKeys
  const families = new Set<string>()
  for (const [key, entry] of entries) {
    if (Object.hasOwn(table, key) || (area === 'worker' && workerSecurity.test(key))) continue
    const family = prefixOf(key, area)
    if (family === undefined) findings.warn(`${entry.at}: ${unknown(key, area)}`)
    else if (family.effect === 'refused') findings.problem(failure('KEY_REFUSED', entry.at, key, family.doc))
    else if (family.effect === 'unused' && !families.has(family.prefix)) {
      families.add(family.prefix)
      findings.notice(
        `${entry.at}: \`${key}\` has no effect, nor has any other \`${family.prefix}\` key: ${family.doc}`,
      )
    }
  }
}

function unknown(key: string, area: 'worker' | 'sink'): string {
  const other = area === 'worker' ? 'sink' : 'worker'
  const family = nearest(key, respelt(key, area))
  if (family !== undefined)
    return `\`${key}\` is no setting that redkite knows, it has no effect; did you mean \`${family}\`?`
  if (isKnown(key, other)) return `\`${key}\` has no effect here, it belongs in the ${other} file`
  const table: Keys = area === 'worker' ? workerKeys : sinkKeys
  const near = nearest(key, Object.keys(table))
  return `\`${key}\` is no setting that redkite knows, it has no effect${near === undefined ? '' : `; did you mean \`${near}\`?`}`
}

/** The key with its first part spelt as a known family: `consumer.overide.x` as `consumer.override.x`. */
function respelt(key: string, area: 'worker' | 'sink'): string[] {
  const families = prefixes.filter((each) => each.area === area || each.area === 'both').map((each) => each.prefix)
  return [...key.matchAll(/\./g)].flatMap(({ index }) => {
    const near = nearest(key.slice(0, index + 1), families)
    return near === undefined ? [] : [near + key.slice(index + 1)]
  })
}

function checkDistinct(sinks: readonly SinkSettings[], findings: Findings): void {
  const firsts = new Map<string, SinkSettings>()
  for (const sink of sinks) {
    if (sink.name === undefined) continue
    const first = firsts.get(sink.name)
    if (first === undefined) firsts.set(sink.name, sink)
    else findings.problem(failure('SINK_DUPLICATE', sink.name, first.file, sink.file))
  }
}
