import { expect, test } from 'bun:test'
import { createLog } from '../../src/ops/log.ts'
import { sayLateJoin } from '../../src/sink/late-join.ts'

async function said(hasJoined: boolean, isCalledOff = false): Promise<string> {
  let lines = ''
  const log = createLog({
    write: (line) => {
      lines += line
    },
    now: () => new Date(0),
  })
  const callOff = sayLateJoin('connect-orders', () => hasJoined, log, 1)
  if (isCalledOff) callOff()
  await Bun.sleep(20)
  return lines
}

test('a group that keeps a member waiting is named, with the reason', async () => {
  expect(await said(false)).toContain('info  the group connect-orders has given out no partitions yet')
})

test('of one that has taken it in, or is waited for no more, nothing is said', async () => {
  expect([await said(true), await said(false, true)]).toEqual(['', ''])
})
