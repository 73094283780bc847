/** One thing that was looked at before a run: as it should be, worth a second look, or what would stop the run. */
import { type Code, RedkiteError } from '../errors/errors.ts'

export type Level = 'ok' | 'warn' | 'fail'

export type Area = 'config' | 'kafka' | 'milvus' | 'records'

export interface Finding {
  readonly level: Level
  readonly area: Area
  /** What is so, and where it is not as it should be, what to do. */
  readonly message: string
  readonly code?: Code
}

export class FindingList {
  readonly all: Finding[] = []

  constructor(readonly area: Area) {}

  ok(message: string): void {
    this.all.push({ level: 'ok', area: this.area, message })
  }

  warn(message: string, code?: Code): void {
    this.all.push({ level: 'warn', area: this.area, message, ...(code === undefined ? {} : { code }) })
  }

  fail(message: string, code?: Code): void {
    this.all.push({ level: 'fail', area: this.area, message, ...(code === undefined ? {} : { code }) })
  }

  /** Takes a step; an error that redkite knows is a finding, anything else is a bug and goes on. */
  async attempt<T>(step: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await step()
    } catch (error) {
      if (!(error instanceof RedkiteError)) throw error
      this.fail(error.message, error.code)
      return undefined
    }
  }
}

export function isFailure({ level }: Finding): boolean {
  return level === 'fail'
}
