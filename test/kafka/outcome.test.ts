/** Which error of redkite each of librdkafka's is, written down a second time. */
import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Code } from '../../src/errors/errors.ts'
import type { Label } from '../../src/errors/kind.ts'
import { outcome } from '../../src/kafka/outcome.ts'
import { response } from '../../src/kafka/response.ts'

const table: [keyof typeof response, Code, Label][] = [
  ['transport', 'KAFKA_UNREACHABLE', 'retriable'],
  ['resolve', 'KAFKA_UNREACHABLE', 'retriable'],
  ['allBrokersDown', 'KAFKA_UNREACHABLE', 'retriable'],
  ['authentication', 'KAFKA_AUTH_REFUSED', 'fatal'],
  ['saslFailed', 'KAFKA_AUTH_REFUSED', 'fatal'],
  ['unsupportedSaslMechanism', 'KAFKA_AUTH_REFUSED', 'fatal'],
  ['ssl', 'KAFKA_TLS_FAILED', 'fatal'],
  ['unknownTopicOrPartition', 'TOPIC_MISSING', 'fatal'],
  ['unknownTopicLocally', 'TOPIC_MISSING', 'fatal'],
  ['unknownPartition', 'TOPIC_MISSING', 'fatal'],
  ['noEntry', 'TOPIC_MISSING', 'fatal'],
  ['topicDenied', 'TOPIC_DENIED', 'fatal'],
  ['groupDenied', 'GROUP_DENIED', 'fatal'],
  ['clusterDenied', 'CLUSTER_DENIED', 'fatal'],
  ['autoOffsetReset', 'OFFSET_LOST', 'fatal'],
  ['offsetOutOfRange', 'OFFSET_LOST', 'fatal'],
  ['badMessage', 'RECORDS_DAMAGED', 'fatal'],
  ['badCompression', 'RECORDS_DAMAGED', 'fatal'],
  ['notImplemented', 'RECORDS_DAMAGED', 'fatal'],
  ['maxPollExceeded', 'MAX_POLL_EXCEEDED', 'retriable'],
  ['fencedInstance', 'MEMBER_FENCED', 'fatal'],
  ['fencedByBroker', 'MEMBER_FENCED', 'fatal'],
  ['unreleasedInstance', 'MEMBER_FENCED', 'fatal'],
  ['inconsistentGroupProtocol', 'GROUP_CONFLICT', 'fatal'],
  ['unsupportedAssignor', 'GROUP_CONFLICT', 'fatal'],
]
const about = { bootstrap: 'kafka:9092', group: 'connect-news', topic: 'articles', partition: 3, what: 'a question' }

test.each(table)('%s is %s', (name, code, label) => {
  expect(outcome(response[name], 'as the test wants it', about)).toMatchObject({ code, label })
})

test('everything else is a failure that may pass', () => {
  const known = new Set(table.map(([name]) => name))
  for (const name of Object.keys(response) as (keyof typeof response)[]) {
    if (!known.has(name)) expect(outcome(response[name], '', about).code, name).toBe('KAFKA_FAILED')
  }
  expect(outcome(-1, '', about)).toMatchObject({ code: 'KAFKA_FAILED', label: 'retriable' })
})

test('no case of the table is missing here', () => {
  const source = readFileSync(join(import.meta.dir, '..', '..', 'src', 'kafka', 'outcome.ts'), 'utf8')
  const cases = Array.from(source.matchAll(/case response\.(\w+):/g), ([, name]) => name!)
  expect(table.map(([name]) => name as string)).toEqual(cases)
})

test.each([
  ['b:1/bootstrap: Connect to ipv4#10.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)', /refused\b/],
  [
    'ssl://b:1/bootstrap: SSL handshake failed: closed by peer (after 12ms in state SSL_HANDSHAKE, 1 identical error(s) suppressed)',
    /closed by peer\b/,
  ],
])('what librdkafka counts for itself is no part of a message: %s', (text, reason) => {
  const { message } = outcome(response.transport, text, about)
  expect(message).toMatch(reason)
  expect(message).not.toMatch(/after|in state|suppressed/)
})
