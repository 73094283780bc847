/** The same records through Kafka Connect's own transforms and through ours, in a form that can be compared. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Entry, Findings } from '../../src/config/entry.ts'
import { readTransforms } from '../../src/config/transforms.ts'
import { Chain } from '../../src/mapping/chain.ts'
import { MappedRecord } from '../../src/mapping/record.ts'
import { open, Text } from '../../src/mapping/text.ts'
import { Digits, type Value } from '../../src/mapping/value.ts'
import { installed } from '../servers/place.ts'

export interface Given {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number | null
  /** JSON text; null is none. */
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
}

export interface Step {
  /** As in `transforms.NAME.type`; the package may be left out. */
  readonly type: string
  readonly settings: Readonly<Record<string, string>>
  readonly predicate?: Readonly<Record<string, string>>
  readonly negate?: boolean
}

export interface Case {
  readonly steps: readonly Step[]
  readonly record: Given
}

/** Comparable: numbers are texts, whole ones with all digits, others as JavaScript writes them. */
export type Outcome = 'refused' | 'dropped' | { readonly topic: string; key: unknown; value: unknown; headers: unknown }

const transforms = 'org.apache.kafka.connect.transforms.'

export function byConnect(cases: readonly Case[]): Outcome[] {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-connect-'))
  try {
    const file = join(folder, 'cases')
    const lines = cases.map(({ steps, record }) =>
      JSON.stringify({
        record,
        steps: steps.map(({ type, settings, predicate, negate }) => ({
          type: transforms + type,
          settings,
          ...(predicate && { predicate: { ...predicate, type: `${transforms}predicates.${predicate.type}` } }),
          negate: negate === true,
        })),
      }),
    )
    writeFileSync(file, lines.join('\n'))
    const source = join(import.meta.dir, 'ConnectTruth.java')
    const { exitCode, stdout, stderr } = Bun.spawnSync([
      'java',
      '-Xmx256m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
      '-cp',
      `${join(installed('kafka'), 'lib')}/*`,
      source,
      file,
    ])
    if (exitCode !== 0) throw new Error(`java failed: ${stderr.toString()}`)
    return stdout
      .toString()
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const answer = JSON.parse(line, asText as never)
        if ('refused' in answer) return 'refused'
        return 'dropped' in answer ? 'dropped' : answer
      })
      .map((outcome, index) => withNumbers(outcome, cases[index]!) as Outcome)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Dates as JsonConverter writes them where a schema says what they are: days, ms since midnight, ms. */
function withNumbers(outcome: unknown, { steps }: Case): unknown {
  if (outcome === null || typeof outcome !== 'object') return outcome
  if (Array.isArray(outcome)) return outcome.map((inside) => withNumbers(inside, { steps } as Case))
  if ('$date' in outcome) {
    const timeMs = Number(String(outcome.$date).slice(1))
    const target = steps.findLast(({ type }) => type.startsWith('TimestampConverter'))?.settings['target.type']
    const dayMs = 86_400_000
    if (target === 'Date') return `#${timeMs / dayMs}`
    return `#${timeMs}`
  }
  return Object.fromEntries(
    Object.entries(outcome).map(([name, inside]) => [name, withNumbers(inside, { steps } as Case)]),
  )
}

/** With the findings of the settings thrown, warnings too. */
export function chainOf(steps: readonly Step[]): Chain {
  const entries = new Map<string, Entry>()
  const set = (key: string, value: string) => entries.set(key, { value, at: 'sink.properties:1', from: 'file' })
  set('transforms', steps.map((_, index) => `t${index}`).join(','))
  const conditions = steps.flatMap(({ predicate }, index) => (predicate === undefined ? [] : [`p${index}`]))
  if (conditions.length > 0) set('predicates', conditions.join(','))
  for (const [index, { type, settings, predicate, negate }] of steps.entries()) {
    set(`transforms.t${index}.type`, type.includes('.') ? type : transforms + type)
    for (const [key, value] of Object.entries(settings)) set(`transforms.t${index}.${key}`, value)
    if (predicate === undefined) continue
    set(`transforms.t${index}.predicate`, `p${index}`)
    if (negate !== undefined) set(`transforms.t${index}.negate`, String(negate))
    for (const [key, value] of Object.entries(predicate)) {
      set(`predicates.p${index}.${key}`, key === 'type' ? `${transforms}predicates.${value}` : value)
    }
  }
  const findings = new Findings()
  const read = readTransforms(entries, 'sink.properties', findings)
  findings.check()
  if (findings.warnings.length > 0) throw new Error(findings.warnings.join('\n'))
  return new Chain(read)
}

export function byRedkite({ steps, record }: Case): Outcome {
  const chain = chainOf(steps)
  const ours = new MappedRecord()
  ours.topic = record.topic
  ours.partition = record.partition
  ours.offset = record.offset
  ours.timestampMs = record.timestampMs ?? undefined
  ours.key = parsed(record.key)
  ours.value = parsed(record.value)
  ours.headers = Object.entries(record.headers).map(([name, text]) => ({ name, value: Buffer.from(text) }))
  if (!chain.apply(ours)) return chain.error === undefined ? 'dropped' : 'refused'
  return {
    topic: ours.topic,
    key: comparable(ours.key),
    value: comparable(ours.value),
    headers: ours.headers.map(({ name, value }) => [
      name,
      value !== null && 'made' in value ? comparable(value.made) : value && new TextDecoder().decode(value),
    ]),
  }
}

function parsed(text: string | null): Value {
  if (text === null) return null
  const bytes = new TextEncoder().encode(text)
  const span = new Text().take(bytes, 0, bytes.length)
  if (span === undefined) throw new Error(`no JSON: ${text}`)
  return span
}

export function comparable(value: Value): unknown {
  const opened = open(value)
  if (opened instanceof Map) return Object.fromEntries([...opened].map(([name, inside]) => [name, comparable(inside)]))
  if (Array.isArray(opened)) return opened.map(comparable)
  return opened instanceof Digits ? digitsOf(opened.text) : opened
}

function asText(_: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' ? digitsOf(source!) : value
}

/** `-0`, which Connect's Long does not have, is 0. */
function digitsOf(text: string): string {
  return /^-?\d+$/.test(text) ? `#${BigInt(text)}` : `~${Number(text)}`
}
