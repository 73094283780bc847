import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { bundledPackages } from '../../packaging/notices/bundled.ts'

const notices = readFileSync('THIRD-PARTY.md', 'utf8')

test('every npm package inside the binary is in THIRD-PARTY.md, in its version (make notices)', () => {
  const missing = bundledPackages().filter(({ name, version }) => !notices.includes(`\n## ${name} ${version} (`))
  expect(missing.map(({ name, version }) => `${name} ${version}`)).toEqual([])
})

test('every C library inside the binary is in THIRD-PARTY.md, and the Bun that runs it', () => {
  for (const title of [`Bun ${Bun.version}`, 'librdkafka', 'OpenSSL', 'curl', 'zlib', 'zstd'])
    expect(notices).toContain(`\n## ${title}`)
  expect(notices).toContain('JavaScriptCore')
})
