/** Random JSON records for the fuzz test: mostly right, often odd, sometimes broken. */

/** xorshift128: the same seed gives the same documents everywhere. */
export class Random {
  private a: number
  private b = 0x9e3779b9 | 0
  private c = 0x243f6a88 | 0
  private d = 0xb7e15162 | 0
  readonly behind = 0x31
  private readonly arena = new Uint8Array(1 << 17)

  constructor(seed: number) {
    this.a = seed | 0
    for (let i = 0; i < 20; i++) this.next()
  }

  next(): number {
    let t = this.d
    this.d = this.c
    this.c = this.b
    this.b = this.a
    t ^= t << 11
    t ^= t >>> 8
    this.a = t ^ this.a ^ (this.a >>> 19)
    return this.a >>> 0
  }

  /** 0 to n - 1; n is far below 2^31. */
  below(n: number): number {
    return (this.next() >>> 1) % n
  }

  /** True once in n. */
  once(n: number): boolean {
    return this.below(n) === 0
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  shuffled<T>(list: readonly T[]): T[] {
    const mixed = [...list]
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const kept = mixed[i]!
      mixed[i] = mixed[j]!
      mixed[j] = kept
    }
    return mixed
  }

  /** The record among other bytes, some of which would go on with its JSON; sometimes at the very end of the arena. */
  place(record: Uint8Array): { arena: Uint8Array; start: number; end: number } {
    if (this.once(4)) {
      const tight = new Uint8Array(record.length + 1 + this.below(18))
      tight.fill(this.behind)
      tight.set(record)
      return { arena: tight, start: 0, end: record.length }
    }
    const start = this.below(64)
    const end = start + record.length
    this.arena.set(record, start)
    this.arena.fill(this.behind, end, end + 40)
    return { arena: this.arena, start, end }
  }
}

const syntax = [...new TextEncoder().encode('{}[]",:0123456789.eE+-tfn \\')]
const fieldNames = ['id', 'title', 'v', 'count', 'tiny', 'short', 'ok', 'ratio', 'score', 'extra', 'note']
const oddNames = [
  'unknown',
  'color',
  'i',
  'idx',
  'titl',
  'title2',
  '',
  'ключ',
  'a"b',
  'a\\b',
  '\u{1f426}',
  '__proto__',
  '$meta2',
]
const blanks = ['', '', '', '', ' ', ' ', '  ', '\n', '\t', ' \r\n ']
const texts = [
  '',
  'a',
  'kite',
  'a longer text that has more than four bytes',
  '日本語のテキスト',
  'é',
  '\u{1f426}\u{1f985}',
  '\u0000\u001f',
  '"\\/\b\f\n\r\t',
  'x'.repeat(130),
  '\u2028',
  '\u007f\u0080\u07ff\u0800\uffff',
]

export class DocumentWriter {
  private readonly encoder = new TextEncoder()
  /** Holds the last document; the next one overwrites it. */
  private readonly buffer = new Uint8Array(1 << 17)

  constructor(private readonly random: Random) {}

  record(): Uint8Array {
    const kind = this.random.below(40)
    let text = kind === 0 ? this.value(0) : this.object()
    if (this.random.once(30)) text = `\ufeff${text}`
    const length = this.encoder.encodeInto(text, this.buffer).written
    return this.buffer.subarray(0, this.random.once(5) ? this.breakAt(this.random.below(length + 1), length) : length)
  }

  /** Cuts the document off, or changes, takes out or adds a byte; returns its new length. */
  private breakAt(at: number, length: number): number {
    const { buffer, random } = this
    switch (random.below(5)) {
      case 0:
        return at
      case 1:
        buffer[at] = random.below(256)
        return length
      case 2:
        buffer.copyWithin(at, at + 1, length)
        return Math.max(0, length - 1)
      case 3:
        buffer.copyWithin(at + 1, at, length)
        buffer[at] = random.pick([0x80, 0xff, 0xed, 0xc0, 0, 9, 0x22, 0x5c, 0x7b, 0x30, 0x2c])
        return length + 1
      default:
        buffer[at] = random.pick(syntax)
        return length
    }
  }

