/** Somebody at a command line: what they see of a verb, without a process. */
import type { Io, Screen } from '../../src/cli/io.ts'

export class Person implements Io {
  stdout = ''
  stderr = ''
  readonly env: Record<string, string | undefined>
  readonly terminal = undefined
  readonly outScreen: Screen
  readonly errScreen: Screen

  constructor({ env = {}, colours = false, columns }: { env?: Record<string, string> } & Partial<Screen> = {}) {
    this.env = env
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
