/**
 * `topics` and `topics.regex`, as librdkafka subscribes to them.
 *
 * Connect matches a Java regular expression against the whole topic name. librdkafka takes a POSIX extended expression that begins with
 * `^` and is not anchored at the end. Topic names are made of `A-Za-z0-9._-` alone and only "does it match?" matters, so most of
 * Java's notation has an equal: lazy quantifiers, capturing, `\d`. What has none is named in the error.
 */
import { failure } from '../errors/errors.ts'
import type { Findings } from './entry.ts'
import type { SinkValues } from './keys.ts'

export interface Subscription {
  /** What librdkafka subscribes to: topic names, or one expression. */
  readonly subscribe: readonly string[]
  /** As the user wrote it. */
  readonly text: string
  readonly regex: boolean
  matches(topic: string): boolean
}

export function namedTopics(names: readonly string[]): Subscription {
  const subscribe = [...new Set(names)]
  return { subscribe, text: subscribe.join(','), regex: false, matches: (topic) => subscribe.includes(topic) }
}

export function matchingTopics(javaRegex: string, at: string): Subscription {
  const posix = toPosix(javaRegex, at)
  const same = new RegExp(posix)
  return { subscribe: [posix], text: javaRegex, regex: true, matches: (topic) => same.test(topic) }
}

export function readTopics(
  values: Pick<SinkValues, 'topics' | 'topics.regex'>,
  at: (key: string) => string,
  findings: Findings,
): Subscription {
  const names = values.topics ?? []
  const regex = values['topics.regex']
  const none = namedTopics([])
  if (names.length > 0 && regex !== undefined) {
    findings.problem(
      failure('KEYS_CONFLICT', at('topics.regex'), '`topics` and `topics.regex` are both set; keep one of them'),
    )
    return none
  }
  if (regex !== undefined) return findings.attempt(() => matchingTopics(regex, at('topics.regex'))) ?? none
  if (names.length === 0) {
    findings.problem(failure('KEY_MISSING', at('topics'), 'topics', 'name the topics to read, or give `topics.regex`'))
  }
  for (const name of names) {
    const wanted = topicNameProblem(name)
    if (wanted !== undefined) findings.problem(failure('VALUE_INVALID', at('topics'), 'topics', wanted, `"${name}"`))
  }
  return namedTopics(names)
}

/** Why a name cannot be a topic, or undefined: Kafka's own rule. */
export function topicNameProblem(name: string): string | undefined {
  if (name === '') return 'a name, not nothing between two commas'
  if (name === '.' || name === '..') return 'a topic name other than "." and ".."'
  if (name.length > 249) return 'a topic name of at most 249 characters'
  return /^[A-Za-z0-9._-]+$/.test(name)
    ? undefined
    : 'a topic name of letters, digits, ".", "_" and "-" (patterns go in `topics.regex`)'
}

/** Escapes that stand for characters, as the inside of a bracket expression. */
const shorthand: Record<string, string> = { d: '0-9', w: 'A-Za-z0-9_', s: ' ' }

/** In no topic name, so a class of it matches nothing. */
const nothing = '[ ]'

