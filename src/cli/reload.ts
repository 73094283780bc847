/**
 * SIGHUP: the files are read again, and what changed is opened before what it replaces is stopped. Files that cannot be used, or whose Kafka or
 * Milvus does not answer, change nothing.
 */
import { RedkiteError } from '../errors/errors.ts'
import type { Log } from '../ops/log.ts'
import type { PlannedSink, Roster, RosterChange } from '../sink/roster.ts'
import { warningsOf } from './report.ts'

export interface ReloadOptions {
  readonly roster: Roster
  readonly log: Log
  /** Throws where the files are not good. */
  readonly plan: () => readonly PlannedSink[]
  /** What was planned last is in effect. */
  readonly changed: () => void
  readonly began: () => void
  readonly ended: () => void
}

/** One at a time; a signal that comes meanwhile is followed by one more, because the files may have changed since. */
export class Reloader {
  #busy = false
  #again = false

  constructor(readonly options: ReloadOptions) {}

  request(): void {
    if (this.#busy) this.#again = true
    else void this.#reload()
  }

  async #reload(): Promise<void> {
    const { began, ended, log } = this.options
    this.#busy = true
    do {
      this.#again = false
      began()
      log.info('reloading: reading the files again', { event: 'reload' })
      await this.#once()
      ended()
    } while (this.#again)
    this.#busy = false
  }

  async #once(): Promise<void> {
    const { roster, log, plan, changed } = this.options
    try {
      const result = await roster.change(plan())
      if ('changed' in result) {
        log.info(said(result), { event: 'reloaded' })
        changed()
      } else for (const { sink, error } of result) this.#refuse(error, `sink ${sink}: `)
    } catch (error) {
      this.#refuse(error, '')
    }
  }

  #refuse(error: unknown, where: string): void {
    if (!(error instanceof RedkiteError)) throw error
    for (const warning of warningsOf(error)) this.options.log.warn(warning)
    const { code } = error
    this.options.log.error(`not reloaded, everything runs on as before: ${where}${error.message} [${code}]`, {
      event: 'reload-refused',
      code,
    })
  }
}

function said({ changed, added, removed }: RosterChange): string {
  const parts = [
    ...(changed.length > 0 ? [`opened anew: ${changed.join(', ')}`] : []),
    ...(added.length > 0 ? [`added: ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`taken away: ${removed.join(', ')}`] : []),
  ]
  return parts.length === 0 ? 'reloaded: nothing has changed' : `reloaded; ${parts.join('; ')}`
}
