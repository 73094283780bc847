import { expect, test } from 'bun:test'
import { textAt, textIn } from '../../src/kafka/c-string.ts'
import { makeConf } from '../../src/kafka/conf.ts'
import { assertLayout } from '../../src/kafka/layout.ts'
import { outcome } from '../../src/kafka/outcome.ts'
import { librdkafka } from '../../src/kafka/symbols.ts'
import { makeList, readList } from '../../src/kafka/topic-partition-list.ts'

test('the library is the one whose structs we read', () => {
  assertLayout()
  expect(textAt(librdkafka().rd_kafka_version_str())).toStartWith('2.15')
})

test('a list of partitions comes back as it went in, large offsets too', () => {
  const partitions = Array.from({ length: 100 }, (_, partition) => ({
    topic: `тема-${partition % 3}`,
    partition,
    offset: [0, 1, -1, -2, 2 ** 31, 2 ** 32 + 5, 2 ** 53 - 1][partition % 7]!,
  }))
  const list = makeList(partitions)
  expect(readList(list)).toEqual(partitions.map((partition) => ({ ...partition, error: 0 })))
  librdkafka().rd_kafka_topic_partition_list_destroy(list)
})

test('a refused setting is named', () => {
  expect(() => makeConf({ 'fetch.min.bytes': 'many' }, 0)).toThrow('the Kafka setting fetch.min.bytes cannot be used')
  expect(() => makeConf({ 'sasl.jaas.config': 'user and password' }, 0)).toThrow(/sasl\.jaas\.config(?!.*password)/)
})

test('text in an error buffer ends at its NUL', () => {
  expect(textIn(Buffer.from('why\0rest'))).toBe('why')
})

test.each([
  [-195, 'KAFKA_UNREACHABLE', 'retriable', 10],
  [-193, 'KAFKA_UNREACHABLE', 'retriable', 10],
  [-169, 'KAFKA_AUTH_REFUSED', 'fatal', 11],
  [58, 'KAFKA_AUTH_REFUSED', 'fatal', 11],
  [-181, 'KAFKA_TLS_FAILED', 'fatal', 10],
  [3, 'TOPIC_MISSING', 'fatal', 13],
  [29, 'TOPIC_DENIED', 'fatal', 12],
  [30, 'GROUP_DENIED', 'fatal', 12],
  [31, 'CLUSTER_DENIED', 'fatal', 12],
  [-140, 'OFFSET_LOST', 'fatal', 14],
  [-147, 'MAX_POLL_EXCEEDED', 'retriable', 19],
  [82, 'MEMBER_FENCED', 'fatal', 19],
  [23, 'GROUP_CONFLICT', 'fatal', 19],
  [7, 'KAFKA_FAILED', 'retriable', 19],
] as const)("librdkafka's error %d is %s", (code, name, label, exit) => {
  const error = outcome(code, 'the text', { bootstrap: 'b:1', group: 'g', topic: 't', partition: 2 })
  expect(error).toMatchObject({ code: name, label, exit })
  expect(error.message).toContain('the text')
})
