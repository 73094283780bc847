import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { configurationPage } from '../../docs/pages/configuration.ts'
import { errorsPage } from '../../docs/pages/errors.ts'
import { manPageText } from '../../docs/pages/man-page.ts'
import type { Keys } from '../../src/config/key.ts'
import { isKnown, sinkKeys, workerKeys } from '../../src/config/keys.ts'
import { parseProperties } from '../../src/config/properties.ts'

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

/** Settings that a document shows, to be copied into a file. */
const shown = [
  '../README.md',
  ...readdirSync(join(import.meta.dir, '../../docs')).filter((name) => name.endsWith('.md')),
]
  .flatMap((page) =>
    Array.from(written(page).matchAll(/^```properties\n(.*?)^```/gms), ([, text]) => ({ page, text: text! })),
  )
  .flatMap(({ page, text }) => parseProperties(text, page).map(({ key, value }) => ({ page, key, value })))

test.each(shown)('$page: $key=$value is a setting as it stands', ({ key, value }) => {
  const keys: Keys = { ...workerKeys, ...sinkKeys }
  expect(isKnown(key, 'sink') || isKnown(key, 'worker')).toBe(true)
  // What follows a value on its line is part of it, in Java's files.
  expect(value).not.toMatch(/\s#/)
  if (Object.hasOwn(keys, key)) expect(keys[key]!.parse(value)).toBeDefined()
})
