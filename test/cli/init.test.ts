import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type InitFlags, init, write } from '../../src/cli/init.ts'
import type { RedkiteError } from '../../src/errors/errors.ts'
import { folderWith } from '../config/files.ts'
import { Person } from './person.ts'

const codeOf = (flags: Partial<InitFlags>) =>
  init({ collection: false, create: false, json: false, force: false, ...flags } as InitFlags, new Person({})).then(
    () => undefined,
    (error: RedkiteError) => error.code,
  )

test('files that are there are not written over: FILE_EXISTS, before anything is asked', async () => {
  const folder = folderWith({ 'milvus-sink-connector.properties': 'name=mine' })
  expect(await codeOf({ folder })).toBe('FILE_EXISTS')
  expect(existsSync(join(folder, 'connect-standalone.properties'))).toBe(false)
})

test('a folder that cannot be made is named: FILE_NOT_WRITTEN', () => {
  const folder = join(folderWith({ file: '' }), 'file', 'below')
  expect(() => write(join(folder, 'a.properties'), '')).toThrow(
    `cannot write ${folder}/a.properties: a part of its path`,
  )
})

test('what nobody can be asked for has to be given: OPTION_MISSING', async () => {
  expect(await codeOf({ folder: folderWith({}), bootstrap: 'localhost:9092' })).toBe('OPTION_MISSING')
})
