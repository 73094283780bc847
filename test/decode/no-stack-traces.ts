/** For fuzz tests: records are refused by exceptions there, and their stack traces would take longer than all the rest. */
import { afterAll, beforeAll } from 'bun:test'

export function withoutStackTraces(): void {
  const limit = Error.stackTraceLimit
  beforeAll(() => {
    Error.stackTraceLimit = 0
  })
  afterAll(() => {
    Error.stackTraceLimit = limit
  })
}
