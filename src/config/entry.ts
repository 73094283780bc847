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

/**
 * All that is wrong with the settings, as one error. What is only suspicious goes with it: a key that nobody knows is often the reason why
 * another one is missing.
 */
export class SettingsError extends RedkiteError {
  constructor(
    readonly problems: readonly RedkiteError[],
    readonly warnings: readonly string[],
  ) {
    const [first, ...more] = problems
    const all = problems.map((error) => `- ${error.message}`).join('\n')
    const { code, message } = more.length === 0 ? first! : failure('CONFIG_INVALID', problems.length, all)
    super(code, message)
  }

  /** Two files that are missing end a run as one does. */
  override get exit(): number {
    const codes = new Set(this.problems.map((problem) => problem.exit))
    return codes.size === 1 ? [...codes][0]! : super.exit
  }
}

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

  /** Throws when there was a problem. */
  check(): void {
    const inFileOrder = this.problems.toSorted((left, right) => places.compare(left.message, right.message))
    if (inFileOrder.length > 0) throw new SettingsError(inFileOrder, this.warnings)
  }
}

/** Messages begin with where: file by file, line 9 before line 10. */
const places = new Intl.Collator('en', { numeric: true })

/** Keys below a prefix, without it. */
export function below(entries: Entries, prefix: string): Map<string, Entry> {
  const found = new Map<string, Entry>()
  for (const [key, entry] of entries) {
    if (key.startsWith(prefix) && key.length > prefix.length) found.set(key.slice(prefix.length), entry)
  }
  return found
}
