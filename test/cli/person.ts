/** Somebody at a command line: what they see of a verb, without a process. */
import type { Io, Screen } from '../../src/cli/io.ts'

interface Given extends Partial<Screen> {
  readonly env?: Record<string, string>
  readonly isJournal?: boolean
  readonly ignoresHangup?: boolean
}

export class Person implements Io {
  stdout = ''
  stderr = ''
  readonly env: Record<string, string | undefined>
  readonly terminal = undefined
  readonly isJournal: boolean
  readonly ignoresHangup: boolean
  readonly outScreen: Screen
  readonly errScreen: Screen

  constructor({ env = {}, isJournal = false, ignoresHangup = false, colours = false, columns }: Given = {}) {
    this.env = env
    this.isJournal = isJournal
    this.ignoresHangup = ignoresHangup
    this.outScreen = this.errScreen = { colours, columns }
  }

  outFailure(): undefined {}

  readonly out = (text: string): void => {
    this.stdout += text
  }
  readonly err = (text: string): void => {
    this.stderr += text
  }
  onStop(): void {}
  onHangup(): void {}
  onExit(): void {}
  exit(code: number): never {
    throw new Error(`exit ${code}`)
  }
}
