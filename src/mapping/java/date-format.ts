/**
 * java.text.SimpleDateFormat in UTC and English, as TimestampConverter and TimestampRouter use it, with its habits: numbers are lenient (month 13 is next
 * January), text behind the pattern is ignored, and `S` is a number of milliseconds, so that `.123456` read by `.SSSSSS` is two minutes.
 */

const months = 'January February March April May June July August September October November December'.split(' ')
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')
const letters = 'GyYMLdDHkKhmsSEuaXZz'

interface Letters {
  readonly letter: string
  readonly count: number
  /** Digits follow at once, so only `count` of them are this field's. */
  readonly abuts: boolean
}

type Part = string | Letters

/** A letter that SimpleDateFormat has and this has not, or has not either, in words for a message. */
export class BadPattern extends Error {}

export class JavaDateFormat {
  private readonly parts: readonly Part[]

  /** Throws BadPattern. `nowMs`: two digits of a year mean one between 80 years before and 20 after. */
  constructor(
    pattern: string,
    private readonly nowMs = Date.now(),
  ) {
    this.parts = readPattern(pattern)
  }

  format(timeMs: number): string {
    const date = new Date(timeMs)
    return this.parts.map((part) => (typeof part === 'string' ? part : formatField(part, date))).join('')
  }

  /** Milliseconds since 1970, or undefined where the text is not of the pattern. */
  parse(text: string): number | undefined {
    const found = new Found()
    let at = 0
    for (const part of this.parts) {
      if (typeof part === 'string') {
        if (!text.startsWith(part, at)) return undefined
        at += part.length
        continue
      }
      const fieldEnd = part.abuts ? at + part.count : text.length
      if (fieldEnd > text.length) return undefined
      while (text[at] === ' ' || text[at] === '\t') at++
      at = this.parseField(part, text, at, fieldEnd, found)
      if (at < 0) return undefined
    }
    return found.timeMs()
  }

  private parseField({ letter, count }: Letters, text: string, at: number, fieldEnd: number, found: Found): number {
    switch (letter) {
      case 'G':
        return nameAt(text, at, ['BC', 'AD'], (era) => found.set('G', era))
      case 'E':
        return nameAt(text, at, withShort(days), () => {})
      case 'a':
        return nameAt(text, at, ['AM', 'PM'], (half) => found.set('a', half))
      case 'M':
      case 'L':
        if (count >= 3) return nameAt(text, at, withShort(months), (month) => found.set('M', month % 12))
        break
      case 'X':
      case 'Z':
      case 'z':
        return zoneAt(text, at, letter, found)
    }
    const first = text[at] === '-' ? at + 1 : at
    let end = first
    while (end < fieldEnd && isDigit(text.charCodeAt(end))) end++
    if (end === first) return -1
    const digits = text.slice(at, end)
    const value = Number(digits)
    if (letter === 'y' && count <= 2 && /^\d\d$/.test(digits)) found.set('y', this.nearYear(value))
    else found.set(letter === 'L' ? 'M' : letter, letter === 'M' || letter === 'L' ? value - 1 : value)
    return end
  }

  private nearYear(twoDigits: number): number {
    const start = new Date(this.nowMs)
    start.setUTCFullYear(start.getUTCFullYear() - 80)
    const year = start.getUTCFullYear() - (start.getUTCFullYear() % 100) + twoDigits
    return year < start.getUTCFullYear() ? year + 100 : year
  }
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}

/** The fields of a text. */
class Found {
  private readonly fields = new Map<string, number>()
  zoneMinutes = 0

  set(letter: string, value: number): void {
    this.fields.set(letter, value)
  }

  timeMs(): number {
    const { fields } = this
    const at = (letter: string, otherwise: number) => fields.get(letter) ?? otherwise
    let year = at('y', at('Y', 1970))
    if (at('G', 1) === 0) year = 1 - year
    let hours = at('H', 0)
    if (fields.has('k')) hours = at('k', 0) % 24
    else if (!fields.has('H')) hours = (fields.has('h') ? at('h', 0) % 12 : at('K', 0)) + at('a', 0) * 12
    const date = new Date(0)
    if (fields.has('D')) date.setUTCFullYear(year, 0, at('D', 1))
    else date.setUTCFullYear(year, at('M', 0), at('d', 1))
    date.setUTCHours(hours, at('m', 0), at('s', 0), at('S', 0))
    return date.getTime() - this.zoneMinutes * 60_000
  }
}

