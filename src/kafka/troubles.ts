/**
 * What librdkafka says of a client as a whole, in errors and in lines of its log, which come as events. A request that times out says only
 * that; why was said before it ("wrong password", "certificate verify failed", "Connection refused"), so this is kept to explain it.
 */
import { type Pointer, ptr, read } from 'bun:ffi'
import type { RedkiteError } from '../errors/errors.ts'
import { textAt } from './c-string.ts'
import { type Circumstances, fatalOutcome, outcome } from './outcome.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'
import { readElement } from './topic-partition-list.ts'

export interface LogLine {
  /** As syslog counts: 3 is an error, 6 information, 7 debug. */
  readonly level: number
  readonly facility: string
  readonly text: string
}

/** Causes that explain every later failure, the more telling first. */
const causes: readonly number[] = [response.authentication, response.ssl, response.resolve, response.transport]

const logLevelWarning = 4

export class Troubles {
  readonly #lastText = new Map<number, string>()
  #lastLine = ''

  constructor(
    readonly handle: Pointer,
    readonly about: Circumstances,
  ) {}

  /** Notes the line that an event brings, and copies it. */
  noteLine(event: Pointer): LogLine {
    const line = lineIn(event)
    if (line.level <= logLevelWarning) this.#lastLine = line.text
    return line
  }

  /** Notes the error that an event brings, and says which of redkite's it is. */
  noteError(event: Pointer): RedkiteError {
    const rd = librdkafka()
    const code = rd.rd_kafka_event_error(event)
    const text = textAt(rd.rd_kafka_event_error_string(event))
    if (causes.includes(code)) this.#lastText.set(code, text)
    const fatal = code === response.fatal || rd.rd_kafka_event_error_is_fatal(event) !== 0
    if (fatal) return fatalOutcome(this.handle, text, this.about)
    const about = { ...this.about, ...placeIn(event, text) }
    // That all brokers are down says nothing about the reason; what was said before does.
    const told = code === response.allBrokersDown ? this.cause(about) : undefined
    return told ?? outcome(code, text, about)
  }

  /** A request succeeded: what was wrong before is over. */
  forget(): void {
    this.#lastText.clear()
    this.#lastLine = ''
  }

  /** The last line librdkafka logged as a warning or worse. */
  get lastLine(): string {
    return this.#lastLine
  }

  /** Why nothing answers, if anything was said about it. */
  cause(about: Circumstances = this.about): RedkiteError | undefined {
    for (const code of causes) {
      const text = this.#lastText.get(code)
      if (text !== undefined) return outcome(code, text, about)
    }
    return undefined
  }
}

/** C writes three results here: facility, text, level. Long-lived, so its address stays good. */
const results = new BigUint64Array(3)

function lineIn(event: Pointer): LogLine {
  const at = ptr(results)
  librdkafka().rd_kafka_event_log(event, at, (at + 8) as Pointer, (at + 16) as Pointer)
  return {
    facility: textAt(read.ptr(at, 0) as Pointer),
    text: textAt(read.ptr(at, 8) as Pointer),
    level: read.i32(at, 16),
  }
}

/** What an error is about, as far as it says. */
function placeIn(event: Pointer, text: string): { readonly topic?: string; readonly partition?: number } {
  const rd = librdkafka()
  const element = rd.rd_kafka_event_topic_partition(event)
  if (element === null) {
    // `Subscribed topic not available: orders: Broker: Unknown topic or partition`
    const topic = /^Subscribed topic not available: (\S+): /.exec(text)?.[1]
    return topic === undefined ? {} : { topic }
  }
  const { topic, partition } = readElement(element)
  rd.rd_kafka_topic_partition_destroy(element)
  return { topic, partition }
}
