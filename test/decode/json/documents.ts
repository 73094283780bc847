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
/** Of `typesSchema()`. */
export const typeNames = [
  ...[
    'id',
    'bools',
    'tinies',
    'longs',
    'floats',
    'doubles',
    'words',
    'f16',
    'bf16',
    'bits',
    'i8v',
    'sparse',
    'time',
    'wkt',
  ],
  'text',
]
const times = [
  '2026-01-31T12:00:00Z',
  '2024-02-29 23:59:59.5+09:00',
  '0001-01-01t00:00:00.123456789z',
  '9999-12-31T23:59:59',
]
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

  constructor(
    private readonly random: Random,
    private readonly names: readonly string[] = fieldNames,
  ) {}

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
    const names = random.once(3) ? random.shuffled(this.names) : this.names
    for (const name of names) {
      if (random.once(this.names.length * 6)) continue
      parts.push(this.member(name))
      if (random.once(25)) parts.push(this.member(random.pick(this.names)))
      if (random.once(12)) parts.push(this.member(random.pick(oddNames)))
      if (random.once(400)) parts.push(this.member('$meta'))
    }
    if (random.once(300)) for (let i = random.below(300); i > 0; i--) parts.push(this.member(`k${random.below(200)}`))
    return `${this.blank()}{${this.blank()}${parts.join(`${this.blank()},${this.blank()}`)}${this.blank()}}${this.blank()}`
  }

  private member(name: string): string {
    const value = this.random.once(this.names.length * 6) ? this.value(0) : this.fitting(name)
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
      case 'bools':
        return this.list(6, () => random.pick(['true', 'false', '"True"']))
      case 'tinies':
        return this.list(6, () => (random.once(40) ? this.whole(2) : String(random.below(256) - 128)))
      case 'longs':
        return this.list(6, () =>
          random.once(20) ? this.maybeQuoted(this.whole(18)) : String(BigInt(this.digits(random.pick([1, 9, 16, 18])))),
        )
      case 'floats':
      case 'doubles':
        return this.list(6, () => (random.once(40) ? this.number() : this.half(30)))
      case 'words':
        return this.list(6, () => this.quoted(random.pick(texts.slice(0, 8).filter((text) => text.length < 9)), 8))
      case 'f16':
        return this.dense(3, 6, () => this.half(15))
      case 'bf16':
        return this.dense(3, 6, () => this.half(127))
      case 'bits':
        return this.dense(2, 2, () => String(random.below(256)))
      case 'i8v':
        return this.dense(3, 3, () => String(random.below(256) - 128))
      case 'sparse':
        return this.sparse()
      case 'time':
        return this.quoted(random.once(30) ? random.pick(texts) : this.time(), 60)
      case 'wkt':
      case 'text':
        return this.quoted(random.pick(texts), 8)
      default:
        return this.value(0)
    }
  }

  /** Seldom longer than may be. */
  private list(most: number, element: () => string): string {
    const { random } = this
    const elements = Array.from({ length: random.below(random.once(30) ? most + 1 : most) }, () =>
      random.once(300) ? this.value(3) : element(),
    )
    return `[${this.blank()}${elements.join(random.pick([',', ', ', `${this.blank()},${this.blank()}`]))}${this.blank()}]`
  }

  /** An array, the same in a string, or base64. */
  private dense(elements: number, rowBytes: number, element: () => string): string {
    const { random } = this
    if (random.once(4)) {
      const length = random.once(30) ? random.below(9) : rowBytes
      const bytes = Buffer.from(Array.from({ length }, () => random.below(random.once(20) ? 256 : 0x7c)))
      const text = bytes.toString(random.pick(['base64', 'base64', 'base64url']))
      return this.quoted(random.once(100) ? `${text}${random.pick(['=', '!', ' ', 'A'])}` : text, 40)
    }
    const count = random.once(60) ? random.below(6) : elements
    const numbers = Array.from({ length: count }, () => {
      if (random.once(200)) return random.pick(['1.0', '1e1', '-0', '0.5', '256', '-129', '1e400', '"1"', 'null', '[]'])
      return element()
    })
    const text = `[${this.blank()}${numbers.join(random.pick([',', ', ', `${this.blank()},${this.blank()}`]))}${this.blank()}]`
    return random.once(20) ? `"${text.replace(/[\n\r\t]/g, ' ').replaceAll('"', '')}"` : text
  }

  /** A number whose power of two is at most `exponentMax`, often between two halves. */
  private half(exponentMax: number): string {
    const { random } = this
    const steps = random.pick([2 ** 7, 2 ** 8, 2 ** 10, 2 ** 11, 2 ** 11, 2 ** 24, 2 ** 30])
    const mantissa = 1 + random.below(steps) / steps
    const exponent = random.below(random.once(20) ? exponentMax + 3 : 12) - random.below(exponentMax)
    return String((random.once(2) ? -1 : 1) * mantissa * 2 ** exponent)
  }

  private sparse(): string {
    const { random } = this
    const step = random.pick([1, 7, 1_000_003, 90_000_001])
    let index = random.below(5)
    const pairs = Array.from({ length: random.below(12) }, () => {
      index += 1 + random.below(step)
      const value = random.once(150)
        ? random.pick(['-1', '1e39', '"1"', 'null', '-0', '1e-400'])
        : this.float().replace('-', '')
      return [
        random.once(200) ? random.pick(['-1', '1.5', '4294967295', '1.0', '"1"', '7']) : String(index),
        value,
      ] as const
    })
    const mixed = random.once(2) ? random.shuffled(pairs) : pairs
    const blank = this.blank()
    switch (random.below(3)) {
      case 0:
        return `{${mixed.map(([i, value]) => `"${i.replaceAll('"', '')}"${blank}:${value}`).join(`,${blank}`)}}`
      case 1: {
        const indices = `"indices"${blank}:[${blank}${mixed.map(([i]) => i).join(',')}]`
        const values = `"values":${blank}[${mixed.map(([, value]) => value).join(`,${blank}`)}]`
        const parts = random.once(60)
          ? [indices]
          : random.once(60)
            ? [values, '"values":[1]', indices]
            : [indices, values]
        return `{${(random.once(2) ? parts : parts.toReversed()).join(blank ? ' , ' : ',')}}`
      }
      default:
        return `[${blank}${mixed.map(([i, value]) => (random.once(300) ? `[${i}]` : `[${i},${blank}${value}]`)).join(blank ? ', ' : ',')}]`
    }
  }

  /** Sometimes a digit is another one. */
  private time(): string {
    const { random } = this
    const time = random.pick(times)
    const at = random.below(time.length)
    return random.once(12) ? `${time.slice(0, at)}${random.below(10)}${time.slice(at + 1)}` : time
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
