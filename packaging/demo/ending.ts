/**
 * Undoes what was begun, the last first: at the end, after an error, and on Ctrl-C at any moment. What begins is registered in the same
 * turn of the event loop, so that nothing can be left over.
 */
export class Ending {
  readonly #steps: (() => unknown)[] = []
  #ended: Promise<void> | undefined

  /** From here on SIGINT, SIGTERM and SIGHUP end the process in good order. */
  constructor() {
    for (const [signal, number] of [
      ['SIGINT', 2],
      ['SIGTERM', 15],
      ['SIGHUP', 1],
    ] as const) {
      process.on(signal, async () => {
        process.exitCode = 128 + number
        await this.run()
        process.exit()
      })
    }
  }

  get begun(): boolean {
    return this.#ended !== undefined
  }

  /** Throws when the end has begun: then nothing may be started any more. */
  undo(step: () => unknown): void {
    if (this.begun) throw new Error('interrupted')
    this.#steps.unshift(step)
  }

  /** Runs every step, each though another has failed; once, however often it is asked. */
  run(): Promise<void> {
    this.#ended ??= (async () => {
      for (const step of this.#steps) {
        try {
          await step()
        } catch (error) {
          console.error(error)
        }
      }
    })()
    return this.#ended
  }
}
