import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ControlClient, controlFolder, controlSockets, serveControl } from '../../src/console/control-socket.ts'
import { Operator } from '../../src/console/operator.ts'
import { seek } from '../../src/console/seek.ts'

const folder = mkdtempSync(join(tmpdir(), 'redkite-control-'))
afterAll(() => rmSync(folder, { recursive: true }))
const operator = new Operator({ settings: () => [] })

/** Bun's `rejects` would hold up the server, which is in this process. */
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  )

test('a place that somebody listens at is not taken over; one that a killed process left behind is', async () => {
  const path = join(folder, 'taken.sock')
  const listen =
    "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))"
  Bun.spawnSync([process.execPath, '-e', listen, path])
  expect(existsSync(path)).toBe(true)
  const server = await serveControl(path, operator)
  expect(await codeOf(serveControl(path, operator))).toBe('CONTROL_TAKEN')
  const client = await ControlClient.open(path)
  expect(await client.answer(['status'])).toEqual({
    lines: [expect.stringContaining('needs a redkite')],
    isError: true,
  })
  client.close()
  server.close()
  expect(existsSync(path)).toBe(false)
})

test('a place where nothing can listen is said so', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect(await codeOf(serveControl(join(file, 'below', 'a.sock'), operator))).toBe('CONTROL_IMPOSSIBLE')
  const tooLong = join(folder, 'x'.repeat(120))
  expect(await codeOf(serveControl(tooLong, operator))).toBe('CONTROL_IMPOSSIBLE')
})

test('a file that is no socket stays as it is', async () => {
  const file = join(folder, 'worker.properties')
  writeFileSync(file, 'bootstrap.servers=localhost:9092')
  expect(await codeOf(serveControl(file, operator))).toBe('CONTROL_IMPOSSIBLE')
  expect(readFileSync(file, 'utf8')).toBe('bootstrap.servers=localhost:9092')
})

test('where nobody answers there is no redkite to talk to', async () => {
  expect(await codeOf(ControlClient.open(join(folder, 'nobody.sock')))).toBe('CONSOLE_NOT_FOUND')
})

test("sockets lie in the unit's folder, or the user's, or nowhere", () => {
  expect(controlFolder({ RUNTIME_DIRECTORY: '/run/redkite-a:/run/b', XDG_RUNTIME_DIR: '/run/user/1' })).toBe(
    '/run/redkite-a',
  )
  expect(controlFolder({ XDG_RUNTIME_DIR: '/run/user/1' })).toBe('/run/user/1/redkite')
  expect(controlFolder({})).toBeUndefined()
  expect(controlSockets({})).toEqual([])
  expect(controlSockets({ XDG_RUNTIME_DIR: join(folder, 'nowhere') })).toEqual([])
})

test('what a command cannot do is no failure of redkite', async () => {
  expect(await codeOf(seek([], undefined, undefined))).toBe('CONSOLE_COMMAND')
  expect(await codeOf(seek([], 'orders:0', '5'))).toBe('CONSOLE_COMMAND')
})
