import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { manPageText } from '../../docs/pages/man-page.ts'
import { exit } from '../../src/errors/exit.ts'

const page = join(import.meta.dir, '../../packaging/man/redkite.1')

test('the man page has every exit code, every verb and their options', () => {
  const text = manPageText()
  for (const code of Object.values(exit)) expect(text).toContain(`.B ${code}\n`)
  for (const verb of ['run', 'verify', 'check', 'dlq replay', 'completion']) expect(text).toContain(`.SS ${verb}\n`)
  expect(text).toContain('.B \\-\\-until\\-caught\\-up\n')
})

describe.if(Bun.which('groff') !== null)('groff', () => {
  test('has nothing to say about the man page', () => {
    const { exitCode, stderr } = Bun.spawnSync(['groff', '-man', '-ww', '-Tutf8', '-z', page])
    expect({ exitCode, stderr: String(stderr) }).toEqual({ exitCode: 0, stderr: '' })
  })
})
