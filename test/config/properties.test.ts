import { expect, test } from 'bun:test'
import { decodeText, parseProperties } from '../../src/config/properties.ts'
import { RedkiteError } from '../../src/errors/errors.ts'
import { jdkProperties } from './jdk.ts'

const pairs = (text: string) => Object.fromEntries(parseProperties(text, 'f').map(({ key, value }) => [key, value]))

test.each([
  ['a=b', { a: 'b' }],
  ['a:b', { a: 'b' }],
  ['a b', { a: 'b' }],
  ['  a \t = \t b ', { a: 'b ' }],
  ['a==b', { a: '=b' }],
  ['a', { a: '' }],
  ['a\\=b=c', { 'a=b': 'c' }],
  ['a\\ b c', { 'a b': 'c' }],
  ['# a=b\n! c=d\ne=f', { e: 'f' }],
  ['a=b # not a comment', { a: 'b # not a comment' }],
  ['a=1,\\\n   2,\\\r\n\t3', { a: '1,2,3' }],
  ['a=b\\\\\nc=d', { a: 'b\\', c: 'd' }],
  ['a=b\\\n# joined', { a: 'b# joined' }],
  ['# comment \\\na=b', { a: 'b' }],
  ['a=\\t\\n\\r\\f\\u00e9\\q', { a: '\t\n\r\fé' + 'q' }],
  ['a=1\na=2', { a: '2' }],
  ['a=1\rb=2\r\nc=3', { a: '1', b: '2', c: '3' }],
  ['a=b\\', { a: 'b' }],
])('%j reads as java.util.Properties reads it', (text, want) => {
  expect(pairs(text)).toEqual(want)
})

test('a property knows the line on which it starts', () => {
  const lines = parseProperties('# x\n\na=1,\\\n 2\nb=3', 'f').map(({ key, line }) => [key, line])
  expect(lines).toEqual([
    ['a', 3],
    ['b', 5],
  ])
})

test('UTF-8 is read as UTF-8, other bytes as ISO-8859-1, and a byte order mark is no part of the first key', () => {
  expect(decodeText(Buffer.from('a=日本'))).toBe('a=日本')
  expect(decodeText(Buffer.from([0x61, 0x3d, 0xe9]))).toBe('a=é')
  expect(decodeText(Buffer.from('\ufeffa=b'))).toBe('a=b')
})

test('a broken \\u names the file and the line', () => {
  expect(() => parseProperties('a=b\nc=\\u12g4', 'sink.properties')).toThrow(RedkiteError)
  try {
    parseProperties('a=b\nc=\\u12g4', 'sink.properties')
  } catch (error) {
    expect((error as RedkiteError).code).toBe('PROPERTIES_MALFORMED')
    expect((error as RedkiteError).message).toStartWith('sink.properties:2: ')
  }
})

test('a thousand generated files read as the JDK on this machine reads them', () => {
  const files = generateFiles(1_000)
  const truth = jdkProperties(files)
  expect(truth.length).toBe(files.length)
  files.forEach((bytes, index) => {
    const named = (line: string) =>
      line
        .split(' ')
        .filter((pair) => !pair.startsWith('='))
        .join(' ')
    expect(named(asHex(bytes)), JSON.stringify(Buffer.from(bytes).toString('latin1'))).toBe(named(truth[index]!))
  })
  expect(truth.filter((line) => line === 'malformed').length).toBeGreaterThan(10)
  expect(truth.filter((line) => line.includes(' ')).length).toBeGreaterThan(300)
}, 60_000)

/** In the JDK's order. Nameless properties are compared nowhere: nobody can ask for one, and the JDK makes one of a lone backslash at a file's end. */
function asHex(bytes: Uint8Array): string {
  const hex = (text: string) => Buffer.from(text, 'utf16le').swap16().toString('hex')
  try {
    const found = new Map(parseProperties(bytes, 'f').map(({ key, value }) => [hex(key), hex(value)]))
    return [...found]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map((pair) => pair.join('='))
      .join(' ')
  } catch {
    return 'malformed'
  }
}

/** From pieces that matter to the format; the same files each time. */
function generateFiles(count: number): Uint8Array[] {
  const pieces = [
    '\\',
    '\\\\',
    '\n',
    '\r',
    '\r\n',
    '\\\n',
    '\\\r\n',
    '\\\r',
    ' ',
    '\t',
    '\f',
    '=',
    ':',
    '#',
    '!',
    'a',
    'key',
    'b.c',
    '\\u0041',
    '\\u00e9',
    '\\uD83D\\uDE00',
    '\\t',
    '\\n',
    '\\=',
    '\\:',
    '\\#',
    '1',
    '\n  ',
    '\n#',
  ]
  const rare = ['\\u12', '\\uzzzz', 'é', '日', '\x85', '\0']
  let state = 42
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
  return Array.from({ length: count }, (_, index) => {
    let text = ''
    for (let left = 1 + random(24); left > 0; left--) {
      text += random(60) === 0 ? rare[random(rare.length)] : pieces[random(pieces.length)]
    }
    return index % 10 === 0 ? Buffer.from(text, 'latin1') : Buffer.from(text)
  })
}
