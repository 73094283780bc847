import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errors } from '../../src/errors/errors.ts'

test('every code has a test that names it', () => {
  const all = join(import.meta.dir, '..')
  const tests = readdirSync(all, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'))
  const text = tests.map((name) => readFileSync(join(all, name), 'utf8')).join('\n')
  const untested = Object.keys(errors).filter((code) => !text.includes(code))
  expect(untested).toEqual([])
})
