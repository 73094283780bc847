import { expect, test } from 'bun:test'
import { report, warn } from '../../src/cli/report.ts'
import { failure } from '../../src/errors/errors.ts'
import { Person } from './person.ts'

function reported(error: unknown, options: { colours?: boolean; columns?: number; sink?: string } = {}) {
  const person = new Person(options)
  const code = report(error, person, options.sink)
  return { code, stdout: person.stdout, stderr: person.stderr }
}

const denied = failure('TOPIC_DENIED', 'orders', 'TOPIC_AUTHORIZATION_FAILED')

test('an error is one line on stderr with its code at the end, and its own exit code', () => {
  const { code, stdout, stderr } = reported(denied)
  expect({ code, stdout }).toEqual({ code: 12, stdout: '' })
  expect(stderr).toBe(`redkite: ${denied.message} [TOPIC_DENIED]\n`)
})

test('of several sinks it names the one', () => {
  expect(reported(denied, { sink: 'orders-sink' }).stderr).toStartWith('redkite: [orders-sink] ')
})

test('only a bug has a stack trace', () => {
  expect(reported(denied).stderr).not.toContain('report.test.ts')
  const bug = reported(new TypeError('x is not a function'))
  expect(bug.code).toBe(70)
  expect(bug.stderr).toContain('x is not a function')
  expect(bug.stderr).toContain('report.test.ts')
  expect(reported('thrown text').stderr).toContain('thrown text')
})

test('for a record it says what became of the others, and how to go on', () => {
  const { code, stderr } = reported(failure('FIELD_MISSING', 'title', 'VARCHAR'))
  expect(code).toBe(31)
  expect(stderr).toContain('What comes before that record is written and committed')
  expect(stderr).toContain('errors.tolerance=all')
})

test('on a terminal lines break between words', () => {
  const { stderr } = reported(denied, { columns: 40 })
  for (const line of stderr.split('\n')) expect(line.length).toBeLessThanOrEqual(40)
  expect(stderr.split(/\s+/)).toEqual(reported(denied).stderr.split(/\s+/))
})

test('warnings have a label', () => {
  const person = new Person()
  warn(person, ['one', 'two'])
  expect(person.stderr).toBe('warning: one\nwarning: two\n')
})

test("in systemd's journal each line has its level", () => {
  const person = new Person({ isJournal: true })
  warn(person, ['one'])
  report(failure('CONFIG_INVALID', 2, '- a\n- b'), person)
  expect(person.stderr.match(/^<\d>\S+/gm)).toEqual(['<4>warning:', '<3>redkite:', '<3>-', '<3>-'])
})

test('colours are for the name alone', () => {
  const plain = reported(denied).stderr
  const coloured = reported(denied, { colours: true }).stderr
  expect(coloured.endsWith(plain.slice('redkite:'.length))).toBe(true)
})
