/**
 * Java .properties files, read as `java.util.Properties.load` reads them, because a file that works with Kafka Connect has to work
 * unchanged. test/config/properties.test.ts compares with the JDK itself.
 *
 * One thing differs on purpose: Kafka reads bytes as ISO-8859-1. Whoever writes `collection.name=日本` in an editor of today writes UTF-8
 * and gets mojibake from Connect. Bytes that are valid UTF-8 are read as UTF-8 (plain ASCII is the same in both, and Latin-1 text with
 * accents is practically never valid UTF-8); all others are ISO-8859-1 as in Java.
 */
import { failure } from '../errors/errors.ts'

export interface Property {
  readonly key: string
  readonly value: string
  /** Of the logical line's start, from 1. */
  readonly line: number
}

/** In the file's order, duplicates kept: the last one of a key wins. `file` is for the message of an error only. */
export function parseProperties(source: Uint8Array | string, file: string): Property[] {
  const text = typeof source === 'string' ? source : decodeText(source)
  return logicalLines(text).map(({ content, line }) => {
    const keyEnd = endOfKey(content)
    try {
      return {
        key: unescapeText(content.slice(0, keyEnd)),
        value: unescapeText(content.slice(startOfValue(content, keyEnd))),
        line,
      }
    } catch {
      throw failure('PROPERTIES_MALFORMED', `${file}:${line}`)
    }
  })
}

/** UTF-8 where the bytes are valid UTF-8 (a byte order mark is dropped), else ISO-8859-1. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  }
}

interface LogicalLine {
  readonly content: string
  readonly line: number
}

/**
 * Joins continued lines and drops blank lines and comments. A backslash at the end continues a line unless it is itself escaped; the white
 * space that starts the next line goes away. A line of which nothing is left but the continuation (`\` alone) still counts as not begun,
 * so that `#` on the next one starts a comment: so does the JDK.
 */
function logicalLines(text: string): LogicalLine[] {
  const found: LogicalLine[] = []
  const natural = text.split(/\r\n|\r|\n/)
  let content = ''
  let start = 0
  let continued = false
  natural.forEach((raw, index) => {
    const part = raw.replace(/^[ \t\f]+/, '')
    if (content === '') start = index + 1
    if (content === '' && (part === '' || part[0] === '#' || part[0] === '!')) {
      continued = false
      return
    }
    const last = index === natural.length - 1
    continued = endsInOddBackslashes(part)
    content += continued ? part.slice(0, -1) : part
    if ((!continued || last) && content !== '') {
      found.push({ content, line: start })
      content = ''
    }
  })
  if (content !== '') found.push({ content, line: start })
  return found
}

function endsInOddBackslashes(text: string): boolean {
  let from = text.length
  while (from > 0 && text[from - 1] === '\\') from--
  return (text.length - from) % 2 === 1
}

/** The key ends at the first '=', ':' or white space that no backslash escapes. */
function endOfKey(content: string): number {
  let at = 0
  while (at < content.length && !/[=: \t\f]/.test(content[at]!)) at += content[at] === '\\' ? 2 : 1
  return Math.min(at, content.length)
}

/** White space around one '=' or ':' belongs to neither key nor value. */
function startOfValue(content: string, keyEnd: number): number {
  return keyEnd + /^[ \t\f]*[=:]?[ \t\f]*/.exec(content.slice(keyEnd))![0].length
}

const escapes: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function unescapeText(text: string): string {
  return text.replace(/\\(u(.{0,4})|.)/gs, (_, escaped: string, digits: string | undefined) => {
    if (digits === undefined) return escapes[escaped] ?? escaped
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new SyntaxError('malformed \\uXXXX')
    return String.fromCharCode(Number.parseInt(digits, 16))
  })
}
