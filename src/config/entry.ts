/**
 * A setting as somebody wrote it, with where: every message about a setting says where to look. Also the list in which problems gather,
 * so that a file with three mistakes is corrected once and not three times.
 */
import { failure, RedkiteError } from '../errors/errors.ts'

export interface Entry {
  readonly value: string
  /** `sink.properties:7`, `--set`, `environment REDKITE_TOKEN`. */
  readonly at: string
  readonly from: 'file' | 'environment' | 'flag'
}

export type Entries = ReadonlyMap<string, Entry>

/** What happened to be noticed while reading; nothing in it holds a secret. */
export class Findings {
  readonly problems: RedkiteError[] = []
  /** Something is probably not as meant. */
  readonly warnings: string[] = []
  /** Something is accepted that has no effect here. */
  readonly notices: string[] = []

  problem(error: RedkiteError): void {
    this.problems.push(error)
  }

  warn(text: string): void {
    if (!this.warnings.includes(text)) this.warnings.push(text)
  }

  notice(text: string): void {
    if (!this.notices.includes(text)) this.notices.push(text)
  }

  /** Runs a step; a problem of the configuration is noted, anything else is a bug and goes on. */
  attempt<T>(step: () => T): T | undefined {
    try {
      return step()
    } catch (error) {
      if (!(error instanceof RedkiteError)) throw error
      this.problem(error)
      return undefined
    }
  }

  /** Throws when there was a problem: it alone, or all in one. */
  check(): void {
    const [first, ...more] = this.problems
    if (first === undefined) return
    if (more.length === 0) throw first
    throw failure('CONFIG_INVALID', this.problems.length, this.problems.map((error) => `- ${error.message}`).join('\n'))
  }
}

/** Keys below a prefix, without it. */
export function below(entries: Entries, prefix: string): Map<string, Entry> {
  const found = new Map<string, Entry>()
  for (const [key, entry] of entries) {
    if (key.startsWith(prefix) && key.length > prefix.length) found.set(key.slice(prefix.length), entry)
  }
  return found
}
