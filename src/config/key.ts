/**
 * What a key of the .properties files is: its type as Kafka's ConfigDef reads it, its default, its limits, and what it does here. The
 * tables in keys/ are made of these; reading, messages, docs/configuration.md and the hints for misspelt keys all come from them.
 */
import { Secret } from './secret.ts'

/** `used`: does what the text says. `unused`: accepted, has no effect, said once. `refused`: an error that says what to write instead. */
export type Effect = 'used' | 'unused' | 'refused'

export type Area = 'worker' | 'sink' | 'both'

export interface Key<T = unknown> {
  readonly type: string
  readonly default: string | undefined
  readonly required: boolean
  readonly secret: boolean
  readonly effect: Effect
  /** What it does, or why it does nothing, or what to write instead. */
  readonly doc: string
  /** Limits and allowed values, as the documentation and the error message show them. */
  readonly takes: string
  /** Undefined when the text is no value of this key. */
  parse(text: string): T | undefined
}

export type Keys = Readonly<Record<string, Key>>

/** The typed value of a key: may be undefined only where there is no default and it is not required. */
export type Value<K> = K extends Key<infer T> ? T : never

export type Values<T extends Keys> = { readonly [K in keyof T]: Value<T[K]> }

interface About {
  readonly doc: string
  readonly default?: string | number | boolean
  readonly required?: true
  readonly effect?: Effect
}

/** Whether a value may be missing follows from what is said about the key. */
type Present<A extends About, T> = A extends { default: string | number | boolean } | { required: true }
  ? T
  : T | undefined

interface Kind<T> {
  readonly type: string
  readonly takes: string
  readonly secret?: true
  parse(text: string): T | undefined
}

function key<T, const A extends About>(kind: Kind<T>, about: A): Key<Present<A, T>> {
  return {
    type: kind.type,
    takes: kind.takes,
    secret: kind.secret ?? false,
    default: about.default === undefined ? undefined : String(about.default),
    required: about.required ?? false,
    effect: about.effect ?? 'used',
    doc: about.doc,
    parse: (text) => kind.parse(text.trim()) as Present<A, T> | undefined,
  }
}

/** An empty text counts as not given: both of Connect's notations of "no value" mean the same then. */
export const text = <const A extends About>(about: A) =>
  key<string, A>({ type: 'string', takes: 'a text', parse: (text) => (text === '' ? undefined : text) }, about)

export const secret = <const A extends About>(about: A) =>
  key<Secret, A>(
    { type: 'password', takes: 'a text', secret: true, parse: (text) => (text === '' ? undefined : new Secret(text)) },
    about,
  )

export const flag = <const A extends About>(about: A) =>
  key<boolean, A>({ type: 'boolean', takes: 'true or false', parse: parseFlag }, about)

/** Java's int where no maximum is given. */
export const integer = <const A extends About & { min?: number; max?: number }>(about: A) => {
  const min = about.min ?? -(2 ** 31)
  const max = about.max ?? 2 ** 31 - 1
  const takes =
    about.max !== undefined
      ? `a whole number from ${min} to ${max}`
      : about.min !== undefined
        ? `a whole number from ${min}`
        : 'a whole number'
  return key<number, A>({ type: 'int', takes, parse: (text) => parseInteger(text, min, max) }, about)
}

/** Commas separate; white space around them goes away. */
export const list = <const A extends About>(about: A) =>
  key<readonly string[], A>({ type: 'list', takes: 'names separated by commas', parse: parseList }, about)

/** Upper and lower case are the same. */
export const oneOf = <const V extends string, const A extends About>(allowed: readonly V[], about: A) =>
  key<V, A>(
    {
      type: 'string',
      takes: allowed.join(' or '),
      parse: (text) => allowed.find((each) => each.toLowerCase() === text.toLowerCase()),
    },
    about,
  )

/** A key that is known and does nothing. */
export const unused = (doc: string) => text({ doc, effect: 'unused' })

/** A key that is known and cannot work; `instead` says what to write. */
export const refused = (instead: string) => text({ doc: instead, effect: 'refused' })

export function parseFlag(text: string): boolean | undefined {
  const lower = text.trim().toLowerCase()
  return lower === 'true' ? true : lower === 'false' ? false : undefined
}

/** Digits with an optional sign, as Java's parseInt: no 1e3, no 1_000, no fraction. */
export function parseInteger(text: string, min: number, max: number): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined
  const value = Number(text)
  return value >= min && value <= max ? value : undefined
}

export function parseList(text: string): readonly string[] {
  return text.trim() === '' ? [] : text.trim().split(/\s*,\s*/)
}
