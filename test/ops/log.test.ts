import { expect, test } from 'bun:test'
import { createLog, overheard, Threshold } from '../../src/ops/log.ts'

const now = () => new Date('2026-01-02T03:04:05.678Z')

test('a line has time, level and message', () => {
  const lines: string[] = []
  const log = createLog({ write: (line) => lines.push(line), now })
  log.info('started')
  log.warn('slow')
  log.error('ended')
  expect(lines).toEqual([
    '2026-01-02T03:04:05.678Z info  started\n',
    '2026-01-02T03:04:05.678Z warn  slow\n',
    '2026-01-02T03:04:05.678Z error ended\n',
  ])
})

test('a named log says whose line it is', () => {
  const lines: string[] = []
  createLog({ write: (line) => lines.push(line), now })
    .named('orders')
    .info('started')
  expect(lines).toEqual(['2026-01-02T03:04:05.678Z info  [orders] started\n'])
})

test('colours wrap the level alone', () => {
  const lines: string[] = []
  createLog({ write: (line) => lines.push(line), now, colour: (_, text) => `<${text}>` }).warn('slow')
  expect(lines).toEqual(['2026-01-02T03:04:05.678Z <warn > slow\n'])
})

test('an event is one line, whatever a server puts into its message', () => {
  const lines: string[] = []
  createLog({ write: (line) => lines.push(line), now }).warn('refused: first\nsecond\r\n\tthird\u001b[2Jx')
  expect(lines).toEqual(['2026-01-02T03:04:05.678Z warn  refused: first second third [2Jx\n'])
})

test('in JSON a line is an object with the message and its figures', () => {
  const lines: string[] = []
  const log = createLog({ write: (line) => lines.push(line), now, format: 'json' })
  log.warn('refused: "first"\nsecond', { code: 'X', rows: 3, lag: undefined })
  log.named('orders').info('started')
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { time: '2026-01-02T03:04:05.678Z', level: 'warn', message: 'refused: "first" second', code: 'X', rows: 3 },
    { time: '2026-01-02T03:04:05.678Z', level: 'info', sink: 'orders', message: 'started' },
  ])
  for (const line of lines) expect(line).toEndWith('}\n')
})

test('what is below the threshold is not written, and the threshold may change', () => {
  const lines: string[] = []
  const threshold = new Threshold('warn')
  const log = createLog({ write: (line) => lines.push(line), now, threshold })
  log.named('orders').info('quiet')
  log.warn('loud')
  threshold.level = 'error'
  log.warn('quiet now')
  log.error('loud still')
  expect(lines.map((line) => line.slice(25))).toEqual(['warn  loud\n', 'error loud still\n'])
})

test('who overhears a log hears each line, of its named logs too', () => {
  const heard: string[] = []
  const lines: string[] = []
  const log = overheard(createLog({ write: (line) => lines.push(line), now }), (level) => heard.push(level))
  log.info('one')
  log.named('orders').warn('two')
  expect(heard).toEqual(['info', 'warn'])
  expect(lines).toHaveLength(2)
})
