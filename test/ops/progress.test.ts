import { expect, test } from 'bun:test'
import { lineProgress, terminalProgress } from '../../src/ops/progress.ts'
import { Screen } from './screen.ts'

function onScreen(columns = 80) {
  const screen = new Screen(columns)
  const exits: (() => void)[] = []
  const progress = terminalProgress(screen as unknown as NodeJS.WriteStream, (run) => void exits.push(run))
  return { screen, progress, exits }
}

const standing = { rows: 500, lag: 1_500, goal: 2_000 }

test('the line stands below the log lines, and none of them loses a character', () => {
  const { screen, progress } = onScreen()
  progress.update(standing, 1_000)
  progress.print('first\n')
  progress.print('second\n')
  expect(screen.lines).toEqual([
    'first',
    'second',
    '25% · 500 rows · 0 rows/s · lag 1,500'.replace('25%', bar(6, '25%')),
  ])
  progress.stop()
})

function bar(full: number, percent: string): string {
  return `${'█'.repeat(full)}${'░'.repeat(24 - full)} ${percent}`
}

test('a log line that is wider than the terminal wraps, all of it is there', () => {
  const { screen, progress } = onScreen(60)
  progress.update(standing, 1_000)
  const long = Array.from({ length: 30 }, (_, i) => `word${i}`).join(' ')
  progress.print(`${long}\n`)
  progress.print('next\n')
  const text = screen.lines.slice(0, -1).join('')
  expect(text.replaceAll(' ', '')).toBe(`${long}next`.replaceAll(' ', ''))
  expect(screen.lines.at(-1)).toStartWith('25% · 500 rows')
  progress.stop()
})

test('nothing of it is left when it stops: cursor and wrapping are as before', () => {
  const { screen, progress } = onScreen()
  progress.update(standing, 1_000)
  progress.print('kept\n')
  expect(screen).toMatchObject({ cursorVisible: false, wraps: false })
  progress.stop()
  expect(screen.lines).toEqual(['kept'])
  expect(screen).toMatchObject({ cursorVisible: true, wraps: true })
})

test('a process that ends in another way gives the cursor back too, and a second stop writes nothing', () => {
  const { screen, progress, exits } = onScreen()
  progress.print('kept\n')
  for (const run of exits) run()
  expect(screen).toMatchObject({ cursorVisible: true, wraps: true, lines: ['kept'] })
  screen.write('$ ')
  progress.stop()
  expect(screen.lines).toEqual(['kept', '$'])
})

test('without a terminal there is a line each interval, none at the start, with the rate of that interval', () => {
  const said: string[] = []
  const progress = lineProgress(
    () => {},
    (line) => said.push(line),
    30_000,
  )
  for (let ms = 0; ms <= 60_000; ms += 200) {
    progress.update({ rows: ms * 2, lag: 100_000 - ms, goal: undefined }, ms)
  }
  progress.stop()
  expect(said).toEqual([
    '60,000 rows written, 2,000 rows/s, lag 70,000',
    '120,000 rows written, 2,000 rows/s, lag 40,000',
  ])
})
