/**
 * Where settings come from, and which of two wins: flag `--set` over environment over file.
 *
 * - `--set KEY=VALUE` is for the worker when the worker knows the key, for every sink when sinks know it, for both when both do.
 *   `--set NAME:KEY=VALUE` is for the sink of that name alone.
 * - `REDKITE_KEY=VALUE` in the environment, the key in upper case with "_" for ".", "__" for "-" and "___" for "_" (as CONNECT_… in
 *   Connect's container images), goes the same ways; one sink alone cannot be named there.
 *
 * argv can be read by everybody on the machine, so a secret has no place in `--set`: it is refused there unless it is a placeholder.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { failure } from '../errors/errors.ts'
import { systemReason } from '../errors/system.ts'
import type { Entry, Findings } from './entry.ts'
import { isSecretName } from './kafka/secret-names.ts'
import type { Keys } from './key.ts'
import { isKnown, sinkKeys, workerKeys } from './keys.ts'
import { nearest } from './nearest.ts'
import type { Environment } from './placeholders.ts'
import { decodeText, parseProperties } from './properties.ts'
import { isRegistrySecret } from './registry.ts'

/** Of redkite's environment, but no settings of the two files. */
const notSettings: ReadonlySet<string> = new Set(['REDKITE_LIBRDKAFKA', 'REDKITE_HTTP_TOKEN'])

export type MutableEntries = Map<string, Entry>

/** A folder in the place of a sink's file stands for the .properties and .json files in it, in the order of their names. */
export function withoutFolders(paths: readonly string[]): string[] {
  return paths.flatMap((path, index) => {
    if (index === 0 || !isFolder(path)) return [path]
    const names = listed(path).filter((name) => /^[^.].*\.(properties|json)$/.test(name))
    if (names.length === 0)
      throw failure('FILE_MISSING', path, 'it is a folder without .properties files; put a sink into it')
    return names.sort().map((name) => join(path, name))
  })
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    throw unreadable(folder, error)
  }
}

/** Reads a .properties file, or, as `connect-standalone.sh` does, a connector in JSON. */
export function readFile(path: string, findings: Findings): MutableEntries {
  const bytes = readBytes(path)
  if (bytes.includes(0)) throw failure('FILE_NOT_TEXT', path, isUtf16(bytes))
  const text = decodeText(bytes)
  const file = basename(path)
  const entries: MutableEntries = new Map()
  if (text.trimStart().startsWith('{')) {
    for (const [key, value] of readJson(text, file)) entries.set(key, { value, at: file, from: 'file' })
    return entries
  }
  for (const { key, value, line } of parseProperties(text, file)) {
    if (key === '') continue
    const earlier = entries.get(key)
    if (earlier !== undefined && earlier.value !== value) {
      findings.warn(`${file}:${line}: \`${key}\` once more; what ${earlier.at} says of it has no effect`)
    }
    entries.set(key, { value, at: `${file}:${line}`, from: 'file' })
  }
  return entries
}

/** By its byte order mark, in either order. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
}

/** What cannot be looked at is no folder: reading it as a file says why. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw unreadable(path, error)
  }
}

const cure = 'give the path of an existing .properties file'

function unreadable(path: string, error: unknown): Error {
  const isRefused = (error as { code?: string }).code === 'EACCES'
  const todo = isRefused ? 'let the user that redkite runs as read it' : cure
  return failure('FILE_MISSING', path, `${systemReason(error)}; ${todo}`)
}

function readJson(text: string, file: string): [string, string][] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw failure('JSON_MALFORMED', file, 'it is not valid JSON')
  }
  const outer = parsed as Record<string, unknown>
  const nested = typeof outer.config === 'object' && outer.config !== null
  const config = nested ? { name: outer.name, ...(outer.config as object) } : outer
  return Object.entries(config)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => {
      if (typeof value === 'object')
        throw failure('JSON_MALFORMED', file, `"${key}" is neither text, number nor boolean`)
      return [key, String(value)]
    })
}

/** A setting that did not come from a file. `sink` is set when it is for one sink alone. */
interface Override {
  readonly key: string
  readonly entry: Entry
  readonly sink: string | undefined
}

