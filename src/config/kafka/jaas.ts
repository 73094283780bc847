/**
 * `sasl.jaas.config`: how Java clients carry user and password. A login module, a control flag, options, a semicolon; read with the rules
 * of Kafka's JaasConfig, which are those of a StreamTokenizer: quotes of both kinds with backslash escapes, comments, and any white space.
 */
import { failure } from '../../errors/errors.ts'

export interface LoginModule {
  /** The class, with its package. */
  readonly name: string
  readonly options: ReadonlyMap<string, string>
}

interface Token {
  readonly text: string
  /** A word or a quoted text; else one of `=` and `;`. */
  readonly word: boolean
}

const flags = new Set(['REQUIRED', 'REQUISITE', 'SUFFICIENT', 'OPTIONAL'])

/** `at` is for the message; the text itself is never shown, because it holds the password. */
export function parseJaas(text: string, at: string): LoginModule {
  const bad = (why: string) => failure('JAAS_INVALID', at, why)
  const tokens = tokenize(text)
  const [module, flag] = tokens
  if (module === undefined || !module.word) throw bad('names no login module')
  if (flag === undefined || !flag.word || !flags.has(flag.text.toUpperCase())) {
    throw bad('has no control flag (required) after the login module')
  }
  const options = new Map<string, string>()
  let index = 2
  while (index < tokens.length && !isMark(tokens[index], ';')) {
    const [name, equals, value] = tokens.slice(index, index + 3)
    if (!name!.word) throw bad('has an "=" with no option before it')
    if (!isMark(equals, '=') || value === undefined || !value.word) {
      throw bad(`gives no value to the option "${name!.text}"`)
    }
    options.set(name!.text, value.text)
    index += 3
  }
  if (index >= tokens.length) throw bad('does not end with a semicolon')
  if (index + 1 < tokens.length) throw bad('has more than one login module')
  return { name: module.text, options }
}

function isMark(token: Token | undefined, mark: string): boolean {
  return token !== undefined && !token.word && token.text === mark
}

/** Quoted text ends at a line's end when its quote is missing, as in Java. A "/" outside quotes starts a comment, also without a second one. */
const lexeme =
  /(?<space>[^!-\uffff]+)|(?<comment>\/\*.*?(?:\*\/|$)|\/[^\r\n]*)|(?<mark>[=;])|"(?<double>(?:\\.|[^"\\\r\n])*)"?|'(?<single>(?:\\.|[^'\\\r\n])*)'?|(?<word>(?:(?![/=;"'])[!-\uffff])+)/gsy

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  for (const { groups } of text.matchAll(lexeme)) {
    const { mark, double, single, word } = groups!
    if (mark !== undefined) tokens.push({ text: mark, word: false })
    else if (word !== undefined) tokens.push({ text: word, word: true })
    else if (double !== undefined || single !== undefined)
      tokens.push({ text: unquote((double ?? single)!), word: true })
  }
  return tokens
}

const escapes: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

function unquote(text: string): string {
  return text.replace(/\\([0-3][0-7]{0,2}|[4-7][0-7]?|.)/gs, (_, code: string) =>
    /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
  )
}