function readPattern(pattern: string): readonly Part[] {
  const parts: Part[] = []
  let literal = ''
  const endLiteral = () => {
    if (literal !== '') parts.push(literal)
    literal = ''
  }
  for (let at = 0; at < pattern.length; ) {
    const char = pattern[at]!
    if (char === "'") {
      if (pattern[at + 1] === "'") {
        literal += "'"
        at += 2
        continue
      }
      const quoted = /^'((?:[^']|'')*)'/.exec(pattern.slice(at))
      if (quoted === null) throw new BadPattern('a pattern whose quotes are closed')
      literal += quoted[1]!.replaceAll("''", "'")
      at += quoted[0].length
    } else if (/[A-Za-z]/.test(char)) {
      if (!letters.includes(char)) throw new BadPattern(`a date pattern of the letters ${[...letters].join(' ')}`)
      endLiteral()
      let count = 1
      while (pattern[at + count] === char) count++
      at += count
      const abuts = /[A-Za-z]/.test(pattern[at] ?? '') && !/[GEaXZz]/.test(pattern[at]!)
      parts.push({ letter: char, count, abuts })
    } else {
      literal += char
      at++
    }
  }
  endLiteral()
  return parts
}

function formatField({ letter, count }: Letters, date: Date): string {
  const number = (value: number) => String(value).padStart(count, '0')
  const hours = date.getUTCHours()
  const year = date.getUTCFullYear()
  switch (letter) {
    case 'G':
      return year > 0 ? 'AD' : 'BC'
    case 'y':
    case 'Y': {
      const shown = letter === 'Y' ? weekYear(date) : year > 0 ? year : 1 - year
      return count === 2 ? String(shown % 100).padStart(2, '0') : number(shown)
    }
    case 'M':
    case 'L': {
      const month = date.getUTCMonth()
      return count >= 4 ? months[month]! : count === 3 ? months[month]!.slice(0, 3) : number(month + 1)
    }
    case 'd':
      return number(date.getUTCDate())
    case 'D':
      return number(Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000) + 1)
    case 'H':
      return number(hours)
    case 'k':
      return number(hours === 0 ? 24 : hours)
    case 'K':
      return number(hours % 12)
    case 'h':
      return number(hours % 12 === 0 ? 12 : hours % 12)
    case 'm':
      return number(date.getUTCMinutes())
    case 's':
      return number(date.getUTCSeconds())
    case 'S':
      return number(date.getUTCMilliseconds())
    case 'E':
      return count >= 4 ? days[date.getUTCDay()]! : days[date.getUTCDay()]!.slice(0, 3)
    case 'u':
      return number(date.getUTCDay() === 0 ? 7 : date.getUTCDay())
    case 'a':
      return hours < 12 ? 'AM' : 'PM'
    case 'X':
      return 'Z'
    case 'Z':
      return '+0000'
    default:
      return count >= 4 ? 'Coordinated Universal Time' : 'UTC'
  }
}

/** The year that the week belongs to, which begins on Sunday and is the first if it holds January 1, as Java has it in English. */
function weekYear(date: Date): number {
  const saturday = new Date(date.getTime() + (6 - date.getUTCDay()) * 86_400_000)
  return saturday.getUTCFullYear()
}

/** Long names, and then short ones. */
function withShort(names: readonly string[]): string[] {
  return [...names, ...names.map((name) => name.slice(0, 3))]
}

/** The longest of the names that stands at `at`; upper and lower case are the same. */
function nameAt(text: string, at: number, names: readonly string[], take: (index: number) => void): number {
  let best = -1
  for (const [index, name] of names.entries()) {
    const stands = text.slice(at, at + name.length).toLowerCase() === name.toLowerCase()
    if (stands && name.length > (names[best]?.length ?? 0)) best = index
  }
  if (best < 0) return -1
  take(best)
  return at + names[best]!.length
}

function zoneAt(text: string, at: number, letter: string, found: Found): number {
  const rest = text.slice(at)
  const named = letter === 'X' ? /^Z/.exec(rest) : /^(?:UTC|GMT)(?![+-])/.exec(rest)
  if (named !== null) return at + named[0].length
  const [offset, sign, hours, minutes = '0'] =
    (letter === 'X' ? /^([+-])(\d\d):?(\d\d)?/ : /^(?:GMT)?([+-])(\d\d):?(\d\d)/).exec(rest) ?? []
  if (offset === undefined) return -1
  found.zoneMinutes = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  return at + offset.length
}
