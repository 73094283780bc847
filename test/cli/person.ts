/** Somebody at a command line: what they see of a verb, without a process. */
import type { Io } from '../../src/cli/io.ts'

export class Person implements Io {
  stdout = ''
  stderr = ''
  readonly env: Record<string, string | undefined>
  readonly terminal = undefined
  readonly colours: boolean

  constructor(options: { env?: Record<string, string>; colours?: boolean } = {}) {
    this.env = options.env ?? {}
    this.colours = options.colours ?? false
  }

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
