import { expect, test } from 'bun:test'
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { contentsOfNamedFiles } from '../../src/config/named-files.ts'
import { readSetup } from '../../src/config/setup.ts'
import { folderWith, quickStartSink, quickStartWorker } from './files.ts'

const contents = (key: string, value: string) =>
  contentsOfNamedFiles(new Map([[key, { value, at: 'w.properties:1', from: 'file' }]]))

test.each([
  'consumer.ssl.truststore.location',
  'sasl.kerberos.keytab',
  'milvus.ssl.ca.file',
  'value.converter.schema.file',
])('%s names a file, whose contents count', (key) => {
  const path = join(folderWith({ 'other.pem': 'x' }), 'named.pem')
  const none = contents(key, path)
  writeFileSync(path, 'one')
  const one = contents(key, path)
  writeFileSync(path, 'two')
  expect(new Set([none, one, contents(key, path)].flat()).size).toBe(3)
  writeFileSync(path, 'one')
  expect(contents(key, path)).toEqual(one)
})

test('what names no file is not looked at', () => {
  const path = join(folderWith({ 'a.pem': 'x' }), 'a.pem')
  for (const key of ['offset.storage.file.filename', 'topics', 'ssl.ca.pem']) expect(contents(key, path)).toEqual([])
})

test('of a folder of certificates it counts which they are and when each was written', () => {
  const folder = folderWith({ 'a.pem': 'x' })
  const before = contents('ssl.ca.location', folder)
  expect(contents('ssl.ca.location', folder)).toEqual(before)
  writeFileSync(join(folder, 'b.pem'), 'y')
  const after = contents('ssl.ca.location', folder)
  expect(after).not.toEqual(before)
  utimesSync(join(folder, 'b.pem'), 1, 1)
  expect(contents('ssl.ca.location', folder)).not.toEqual(after)
})

test('a certificate that was renewed under its name is a change of the sink, as a reload sees it', () => {
  const folder = folderWith({
    'ca.pem': 'one',
    'w.properties': quickStartWorker,
    's.properties': `${quickStartSink}\nmilvus.ssl.ca.file=CA`,
  })
  const ca = join(folder, 'ca.pem')
  writeFileSync(join(folder, 's.properties'), `${quickStartSink}\nmilvus.ssl.ca.file=${ca}`)
  const files = ['w', 's'].map((name) => join(folder, `${name}.properties`))
  const print = () => readSetup(files, { sets: [], env: {} }).fingerprints[0]
  const before = print()
  expect(print()).toBe(before)
  writeFileSync(ca, 'two')
  expect(print()).not.toBe(before)
})
