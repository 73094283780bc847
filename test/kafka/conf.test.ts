import { expect, test } from 'bun:test'
import { makeConf } from '../../src/kafka/conf.ts'
import { handleType, newHandle } from '../../src/kafka/handle.ts'
import { checkLayout } from '../../src/kafka/layout.ts'
import { librdkafka } from '../../src/kafka/symbols.ts'

const invalid = (message: string) =>
  expect.objectContaining({ code: 'KAFKA_CONF_INVALID', message: expect.stringContaining(message) })

test('a setting that librdkafka does not know, or whose value it does not take, is named', () => {
  expect(() => makeConf({ 'bootstrap.server': 'x' }, 0)).toThrow(invalid('bootstrap.server'))
  expect(() => makeConf({ 'fetch.min.bytes': 'many' }, 0)).toThrow(invalid('fetch.min.bytes'))
})

test('settings that are wrong together are named when the client is made', () => {
  const config = { 'security.protocol': 'ssl', 'ssl.ca.location': '/nowhere/ca.pem' }
  expect(() => newHandle(handleType.consumer, config, 0)).toThrow(invalid('ssl.ca.location'))
})

test('another librdkafka than the one whose structs are known is refused', () => {
  const rd = librdkafka()
  expect(() => checkLayout(rd)).not.toThrow()
  const newer = { ...rd, rd_kafka_version: () => 0x021000ff } as typeof rd
  expect(() => checkLayout(newer)).toThrow(expect.objectContaining({ code: 'LIBRARY_MISMATCH' }))
})