export function toPosix(java: string, at: string): string {
  const unsupported = (part: string) => failure('REGEX_UNSUPPORTED', at, part)
  let out = ''
  let index = 0
  let repeatable = false
  while (index < java.length) {
    const char = java[index]!
    const [read, translated] = token(java, index)
    if (read === 0) throw unsupported(translated)
    if (/[*+?{]/.test(char)) {
      if (!repeatable) throw unsupported(`"${char}" with nothing before it to repeat`)
      out += translated
      repeatable = false
    } else {
      out += translated
      repeatable = char !== '(' && char !== '|' && char !== '^' && char !== '$'
    }
    index += read
  }
  const posix = `^(${out})$`
  try {
    new RegExp(posix)
  } catch {
    throw unsupported('an unbalanced bracket')
  }
  return posix
}

/** How many characters of the Java expression were read, and what they are in POSIX; 0 characters with what cannot be translated. */
function token(java: string, at: number): readonly [number, string] {
  const rest = java.slice(at)
  switch (java[at]) {
    case '\\':
      return escaped(rest)
    case '[':
      return bracket(rest)
    case '(': {
      const group = /^\((\?(:|<[a-zA-Z][a-zA-Z0-9]*>))?(?!\?)/.exec(rest)
      if (group !== null) return [group[0].length, '(']
      return [0, /^\(\?<?[=!]/.test(rest) ? 'a look-around "(?=", "(?!" or "(?<"' : 'a flag such as "(?i)"']
    }
    case '*':
    case '+':
    case '?':
    case '{': {
      const [text, count, mode] = /^([*+?]|\{\d+(?:,\d*)?\})([?+]?)/.exec(rest) ?? []
      if (text === undefined) return [0, 'a "{" that starts no {n}, {n,} or {n,m}']
      return mode === '+' ? [0, `the possessive quantifier "${text}"`] : [text.length, count!]
    }
    case ']':
    case '}':
      return [1, nothing]
    default:
      return /[A-Za-z0-9._\-^$|)]/.test(java[at]!) ? [1, java[at]!] : [1, nothing]
  }
}

function escaped(rest: string): readonly [number, string] {
  const char = rest[1] ?? ''
  if (char === 'Q') {
    const end = rest.indexOf('\\E')
    const literal = rest.slice(2, end < 0 ? undefined : end)
    return [end < 0 ? rest.length : end + 2, `(${[...literal].map(literally).join('')})`]
  }
  if (Object.hasOwn(shorthand, char)) return [2, `[${shorthand[char]}]`]
  if (Object.hasOwn(shorthand, char.toLowerCase())) return [2, `[^${shorthand[char.toLowerCase()]}]`]
  if (char === 'A') return [2, '^']
  if (char === 'z' || char === 'Z') return [2, '$']
  if (/[A-Za-z0-9]/.test(char)) return [0, `"\\${char}"`]
  return [2, literally(char)]
}

function literally(char: string): string {
  return char === '.' ? '[.]' : /[A-Za-z0-9_-]/.test(char) ? char : nothing
}

/** A bracket expression. POSIX knows no escapes in it; what no topic name has is left out; "-" goes last, where it is no range. */
function bracket(rest: string): readonly [number, string] {
  let index = 1
  const negated = rest[index] === '^'
  if (negated) index++
  let ranges = ''
  let dash = false
  while (index < rest.length && rest[index] !== ']') {
    if (rest[index] === '[') return [0, 'a class inside a class']
    if (rest.startsWith('&&', index)) return [0, 'an intersection "&&"']
    const item = /^(?:\\(.)|(.))/s.exec(rest.slice(index))!
    index += item[0].length
    const quoted = item[1]
    if (quoted !== undefined && Object.hasOwn(shorthand, quoted)) {
      ranges += shorthand[quoted]
      continue
    }
    if (quoted !== undefined && /[A-Za-z0-9]/.test(quoted)) return [0, `"\\${quoted}" inside a class`]
    const first = quoted ?? item[2]!
    const range = /^-(?:\\([^A-Za-z0-9])|([^\]\\[]))/.exec(rest.slice(index))
    if (range !== null) {
      index += range[0].length
      const [chars, hasDash] = inRange(first, range[1] ?? range[2]!)
      ranges += chars
      dash ||= hasDash
    } else if (first === '-') dash = true
    else if (/[A-Za-z0-9._]/.test(first)) ranges += first
  }
  if (index >= rest.length) return [0, 'an unbalanced bracket']
  const inside = ranges + (dash ? '-' : '')
  if (inside === '') return [index + 1, negated ? '.' : nothing]
  return [index + 1, `[${negated ? '^' : ''}${inside}]`]
}

const topicChars = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._']

/** A range of plain letters or digits stays one; any other is spelt out, because POSIX may order it by locale. */
function inRange(from: string, to: string): readonly [string, boolean] {
  const plain = [/[a-z]/, /[A-Z]/, /[0-9]/].some((kind) => kind.test(from) && kind.test(to))
  const dash = from <= '-' && '-' <= to
  return [plain ? `${from}-${to}` : topicChars.filter((char) => from <= char && char <= to).join(''), dash]
}
