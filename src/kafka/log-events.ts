/**
 * What librdkafka last said about its connections. A request that times out says only that; why is in the log and error lines before it
 * ("wrong password", "certificate verify failed", "Connection refused"), so these are kept to explain it.
 */
import { type Pointer, ptr, read } from 'bun:ffi'
import type { RedkiteError } from '../errors/errors.ts'
import { textAt } from './c-string.ts'
import { type Circumstances, outcome } from './outcome.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'

export interface LogLine {
  /** As syslog counts: 3 is an error, 6 information, 7 debug. */
  readonly level: number
  readonly facility: string
  readonly text: string
}

/** C writes three results here: facility, text, level. Long-lived, so its address stays good. */
const results = new BigUint64Array(3)

/** Valid for as long as the event is; what it gives is copied. */
export function readLog(event: Pointer): LogLine {
  const at = ptr(results)
  librdkafka().rd_kafka_event_log(event, at, (at + 8) as Pointer, (at + 16) as Pointer)
  return {
    facility: textAt(read.ptr(at, 0) as Pointer),
    text: textAt(read.ptr(at, 8) as Pointer),
    level: read.i32(at, 16),
  }
}

/** Causes that explain every later failure, the more telling first. */
const causes: readonly number[] = [response.authentication, response.ssl, response.resolve, response.transport]

export class ConnectionTroubles {
  readonly #lastText = new Map<number, string>()
  #lastLine = ''

  noteLog({ level, text }: LogLine): void {
    if (level <= 4) this.#lastLine = text
  }

  noteError(code: number, text: string): void {
    if (causes.includes(code)) this.#lastText.set(code, text)
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
  cause(about: Circumstances): RedkiteError | undefined {
    for (const code of causes) {
      const text = this.#lastText.get(code)
      if (text !== undefined) return outcome(code, text, about)
    }
    return undefined
  }
}
