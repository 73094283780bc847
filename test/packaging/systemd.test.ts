/** The units of packaging/systemd, as systemd's own tools judge them, where they are on the machine. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errors } from '../../src/errors/errors.ts'
import { exit } from '../../src/errors/exit.ts'
import type { ErrorKind } from '../../src/errors/kind.ts'
import { createPoints, points } from '../e2e/points.ts'
import { binary, sinkFile, workerFile } from '../e2e/redkite.ts'
import { diesWithParent } from '../servers/child.ts'
import { properties } from '../servers/java.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvusLite, sharedPyMilvus, unique } from '../servers/shared.ts'

setDefaultTimeout(serverTimeoutMs)

const source = join(import.meta.dir, '../../packaging/systemd')
const folder = mkdtempSync(join(tmpdir(), 'redkite-units-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Instances of the templates, with the binary where it is here. */
const units = readdirSync(source).map((name) => {
  const path = join(folder, name.replace('@', '@orders'))
  writeFileSync(path, readFileSync(join(source, name), 'utf8').replaceAll('/usr/local/bin/redkite', binary))
  return path
})
const services = units.filter((path) => path.endsWith('.service'))

function spawn(...command: string[]): { exitCode: number; output: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { env: { ...process.env, SYSTEMD_COLORS: '0' } })
  return { exitCode, output: `${stdout}${stderr}` }
}

describe.if(Bun.which('systemd-analyze') !== null)('systemd', () => {
  test('finds nothing to say about the units', () => {
    expect(units).toHaveLength(3)
    const { exitCode, output } = spawn('systemd-analyze', 'verify', '--man=no', ...units)
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: '' })
  })

  test.each(services)('sees %s exposed by 1.5 of 10 at most', (path) => {
    const { exitCode, output } = spawn('systemd-analyze', 'security', '--offline=true', '--threshold=15', path)
    expect(exitCode, output).toBe(0)
  })

  test.if(Bun.which('strace') !== null)('would refuse no system call of a run', async () => {
    const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
    const name = unique('strace')
    await kafka.tools.createTopic(name)
    await kafka.tools.produce(name, points(0, 10))
    await createPoints(py, milvus, name)
    const files = [join(folder, 'worker.properties'), join(folder, 'sink.properties')] as const
    writeFileSync(files[0], properties(workerFile(kafka.bootstrap)))
    writeFileSync(files[1], properties(sinkFile(name, milvus.endpoint, name, name)))
    const trace = join(folder, 'trace')
    const command = ['strace', '-f', '-c', '-U', 'name', '-o', trace, binary, ...files, '--until-caught-up']
    const run = Bun.spawn([...diesWithParent, ...command], {
      env: { NOTIFY_SOCKET: '@redkite-nobody-listens' },
      stderr: 'pipe',
    })
    const stderr = await new Response(run.stderr).text()
    expect(await run.exited, stderr).toBe(0)
    expect(stderr).toContain('10 rows written')
    const called = readFileSync(trace, 'utf8')
      .match(/^[a-z]\w+$/gm)!
      .filter((word) => !['total', 'syscall'].includes(word))
    expect(called).toContain('sendto')
    const [allowed, refused] = [callsOf('@system-service'), callsOf('@privileged', '@resources')]
    expect(called.filter((call) => !allowed.has(call) || refused.has(call))).toEqual([])
  })
})

/** The system calls of systemd's sets, with those of the sets within. */
function callsOf(...sets: string[]): Set<string> {
  const calls = new Set<string>()
  for (const set of sets) {
    const lines = spawn('systemd-analyze', 'syscall-filter', set).output.split('\n').slice(1)
    for (const line of lines.map((each) => each.trim())) {
      if (line.startsWith('@')) for (const call of callsOf(line)) calls.add(call)
      else if (/^\w+$/.test(line)) calls.add(line)
    }
  }
  return calls
}

test('exit codes that the units name are what they are meant for', () => {
  const text = (name: string) => readFileSync(join(source, name), 'utf8')
  const codes = (name: string, key: string) =>
    new RegExp(`^${key}=(.*)$`, 'm').exec(text(name))![1]!.split(' ').map(Number)
  const { usage, fileMissing, configInvalid, alreadyRunning, notCaughtUp, timeUp } = exit
  const records = Object.values<ErrorKind>(errors).flatMap((kind) => (kind.label === 'record' ? [kind.exit] : []))
  const hopeless = [...new Set([...records, usage, fileMissing, configInvalid])]
  expect(codes('redkite@.service', 'RestartPreventExitStatus')).toEqual(hopeless.sort((a, b) => a - b))
  expect(codes('redkite-catch-up@.service', 'SuccessExitStatus')).toEqual([alreadyRunning, notCaughtUp, timeUp])
})