  private object(): string {
    const { random } = this
    const parts: string[] = []
    const names = random.once(3) ? random.shuffled(fieldNames) : fieldNames
    for (const name of names) {
      if (random.once(60)) continue
      parts.push(this.member(name))
      if (random.once(25)) parts.push(this.member(random.pick(fieldNames)))
      if (random.once(12)) parts.push(this.member(random.pick(oddNames)))
      if (random.once(400)) parts.push(this.member('$meta'))
    }
    if (random.once(300)) for (let i = random.below(300); i > 0; i--) parts.push(this.member(`k${random.below(200)}`))
    return `${this.blank()}{${this.blank()}${parts.join(`${this.blank()},${this.blank()}`)}${this.blank()}}${this.blank()}`
  }

  private member(name: string): string {
    const value = this.random.once(60) ? this.value(0) : this.fitting(name)
    return `${this.quoted(name, 30)}${this.blank()}:${this.blank()}${value}`
  }

  /** Mostly a value that the field takes. */
  private fitting(name: string): string {
    const { random } = this
    switch (name) {
      case 'id':
        return this.maybeQuoted(this.whole(random.pick([1, 3, 9, 15, 16, 18, 19])))
      case 'count':
        return this.maybeQuoted(this.whole(random.pick([1, 3, 9])))
      case 'tiny':
        return this.whole(random.pick([1, 2]))
      case 'short':
        return this.whole(random.pick([1, 3, 4]))
      case 'ok':
        return random.pick(['true', 'false', 'true', 'false', '"true"', '"False"'])
      case 'ratio':
      case 'score':
        return this.maybeQuoted(this.number())
      case 'title':
      case 'note':
        return random.once(10) ? random.pick([this.number(), 'true', 'null']) : this.quoted(random.pick(texts), 8)
      case 'v': {
        const numbers = Array.from({ length: random.once(40) ? random.below(6) : 4 }, () => this.float())
        const text = `[${this.blank()}${numbers.join(random.pick([',', ', ', `${this.blank()},${this.blank()}`]))}${this.blank()}]`
        return random.once(20) ? `"${text.replace(/[\n\r\t]/g, ' ')}"` : text
      }
      default:
        return this.value(0)
    }
  }

  private value(level: number): string {
    const { random } = this
    switch (random.below(level > 4 ? 5 : 8)) {
      case 0:
        return 'null'
      case 1:
        return random.pick(['true', 'false'])
      case 2:
        return this.number()
      case 3:
      case 4:
        return this.quoted(random.pick(texts), 4)
      case 5:
        return `[${this.blank()}${Array.from({ length: random.below(5) }, () => this.value(level + 1)).join(`${this.blank()},`)}${this.blank()}]`
      case 6: {
        const members = Array.from({ length: random.below(4) }, () => {
          const name = random.pick([...fieldNames, ...oddNames])
          return `${this.quoted(name, 4)}${this.blank()}:${this.value(level + 1)}`
        })
        return `{${this.blank()}${members.join(`,${this.blank()}`)}}`
      }
      default:
        return this.float()
    }
  }

  private blank(): string {
    return this.random.once(3) ? this.random.pick(blanks) : ''
  }

  private maybeQuoted(text: string): string {
    return this.random.once(25) ? `"${text}"` : text
  }

  private digits(count: number): string {
    let text = ''
    for (let left = count; left > 0; left -= 8) text += String(this.random.below(1e8)).padStart(8, '0').slice(0, left)
    return text
  }

  /** A whole number of up to so many digits, written in one of the ways there are. */
  private whole(digits: number): string {
    const { random } = this
    const sign = random.once(3) ? '-' : ''
    const edge = random.pick([
      '127',
      '128',
      '32767',
      '32768',
      '2147483647',
      '2147483648',
      '9223372036854775807',
      '9223372036854775808',
      '9007199254740993',
      '18446744073709551616',
    ])
    const text = random.once(15) ? edge : String(BigInt(this.digits(digits)))
    switch (random.below(24)) {
      case 0:
        return `${sign}${text}.0`
      case 1:
        return `${sign}${text}e0`
      case 2:
        return `${sign}${text}00E-2`
      case 3:
        return `${sign}${text[0]}.${text.slice(1) || '0'}e${text.length - 1}`
      case 4:
        return `${sign}${text[0]}e+${random.below(20)}`
      case 5:
        return `${sign}${text}.5`
      case 6:
        return `${sign}0e${random.below(400)}`
      default:
        return `${sign}${text}`
    }
  }

