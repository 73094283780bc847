import { afterEach, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { privateFile } from '../../src/kafka/private-file.ts'

const bytes = Buffer.from('the bytes of a library')
const home = mkdtempSync(join(tmpdir(), 'redkite-private-file-'))
const folder = join(home, 'redkite')
afterEach(() => rmSync(home, { recursive: true, force: true }))

test('the file lies alone in a folder of its user', () => {
  const path = privateFile('library', '.so', bytes, [folder])
  expect(readFileSync(path)).toEqual(bytes)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(path).mode & 0o077).toBe(0)
  expect(readdirSync(folder)).toHaveLength(1)
})

test('the same bytes are written once', () => {
  const first = privateFile('library', '.so', bytes, [folder])
  const { ino } = statSync(first)
  expect(privateFile('library', '.so', bytes, [folder])).toBe(first)
  expect(statSync(first).ino).toBe(ino)
})

test('other bytes get another name', () => {
  const first = privateFile('library', '.so', bytes, [folder])
  expect(privateFile('library', '.so', Buffer.from('a newer library'), [folder])).not.toBe(first)
})

test('a file whose bytes were changed is replaced', () => {
  const path = privateFile('library', '.so', bytes, [folder])
  writeFileSync(path, 'something else of 22 b')
  expect(privateFile('library', '.so', bytes, [folder])).toBe(path)
  expect(readFileSync(path)).toEqual(bytes)
})

test('a folder that others could write is closed to them', () => {
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o777)
  privateFile('library', '.so', bytes, [folder])
  expect(statSync(folder).mode & 0o777).toBe(0o700)
})

test('where a folder cannot be made, the next one is used', () => {
  mkdirSync(home, { recursive: true })
  const file = join(home, 'a-file')
  writeFileSync(file, '')
  expect(privateFile('library', '.so', bytes, [join(file, 'redkite'), folder])).toStartWith(folder)
})

test('LIBRARY_UNPLACED: when no folder takes the file, the error names each refusal and what to do', () => {
  mkdirSync(home, { recursive: true })
  const file = join(home, 'a-file')
  writeFileSync(file, '')
  expect(() => privateFile('library', '.so', bytes, [join(file, 'one'), join(file, 'two')])).toThrow(
    /one.*two.*XDG_RUNTIME_DIR/,
  )
})
