import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { configErrors } from '../../src/errors/config.ts'

test('every code of the configuration has a test that names it', () => {
  const all = join(import.meta.dir, '..')
  const tests = readdirSync(all, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'))
  const text = tests.map((name) => readFileSync(join(all, name), 'utf8')).join('\n')
  const untested = Object.keys(configErrors).filter((code) => !text.includes(code))
  expect(untested).toEqual([])
})