  /** As embeddings are written, and as nobody would. */
  private float(): string {
    const { random } = this
    const sign = random.once(2) ? '-' : ''
    switch (random.below(14)) {
      case 0:
      case 1:
      case 2:
        return `${sign}0.${this.digits(8 + random.below(3))}`
      case 3:
      case 4:
        return `${sign}0.${'0'.repeat(random.below(4))}${this.digits(16 + random.below(3))}`
      case 5:
        return String(Math.fround((random.next() / 2 ** 32 - 0.5) * 10 ** (random.below(60) - 40)))
      case 6:
        return `${sign}${this.digits(1).replace('0', '1')}${this.digits(random.below(12))}.${this.digits(1 + random.below(24))}`
      case 7:
        return `${sign}${random.below(10)}`
      case 8:
        return this.midpoint()
      case 9:
        return this.number()
      case 10:
        return `${sign}0.${'0'.repeat(random.below(30))}${this.digits(1 + random.below(30))}`
      default:
        return String((random.next() / 2 ** 32 - 0.5) * 2 + random.next() / 2 ** 60)
    }
  }

  /** At or next to the middle between two float32, or two doubles: where rounding is decided by the last digit. */
  private midpoint(): string {
    const { random } = this
    const double = (1 + random.below(2 ** 23) / 2 ** 23 + 2 ** -24) * 2 ** (random.below(20) - 10)
    const text = random.once(2) ? String(double) : double.toFixed(40).replace(/0+$/, '')
    return random.once(2)
      ? text
      : text.replace(/[0-8]$/, (d) => String(Number(d) + 1)) +
          (text.includes('.') && !text.includes('e') ? this.digits(random.below(12)) : '')
  }

  private number(): string {
    const { random } = this
    const sign = random.once(2) ? '-' : ''
    const head = random.once(2) ? '0' : `${1 + random.below(9)}${this.digits(random.below(random.once(10) ? 40 : 10))}`
    const tail = random.once(2) ? '' : `.${this.digits(1 + random.below(random.once(10) ? 40 : 18))}`
    const exponent = random.once(3)
      ? `${random.pick(['e', 'E'])}${random.pick(['', '+', '-'])}${random.below(random.pick([10, 30, 330, 5000]))}`
      : ''
    const odd = random.once(300)
      ? random.pick(['NaN', 'Infinity', '01', '.5', '1.', '+1', '1e', '-', '0x10', '1_0'])
      : ''
    return odd || `${sign}${head}${tail}${exponent}`
  }

  /** The text in quotes; one character in `rate` is written as an escape although it need not be. */
  private quoted(text: string, rate: number): string {
    const { random } = this
    let out = '"'
    for (const char of text) {
      if (char >= ' ' && char !== '"' && char !== '\\' && !random.once(rate)) out += char
      else out += random.pick(escapesOf(char))
    }
    if (random.once(40))
      out += random.pick([
        '\\ud83d',
        '\\udc26',
        '\\ud83d\\u0041',
        '\\udc26\\ud83d',
        '\\ud83d\\ud83d\\udc26',
        '\\/',
        '\\x',
        '\\u12',
        '\\ud83d\\u12',
        '\t',
      ])
    return `${out}"`
  }
}

const escapes = new Map<string, string[]>()

/** The ways to write a character with a backslash. */
function escapesOf(char: string): string[] {
  let ways = escapes.get(char)
  if (ways === undefined) {
    const short = JSON.stringify(char).slice(1, -1)
    let long = ''
    for (let i = 0; i < char.length; i++) long += `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`
    ways = [long, long.replace(/[a-f]/g, (digit) => digit.toUpperCase())]
    if (short.startsWith('\\')) ways.push(short)
    escapes.set(char, ways)
  }
  return ways
}
