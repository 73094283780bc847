/** What a run did and what it left out: nothing is passed over in silence. As a line for a person, and as JSON for `--summary json`. */

import type { IgnoredNames } from '../decode/ignored-names.ts'
import { asFailure, type RedkiteError } from '../errors/errors.ts'
import { count, plural } from '../ops/figures.ts'
import type { Fields } from '../ops/log.ts'
import type { Failure } from '../sink/roster.ts'
import type { RunningSink } from '../sink/running.ts'
import { version } from '../version.ts'

/** Why it ended. */
export type EndReason = 'caught-up' | 'stopped' | 'max-runtime' | 'error'

export interface RunEnd {
  readonly reason: EndReason
  readonly exitCode: number
  readonly elapsedMs: number
  readonly failures: readonly Failure[]
}

export function summaryLine(sink: RunningSink, elapsedMs: number): string {
  const { counts, ignored } = sink.standing()
  const seconds = elapsedMs / 1000
  const parts = [
    `${plural(counts.written, 'row')} written from ${plural(counts.records, 'record')} in ${seconds.toFixed(1)} s`,
    ...(counts.deleted > 0 ? [`${plural(counts.deleted, 'key')} deleted`] : []),
    ...(counts.superseded > 0 ? [`${count(counts.superseded)} superseded by a later record of the same key`] : []),
    ...(counts.tombstones > 0 ? [`${plural(counts.tombstones, 'null value')} passed over`] : []),
    ...(counts.deadLettered > 0 ? [plural(counts.deadLettered, 'dead letter')] : []),
    ...(counts.dropped > 0 ? [`${count(counts.dropped)} dropped by a filter`] : []),
    ...(counts.skipped > 0 ? [`${count(counts.skipped)} passed over as errors.tolerance=all asks`] : []),
    ...(counts.offsetResets > 0 ? [`${plural(counts.offsetResets, 'time')} records were no longer in Kafka`] : []),
    ...(counts.retries > 0 ? [`${plural(counts.retries, 'request')} sent again`] : []),
    ...(ignored.byName.size + ignored.others > 0 ? [sayIgnored(ignored)] : []),
  ]
  return parts.join('; ')
}

/** The same figures, for a log in JSON. */
export function summaryFields(sink: RunningSink, elapsedMs: number): Fields {
  return { event: 'summary', elapsedMs: Math.round(elapsedMs), ...countsOf(sink) }
}

/** Of a sink that was never opened there is only its failure. */
export function summaryJson(sinks: readonly RunningSink[], end: RunEnd): string {
  const errorOf = (name: string) => {
    const failure = end.failures.find(({ sink }) => sink === name)
    if (failure === undefined) return {}
    return { error: errorJson(failure.error) }
  }
  const unopened = end.failures.filter(({ sink }) => !sinks.some(({ name }) => name === sink))
  return JSON.stringify({
    version,
    reason: end.reason,
    exitCode: end.exitCode,
    elapsedMs: Math.round(end.elapsedMs),
    sinks: [
      ...sinks.map((sink) => {
        const { lag, isCaughtUp, ignored } = sink.standing()
        const ignoredKeys = {
          ...Object.fromEntries(ignored.byName),
          ...(ignored.others > 0 ? { '': ignored.others } : {}),
        }
        return { name: sink.name, isCaughtUp, lag, ...countsOf(sink), ignoredKeys, ...errorOf(sink.name) }
      }),
      ...unopened.map(({ sink }) => ({ name: sink, isCaughtUp: false, ...errorOf(sink) })),
    ],
  })
}

/** Of a run that ended before any sink was looked at: wrong settings, a lock that somebody has. */
export function unbegunJson(
  error: RedkiteError,
  { exitCode, elapsedMs }: Pick<RunEnd, 'exitCode' | 'elapsedMs'>,
): string {
  const reason: EndReason = 'error'
  return JSON.stringify({
    version,
    reason,
    exitCode,
    elapsedMs: Math.round(elapsedMs),
    sinks: [],
    error: errorJson(error),
  })
}

function errorJson(error: unknown): object {
  const { code, message } = asFailure(error)
  return { code, message }
}

function countsOf(sink: RunningSink): Record<string, number> {
  const { records, written, deleted, superseded, tombstones, deadLettered, dropped, skipped, offsetResets, retries } =
    sink.standing().counts
  return { records, written, deleted, superseded, tombstones, deadLettered, dropped, skipped, offsetResets, retries }
}

function sayIgnored({ byName, others }: IgnoredNames): string {
  const names = Array.from(byName, ([key, times]) => `"${key}" ${count(times)}`)
  if (others > 0) names.push(`others ${count(others)}`)
  return `keys the collection has no field for, ignored: ${names.join(', ')}`
}
