/**
 * Values that must never be printed: passwords, tokens, private keys. A `Secret` shows itself as [hidden] to every way of printing;
 * `reveal()` is what one searches for to see where secrets go.
 */
import { inspect } from 'node:util'

const hidden = '[hidden]'

export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return hidden
  }

  toJSON(): string {
    return hidden
  }

  [inspect.custom](): string {
    return hidden
  }
}

/**
 * Makes a plain record of strings print its secret entries as [hidden]. C wants plain strings by name, so the record stays one:
 * `Object.entries` gives what it holds, while JSON, inspect and console.log do not.
 */
export function hiding<T extends Record<string, string>>(record: T, isSecret: (name: string) => boolean): T {
  const shown = () =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, isSecret(name) ? hidden : value]))
  Object.defineProperty(record, 'toJSON', { value: shown, enumerable: false })
  Object.defineProperty(record, inspect.custom, { value: shown, enumerable: false })
  return record
}
