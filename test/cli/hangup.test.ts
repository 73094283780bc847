import { expect, test } from 'bun:test'
import { Hangup } from '../../src/cli/hangup.ts'
import type { Io } from '../../src/cli/io.ts'
import { Person } from './person.ts'

function started({ hasEnd = false, hasTerminal = false, ignoresHangup = false } = {}) {
  const heard: (() => void)[] = []
  const said: string[] = []
  const terminal = hasTerminal ? process.stderr : undefined
  const io: Io = Object.assign(new Person({ ignoresHangup }), {
    terminal,
    onHangup: (run: () => void) => void heard.push(run),
  })
  const hangup = new Hangup(io, hasEnd, () => said.push('ended'))
  const signal = () => {
    for (const run of heard) run()
  }
  return { said, signal, opened: () => hangup.reloadsBy(() => said.push('reloaded')) }
}

test('a service reads its files again, also for a signal that came while it was opening', () => {
  const { said, signal, opened } = started()
  signal()
  signal()
  expect(said).toEqual([])
  opened()
  expect(said).toEqual(['reloaded'])
  signal()
  expect(said).toEqual(['reloaded', 'reloaded'])
})

test.each([{ hasEnd: true }, { hasTerminal: true }])('a run with %p ends, opened or not', (how) => {
  const { said, signal, opened } = started(how)
  signal()
  opened()
  signal()
  expect(said).toEqual(['ended', 'ended'])
})

test('under nohup it goes on', () => {
  const { said, signal, opened } = started({ hasEnd: true, ignoresHangup: true })
  signal()
  opened()
  signal()
  expect(said).toEqual([])
})
