import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { openHttp } from '../../src/cli/http.ts'
import { readSetup } from '../../src/config/setup.ts'
import { createLog } from '../../src/ops/log.ts'
import { folderWith, quickStartSink, quickStartWorker } from '../config/files.ts'
import { Person } from './person.ts'

/** Listens as a run with `--http` does; where, its log says. */
function opened(flags: { token?: string; tokenFile?: string; http?: string }) {
  const folder = folderWith({
    'w.properties': quickStartWorker,
    's.properties': quickStartSink,
    token: flags.token ?? '',
  })
  const setup = readSetup([join(folder, 'w.properties'), join(folder, 's.properties')], { sets: [], env: {} })
  const lines: string[] = []
  const log = createLog({ write: (line) => lines.push(line), now: () => new Date() })
  const tokenFile = flags.tokenFile ?? (flags.token === undefined ? undefined : join(folder, 'token'))
  const person = new Person({ env: { REDKITE_HTTP_TOKEN: 'from-the-environment' } })
  const shown = openHttp({ http: flags.http ?? '0', tokenFile, names: [] }, setup, log, person)
  const [url] = /http:\/\/[\d.:]+/.exec(lines[0]!)!
  return { shown, setup, url, log: () => lines.join('') }
}

async function pausedWith(url: string, setup: ReturnType<typeof opened>['setup'], token: string): Promise<number> {
  const path = `${url}/connectors/${encodeURIComponent(setup.sinks[0]!.name)}/pause`
  return (await fetch(path, { method: 'PUT', headers: { Authorization: `Bearer ${token}` } })).status
}

test('the token is what the file holds, without the end of its line; else that of the environment; and no log has it', async () => {
  const byFile = opened({ token: 'from-the-file\n' })
  expect(await pausedWith(byFile.url, byFile.setup, 'from-the-file')).toBe(202)
  expect(await pausedWith(byFile.url, byFile.setup, 'from-the-environment')).toBe(401)
  const byEnvironment = opened({})
  expect(await pausedWith(byEnvironment.url, byEnvironment.setup, 'from-the-environment')).toBe(202)
  expect(byFile.log() + byEnvironment.log()).not.toContain('from-the')
})

test.each([
  [{ tokenFile: '/nonexistent/token' }, 'no such file or folder'],
  [{ token: '' }, 'no single word'],
  [{ token: 'two words' }, 'no single word'],
])('a token file that holds none is refused: %p', (flags, why) => {
  expect(() => opened(flags)).toThrow(
    expect.objectContaining({ code: 'HTTP_TOKEN_UNREADABLE', exit: 66, message: expect.stringContaining(why) }),
  )
})

test('an address that is none is refused before anything listens', () => {
  expect(() => opened({ http: 'here' })).toThrow(expect.objectContaining({ code: 'HTTP_ADDRESS_INVALID' }))
})

test('a sink that is no longer in the files is no longer shown', async () => {
  const { shown, setup, url } = opened({})
  shown.follow({ ...setup, sinks: [], shown: [] }, [])
  expect(await (await fetch(`${url}/connectors`)).json()).toEqual([])
})
