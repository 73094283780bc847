/** redkite console, in the binary: with a redkite that runs, with the files alone, and on a terminal. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Admin } from '../../src/kafka/admin.ts'
import { diesWithParent } from '../servers/child.ts'
import { properties } from '../servers/java.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvusLite, sharedPyMilvus, unique } from '../servers/shared.ts'
import { askConsole } from './console.ts'
import { createPoints, pointRows, points, readPoints } from './points.ts'
import { binary, sinkFile, workerFile } from './redkite.ts'
import { startService } from './service.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

async function prepare() {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('console')
  await kafka.tools.createTopic(name)
  await createPoints(py, milvus, name)
  const folder = mkdtempSync(join(tmpdir(), 'redkite-console-'))
  return {
    ...{ kafka, milvus, name, folder, worker: workerFile(kafka.bootstrap) },
    sink: sinkFile(name, milvus.endpoint, name, name, { 'linger.ms': 20, 'errors.tolerance': 'all' }),
    rows: () => readPoints(py, milvus, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}

test.concurrent('a redkite that runs is looked at and steered through its socket, which only its owner may open', async () => {
  using place = await prepare()
  const { kafka, name, folder, worker, sink, rows } = place
  const env = { XDG_RUNTIME_DIR: folder }
  const redkite = startService({ worker, sinks: { 's.properties': sink }, env })
  const socket = join(folder, 'redkite', `${name}.sock`)
  await until('it runs', () => redkite.stderr().includes('assigned'))
  await until('it has a socket', () => existsSync(socket))
  expect(statSync(socket).mode & 0o777).toBe(0o600)
  await kafka.tools.produce(name, [...points(0, 20), { value: '{"id":"secret","seen":9007199254740993}' }])
  await until('they are written', async () => (await rows()).length === 20)
  const asked = [
    'status',
    'lag',
    'errors',
    `peek ${name} 3`,
    'search v 5 3',
    'search v [7,-7] 1',
    'search v [9, -9] 1',
    'search v [1,2,3]',
    'search v [1,x]',
    `seek ${name}:0 7`,
    'set log.level warn',
    'bogus',
    `pause ${name}`,
  ]
  const { exitCode, stdout, stderr } = await askConsole([], asked, env)
  expect({ exitCode, stderr }).toEqual({ exitCode: 64, stderr: '' })
  for (const said of [
    `${name}  20 rows written from 21 records`,
    `${name}:0`,
    'FIELD_WRONG_KIND',
    `${name}:0@20  rejected`,
    // Everything that is wrong with it, where a run says the first.
    '    id: "secret"  ! field "id" (INT64) takes a whole number, the record has a string',
    '    ! field "v" (FLOAT_VECTOR) is not in the record',
    '    seen: 9007199254740993',
    `${name}:0@19  row`,
    '0.000000  id 5',
    '0.000000  id 7',
    '0.000000  id 9',
    '! "v" has 2 numbers, and this vector 3',
    '! a vector is numbers between brackets',
    `! the group connect-${name} has members`,
    'log.level is warn',
    '! there is no command "bogus"',
    `${name} pauses`,
  ]) {
    expect(stdout).toContain(said)
  }
  // One that a killed redkite left behind is passed over.
  writeFileSync(join(folder, 'redkite', 'killed.sock'), '')
  expect((await askConsole([], ['status'], env)).exitCode).toBe(0)
  await kafka.tools.produce(name, points(20, 30))
  expect((await askConsole(['--control', socket], [`resume ${name}`])).exitCode).toBe(0)
  await until('they are written', async () => (await rows()).length === 30)
  const admin = new Admin({ 'bootstrap.servers': kafka.bootstrap })
  const moved = admin.moveGroup(`connect-${name}`, [{ topic: name, partition: 0, offset: 7 }])
  expect(await moved.catch(({ code }) => code)).toBe('GROUP_IN_USE')
  await admin.close()
  redkite.signal('SIGTERM')
  const ended = await redkite.ended
  expect(ended.exitCode).toBe(0)
  // What the operator saw is in no log; and a socket goes with its redkite.
  expect(ended.stdout + ended.stderr).not.toContain('"secret"')
  expect(existsSync(socket)).toBe(false)
  const nobody = await askConsole(['--control', socket], ['status'])
  expect(nobody).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('nobody answers at') })
})

test.concurrent('with the files alone it looks at topics and rows, and moves a group that stands still', async () => {
  using place = await prepare()
  const { kafka, name, folder, worker, sink, rows } = place
  await kafka.tools.produce(name, points(0, 10))
  const files = [join(folder, 'worker.properties'), join(folder, 'sink.properties')] as const
  writeFileSync(files[0], properties(worker))
  writeFileSync(files[1], properties(sink))
  const { exitCode, stdout } = await askConsole(files, [
    `seek ${name}:0 7`,
    'lag',
    `seek ${name}:0 99`,
    'status',
    'help',
  ])
  expect(exitCode).toBe(64)
  for (const said of [
    `connect-${name} goes on at ${name}:0@7, before nothing committed`,
    'lag 3',
    '! the offset is earliest, latest, or from 0 to 10',
    '! status needs a redkite that runs',
    "the rows nearest to a key's, or to a vector",
  ]) {
    expect(stdout).toContain(said)
  }
  const run = startService({ worker, sinks: { 's.properties': sink }, args: ['--until-caught-up'] })
  expect((await run.ended).exitCode).toBe(0)
  expect(await rows()).toEqual(pointRows(7, 10))
})

describe.if(Bun.which('tmux') !== null)('on a terminal', () => {
  test('Tab completes, and Ctrl-D ends the session', async () => {
    using place = await prepare()
    const { name, folder, worker, sink } = place
    const files = [join(folder, 'worker.properties'), join(folder, 'sink.properties')] as const
    writeFileSync(files[0], properties(worker))
    writeFileSync(files[1], properties(sink))
    const tmux = (...args: string[]) => Bun.spawnSync(['tmux', '-S', join(folder, 'tmux'), ...args]).stdout.toString()
    // -D: its server stays what was started here, and ends with it.
    const server = Bun.spawn([...diesWithParent, 'tmux', '-S', join(folder, 'tmux'), '-f', '/dev/null', '-D'])
    await until('it has a socket', () => existsSync(join(folder, 'tmux')))
    tmux('new-session', '-d', '-x', '120', '-y', '30', 'sh')
    const screen = () => tmux('capture-pane', '-p')
    tmux('send-keys', `${binary} console ${files.join(' ')}; echo ended with $?`, 'Enter')
    await until('it asks', () => screen().includes('redkite>'))
    // Keys that come in one go are pasted text to readline, in which Tab completes nothing.
    tmux('send-keys', 'pee')
    await until('it is typed', () => screen().includes('redkite> pee'))
    tmux('send-keys', 'Tab')
    await until('the command is complete', () => screen().includes('redkite> peek'))
    tmux('send-keys', name.slice(0, 9))
    await until('it is typed', () => screen().includes(`redkite> peek ${name.slice(0, 9)}`))
    tmux('send-keys', 'Tab')
    await until('the topic is complete', () => screen().includes(`redkite> peek ${name}`))
    tmux('send-keys', '2', 'Enter')
    await until('it answers', () => screen().includes(`${name} is empty`))
    tmux('send-keys', 'search ')
    await until('it is typed', () => screen().includes('redkite> search'))
    tmux('send-keys', 'Tab')
    await until('the field is complete', () => screen().includes('redkite> search v'))
    tmux('send-keys', 'C-u')
    await until('the line is empty', () => !screen().includes('redkite> search'))
    tmux('send-keys', 'C-d')
    await until('it ends', () => screen().includes('ended with 0'))
    tmux('kill-server')
    await server.exited
  })
})
