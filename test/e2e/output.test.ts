/** Where a run writes: logs on stderr without a terminal's commands, nothing on stdout, and no harm when nobody takes them. */
import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diesWithParent } from '../servers/child.ts'
import { properties } from '../servers/java.ts'
import type { KafkaServer } from '../servers/kafka.ts'
import type { MilvusLite } from '../servers/milvus-lite.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvusLite, sharedPyMilvus, unique } from '../servers/shared.ts'
import { createPoints, points } from './points.ts'
import { binary, catchUp, sinkFile, startRedkite, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

const topic = unique('output')
let kafka: KafkaServer
let milvus: MilvusLite

beforeAll(async () => {
  const [broker, server, py] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  kafka = broker
  milvus = server
  await kafka.tools.createTopic(topic, 1)
  await kafka.tools.produce(topic, points(1, 2))
  await createPoints(py, milvus, topic)
}, serverTimeoutMs)

const sink = (name = unique('sink')) => sinkFile(name, milvus.endpoint, topic, topic)

test('without a terminal each line of stderr is an event with time and level, and stdout is empty', async () => {
  const { exitCode, stdout, stderr } = await catchUp(workerFile(kafka.bootstrap), [sink()])
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' })
  for (const line of stderr.trimEnd().split('\n')) {
    expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info |warn |error) \S/)
    expect(line).not.toContain('\x1b')
  }
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends a run in good order: all is committed, exit 0', async (signal) => {
  const name = unique('stopped')
  const run = startRedkite(workerFile(kafka.bootstrap), [sink(name)])
  await until('partitions are assigned', () => run.stderr().includes('assigned'))
  run.signal(signal)
  const { exitCode, stderr } = await run.ended
  expect(exitCode, stderr).toBe(0)
  const written = /(\d+) rows? written/.exec(stderr)?.[1]
  expect(await kafka.tools.groupOffset(`connect-${name}`, topic)).toBe(written === '1' ? 1 : undefined)
})

test.each(['completion bash', '--version', '-V', '--help', 'run --help', 'help check'])(
  'what a full disk does not take of %s is an error',
  async (line) => {
    const command = [binary, ...line.split(' ')]
    const child = Bun.spawn(command, { env: {}, stdout: Bun.file('/dev/full'), stderr: 'pipe' })
    expect(await new Response(child.stderr).text()).toMatch(
      /stdout cannot be written \(no space is left\).*\[OUTPUT_FAILED\]$/m,
    )
    expect(await child.exited).toBe(74)
  },
)

test('a report that nobody reads to its end is no error', () => {
  const shell = 'PATH=/bin:/usr/bin; { "$0" completion bash; echo $? >&2; } | head -1'
  const { stdout, stderr } = Bun.spawnSync(['sh', '-c', shell, binary], { env: {}, stderr: 'pipe' })
  expect(stdout.toString()).toStartWith('# bash completion of redkite')
  expect(stderr.toString()).toBe('0\n')
})

test("in systemd's journal each line of the log has its level before it, and nowhere else", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-output-'))
  const journal = join(folder, 'journal')
  writeFileSync(journal, '')
  const { dev, ino } = statSync(journal)
  for (const [stream, level] of [
    [`${dev}:${ino}`, '<3>'],
    [`${dev}:1${ino}`, ''],
    ['', ''],
  ]) {
    const child = Bun.spawn([binary, folder, folder], { env: { JOURNAL_STREAM: stream! }, stderr: Bun.file(journal) })
    expect(await child.exited).toBe(66)
    expect(readFileSync(journal, 'utf8')).toStartWith(`${level}redkite: cannot read`)
    truncateSync(journal)
  }
  rmSync(folder, { recursive: true })
})

test('logs that nobody takes do not stop the data', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-output-'))
  const name = unique('unheard')
  const files = [join(folder, 'worker.properties'), join(folder, 'sink.properties')] as const
  writeFileSync(files[0], properties(workerFile(kafka.bootstrap)))
  writeFileSync(files[1], properties(sink(name)))
  const command = [...diesWithParent, binary, ...files, '--until-caught-up']
  const child = Bun.spawn(command, { env: {}, stderr: Bun.file('/dev/full') })
  expect(await child.exited).toBe(0)
  rmSync(folder, { recursive: true })
  expect(await kafka.tools.groupOffset(`connect-${name}`, topic)).toBe(1)
})
