import { expect, test } from 'bun:test'
import type { SinkSettings } from '../../src/config/setup.ts'
import { type PlannedSink, Roster } from '../../src/sink/roster.ts'
import { FakeSink } from '../http/detail.ts'

test('sinks stand in the order of their files, whichever answered first', async () => {
  const planned = (name: string, answersAfterMs: number): PlannedSink => ({
    settings: { name } as SinkSettings,
    fingerprint: name,
    open: () => Bun.sleep(answersAfterMs).then(() => new FakeSink(name)),
  })
  const roster = new Roster()
  expect(await roster.open([planned('first', 20), planned('second', 0)])).toEqual([])
  expect(roster.sinks.map(({ name }) => name)).toEqual(['first', 'second'])
})
