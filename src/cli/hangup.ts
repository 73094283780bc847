import type { Io } from './io.ts'

/**
 * What SIGHUP means. A service is sent it to read its files again; to a run on a terminal, or one with an end, it says that whoever started it is gone,
 * unless nohup(1) wants it to go on all the same.
 */
export class Hangup {
  readonly #endsRun: boolean
  #isEarly = false
  #reload: (() => void) | undefined

  constructor(io: Io, hasEnd: boolean, end: () => void) {
    this.#endsRun = hasEnd || io.terminal !== undefined
    if (this.#endsRun && io.ignoresHangup) return
    io.onHangup(() => {
      if (this.#endsRun) end()
      else if (this.#reload === undefined) this.#isEarly = true
      else this.#reload()
    })
  }

  /** From now on the files can be read again; a signal that came before counts. */
  reloadsBy(reload: () => void): void {
    if (this.#endsRun) return
    this.#reload = reload
    if (this.#isEarly) reload()
  }
}
