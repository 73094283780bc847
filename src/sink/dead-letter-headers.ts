/**
 * What the headers of a dead letter say, and how they are read back.
 *
 * After the record's own headers come redkite's, then those of Connect's DeadLetterQueueReporter, by its names and in its order, so that
 * tools that exist read them: all are UTF-8 text. `__redkite.errors.attempts` is always there and first, so that a replay can tell what
 * was added from what the record had, whatever names its producer used.
 */
import type { Header } from '../kafka/header.ts'
import type { TopicPartitionOffset } from '../kafka/topic-partition-list.ts'

/** As `org.apache.kafka.connect.runtime.errors.Stage` calls where it happened. */
export type Stage = 'KEY_CONVERTER' | 'VALUE_CONVERTER' | 'TASK_PUT'

export interface LetterContext {
  /** How often it was tried to write this record, replays included. */
  readonly attempts: number
  readonly code: string
  readonly message: string
  /** Where the sink first read it; undefined when its letter did not say. */
  readonly origin: TopicPartitionOffset | undefined
  /** The record was gone from Kafka when its letter was written: the letter is all there is. */
  readonly removed: boolean
  readonly connector: string
  readonly task: number
  readonly stage: Stage
  /** The Java class that Connect would have been in. */
  readonly className: string
}

const redkite = '__redkite.errors.'
const connect = '__connect.errors.'

export const headerName = {
  attempts: `${redkite}attempts`,
  code: `${redkite}code`,
  original: `${redkite}original`,
  topic: `${connect}topic`,
  partition: `${connect}partition`,
  offset: `${connect}offset`,
  connector: `${connect}connector.name`,
  task: `${connect}task.id`,
  stage: `${connect}stage`,
  className: `${connect}class.name`,
  exception: `${connect}exception.class.name`,
  message: `${connect}exception.message`,
  stackTrace: `${connect}exception.stacktrace`,
} as const

/** What Connect throws for a record that cannot be converted or put. */
const exceptionClass = 'org.apache.kafka.connect.errors.DataException'

/** The headers to add. Without `full` only the count of attempts; a letter whose record is gone says all it can. */
export function contextHeaders(context: LetterContext, full: boolean): Header[] {
  const { attempts, code, message, origin, removed, connector, task, stage, className } = context
  const headers = [header(headerName.attempts, String(attempts))]
  if (!full && !removed) return headers
  headers.push(header(headerName.code, code))
  if (removed) headers.push(header(headerName.original, 'removed'))
  if (origin !== undefined) {
    headers.push(
      header(headerName.topic, origin.topic),
      header(headerName.partition, String(origin.partition)),
      header(headerName.offset, String(origin.offset)),
    )
  }
  headers.push(
    header(headerName.connector, connector),
    header(headerName.task, String(task)),
    header(headerName.stage, stage),
    header(headerName.className, className),
    header(headerName.exception, exceptionClass),
    header(headerName.message, message),
    // A stack trace's first line; redkite has no Java frames to go on with.
    header(headerName.stackTrace, `${exceptionClass}: ${message}\n`),
  )
  return headers
}

/** What a letter says of itself, as far as it says it. */
export interface LetterReading {
  /** The record's own headers. */
  readonly own: readonly Header[]
  /** Undefined in a letter that Connect wrote. */
  readonly attempts: number | undefined
  readonly code: string | undefined
  readonly exception: string | undefined
  readonly message: string | undefined
  readonly origin: TopicPartitionOffset | undefined
  readonly removed: boolean
}

export function readHeaders(headers: readonly Header[]): LetterReading {
  const begin = contextBegin(headers)
  const added = new Map(headers.slice(begin).map(({ name, value }) => [name, value === null ? undefined : text(value)]))
  const attempts = Number(added.get(headerName.attempts))
  return {
    own: headers.slice(0, begin),
    attempts: Number.isSafeInteger(attempts) && attempts > 0 ? attempts : undefined,
    code: added.get(headerName.code),
    exception: added.get(headerName.exception),
    message: added.get(headerName.message),
    origin: originIn(added),
    removed: added.get(headerName.original) === 'removed',
  }
}

/** Where the headers of the last letter begin: a record may have been a dead letter of another sink before. */
function contextBegin(headers: readonly Header[]): number {
  const ours = headers.findLastIndex(({ name }) => name === headerName.attempts)
  if (ours >= 0) return ours
  const seen = new Set<string>()
  let begin = headers.length
  while (begin > 0) {
    const { name } = headers[begin - 1]!
    if (!name.startsWith(connect) || seen.has(name)) break
    seen.add(name)
    begin--
  }
  return begin
}

function originIn(added: ReadonlyMap<string, string | undefined>): TopicPartitionOffset | undefined {
  const topic = added.get(headerName.topic)
  const [partition, offset] = [added.get(headerName.partition), added.get(headerName.offset)].map(wholeNumber)
  if (topic === undefined || partition === undefined || offset === undefined) return undefined
  return { topic, partition, offset }
}

function wholeNumber(digits: string | undefined): number | undefined {
  return digits !== undefined && /^\d{1,16}$/.test(digits) ? Number(digits) : undefined
}

function header(name: string, value: string): Header {
  return { name, value: new TextEncoder().encode(value) }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
