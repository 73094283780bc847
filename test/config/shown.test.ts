import { expect, test } from 'bun:test'
import type { Entry } from '../../src/config/entry.ts'
import { shownSettings } from '../../src/config/shown.ts'

const shown = (settings: Record<string, string>) =>
  shownSettings(
    new Map(
      Object.entries(settings).map(([key, value]): [string, Entry] => [
        key,
        { value, at: 'sink.properties:1', from: 'file' },
      ]),
    ),
  )

test('settings are shown as written, in their order', () => {
  const settings = { name: 'orders', 'public.endpoint': 'https://h:443', 'batch.size': ' 500', topics: 'a,b' }
  expect(Object.entries(shown(settings))).toEqual(Object.entries(settings))
})

test.each([
  ['token', 'root:Milvus'],
  ['consumer.override.sasl.jaas.config', 'x required username="u" password="p";'],
  ['consumer.override.ssl.keystore.password', 'p'],
  ['consumer.override.sasl.password', 'p'],
  ['value.converter.basic.auth.user.info', 'u:p'],
  ['value.converter.request.header.x-key', 'p'],
  ['value.converter.schema.registry.url', 'https://u:p@registry'],
  ['some.unknown.api-key', 'p'],
  ['another.Token', 'p'],
  ['unknown.url', 'https://u:p@host/path'],
  ['token', '${env:TOKEN}p'],
])('%s=%s is hidden', (key, value) => {
  expect(shown({ [key]: value })).toEqual({ [key]: '[hidden]' })
})

test('a placeholder is shown in place of what it stands for', () => {
  const settings = { token: '${file:/run/token.properties:token}', 'consumer.override.sasl.password': '' }
  expect(shown(settings)).toEqual(settings)
})
