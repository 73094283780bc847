import { expect, test } from 'bun:test'
import type { Io } from '../../src/cli/io.ts'
import { verbProgress } from '../../src/cli/verb-progress.ts'
import { Screen } from '../ops/screen.ts'
import { Person } from './person.ts'

test('off a terminal there is a line on stderr each half minute, and none for what is soon read', () => {
  const person = new Person()
  let nowMs = 1_000
  const progress = verbProgress(person, () => nowMs)
  for (let done = 0; done <= 90; done++, nowMs += 1_000) progress.read(done * 100, 12_000)
  progress.rest()
  progress.read(0, 50)
  progress.read(50, 50)
  expect(person.stdout).toBe('')
  expect(person.stderr.trimEnd().split('\n')).toEqual([
    'read 3,000 of 12,000, 25%, 100 a second, 2 min left',
    'read 6,000 of 12,000, 50%, 100 a second, 60 s left',
    'read 9,000 of 12,000, 75%, 100 a second, 30 s left',
  ])
})

/** Whoever looks at a terminal, may end the verb, and sees what is left of it. */
function atTerminal() {
  const screen = new Screen(80)
  const stops: (() => void)[] = []
  const exits: (() => void)[] = []
  const ended: number[] = []
  const terminal = screen as unknown as NodeJS.WriteStream
  const io: Io = Object.assign(new Person(), {
    terminal,
    onStop: (stop: () => void) => void stops.push(stop),
    onExit: (run: () => void) => void exits.push(run),
    exit: (code: number) => {
      for (const run of exits) run()
      ended.push(code)
      throw new Error('ended')
    },
  })
  return { screen, stops, ended, io }
}

test('on a terminal there is a bar, and nothing of it is left while it rests', () => {
  const { screen, io } = atTerminal()
  const progress = verbProgress(io)
  for (let part = 0; part < 2; part++) {
    progress.read(50, 100)
    expect(screen.cursorVisible).toBe(false)
    progress.rest()
    expect(screen).toMatchObject({ cursorVisible: true, wraps: true, lines: [] })
  }
})

test('Ctrl-C ends the verb with 130, and the terminal has its cursor again', () => {
  const { screen, stops, ended, io } = atTerminal()
  verbProgress(io).read(50, 100)
  expect(() => stops[0]!()).toThrow('ended')
  expect(ended).toEqual([130])
  expect(screen).toMatchObject({ cursorVisible: true, wraps: true, lines: [] })
})
