import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { configurationPage, errorsPage, manPageText } from '../../docs/generate.ts'

const written = (name: string) => readFileSync(join(import.meta.dir, '../../docs', name), 'utf8')

test('docs/configuration.md is what the keys say now; bun docs/generate.ts writes it', () => {
  expect(written('configuration.md')).toBe(configurationPage())
})

test('docs/errors.md is what the errors say now; bun docs/generate.ts writes it', () => {
  expect(written('errors.md')).toBe(errorsPage())
})

test('packaging/man/redkite.1 is what the command line says now; bun docs/generate.ts writes it', () => {
  expect(written('../packaging/man/redkite.1')).toBe(manPageText())
})