/** Puts environment and flags over what the files say. */
export function applyOverrides(
  worker: MutableEntries,
  sinks: readonly MutableEntries[],
  sets: readonly string[],
  env: Environment,
  findings: Findings,
): void {
  const fromEnvironment = [...environmentOverrides(env, findings)]
  for (const override of fromEnvironment) place(override, worker, sinks)
  const names = () => sinks.map((sink) => sink.get('name')?.value.trim() ?? '')
  for (const text of sets) {
    const override = findings.attempt(() => parseSet(text, names()))
    if (override !== undefined) place(override, worker, sinks)
  }
}

function place({ key, entry, sink }: Override, worker: MutableEntries, sinks: readonly MutableEntries[]): void {
  if (sink === undefined && isKnown(key, 'worker')) worker.set(key, entry)
  for (const each of sinks) {
    const meant = sink === undefined ? isKnown(key, 'sink') : each.get('name')?.value.trim() === sink
    if (meant) each.set(key, entry)
  }
}

/** `names` are those of the sinks. */
function parseSet(text: string, names: readonly string[]): Override {
  const equals = text.indexOf('=')
  if (equals <= 0)
    throw failure(
      'SET_INVALID',
      // What follows the key may be a secret, with something else where "=" belongs.
      /^[\w.-]*/.exec(text)![0],
      'expected --set KEY=VALUE or --set NAME:KEY=VALUE',
    )
  const left = text.slice(0, equals).trim()
  const value = text.slice(equals + 1)
  const sink = names.find((name) => left.startsWith(`${name}:`))
  const key = sink === undefined ? left : left.slice(sink.length + 1)
  if (sink === undefined && left.includes(':')) {
    throw failure(
      'SET_INVALID',
      left,
      `no sink is named "${left.slice(0, left.lastIndexOf(':'))}"; there is ${names.join(', ')}`,
    )
  }
  const known = sink === undefined ? isKnown(key, 'worker') || isKnown(key, 'sink') : isKnown(key, 'sink')
  if (!known) {
    const near = nearest(key, sink === undefined ? allNames() : Object.keys(sinkKeys))
    throw failure(
      'SET_INVALID',
      key,
      `no setting has that name${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
    )
  }
  if (isSecret(key, value) && value.trim() !== '' && !/^\s*\$\{[^}]+\}\s*$/.test(value)) {
    throw failure(
      'SET_INVALID',
      key,
      'arguments can be read by everybody on this machine; write ${env:NAME} or ${file:/path:key} as its value, or set it in a file',
    )
  }
  return { key, entry: { value, at: `--set ${left}`, from: 'flag' }, sink }
}

function* environmentOverrides(env: Environment, findings: Findings): Generator<Override> {
  for (const [variable, value] of Object.entries(env)) {
    if (value === undefined || !variable.startsWith('REDKITE_') || notSettings.has(variable)) continue
    const key = keyOfVariable(variable)
    if (!isKnown(key, 'worker') && !isKnown(key, 'sink')) {
      const near = nearest(key, allNames())
      findings.warn(
        `environment ${variable}: no setting is named \`${key}\`${near === undefined ? '' : `; did you mean ${variableOfKey(near)} (\`${near}\`)?`}`,
      )
      continue
    }
    yield { key, entry: { value, at: `environment ${variable}`, from: 'environment' }, sink: undefined }
  }
}

export function keyOfVariable(variable: string): string {
  const separators: Record<string, string> = { ___: '_', __: '-', _: '.' }
  return variable
    .slice('REDKITE_'.length)
    .toLowerCase()
    .replaceAll(/_{1,3}/g, (run) => separators[run]!)
}

export function variableOfKey(key: string): string {
  const runs: Record<string, string> = { _: '___', '-': '__', '.': '_' }
  return `REDKITE_${key.replaceAll(/[_.-]/g, (char) => runs[char]!).toUpperCase()}`
}

function allNames(): string[] {
  return [...new Set([...Object.keys(workerKeys), ...Object.keys(sinkKeys)])]
}

/** Whether a setting of a sink must not be shown. */
export function isSecret(key: string, value: string): boolean {
  const table: Keys = sinkKeys
  return table[key]?.secret === true || isSecretName(key) || isRegistrySecret(key, value)
}
