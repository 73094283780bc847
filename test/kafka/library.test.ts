import { dlopen, FFIType } from 'bun:ffi'
import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { librdkafkaPath, librdkafkaVersion } from '../../src/kafka/library.ts'

const header = new URL(
  '../../node_modules/@confluentinc/kafka-javascript/deps/librdkafka/src/rdkafka.h',
  import.meta.url,
)

test('the library is a file that dlopen takes, the same at each call', () => {
  const library = dlopen(librdkafkaPath(), { rd_kafka_version: { args: [], returns: FFIType.i32 } })
  expect(library.symbols.rd_kafka_version()).toBeGreaterThan(0)
  expect(librdkafkaPath()).toBe(librdkafkaPath())
})

test('the library says the version of the header that the structs are taken from', () => {
  const [, hex = ''] = readFileSync(header, 'utf8').match(/#define RD_KAFKA_VERSION (0x[0-9a-f]{8})/) ?? []
  const number = Number(hex)
  expect(librdkafkaVersion()).toBe(`${number >>> 24}.${(number >>> 16) & 0xff}.${(number >>> 8) & 0xff}`)
})
