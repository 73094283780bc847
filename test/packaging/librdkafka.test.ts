import { expect, test } from 'bun:test'
import { fileURLToPath } from 'node:url'
import { librdkafkaPath } from '../../src/kafka/library.ts'

const recipe = fileURLToPath(new URL('../../packaging/librdkafka', import.meta.url))
const run = (...command: readonly string[]) => {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command])
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() }
}

test('librdkafka needs libc alone, one of 2012, and shows only its API', () => {
  expect(run(`${recipe}/check.sh`, librdkafkaPath())).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/; glibc 2\.17; \d+ names, all rd_kafka_\*\n$/),
  })
})

test('the check refuses a library that needs more', () => {
  const { exitCode, stderr } = run(`${recipe}/check.sh`, process.execPath)
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/check\.sh: .*: /)
})

test('a built library is not built again', () => {
  const start = performance.now()
  const outcome = run(`${recipe}/build.sh`)
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' })
  expect(performance.now() - start).toBeLessThan(30_000)
})

test('an unknown architecture is refused by name', () => {
  expect(run(`${recipe}/build.sh`, 'sparc')).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("'sparc'") })
})

test('a missing tool is said with the package that brings it', () => {
  const { exitCode, stderr } = run(`${recipe}/../require.sh`, 'sh', 'no-such-tool')
  expect(exitCode).toBe(1)
  expect(stderr).toBe('missing: no-such-tool; install the package no-such-tool\n')
})
