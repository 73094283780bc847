import { expect, test } from 'bun:test'
import { javaKeys } from '../../../src/config/kafka/java-keys.ts'
import { producerKeys } from '../../../src/config/kafka/producer-keys.ts'
import { Producer } from '../../../src/kafka/producer.ts'
import { refusal, setup, sink } from '../files.ts'

const login = (prefix: string, user: string) =>
  `${prefix}security.protocol=SASL_PLAINTEXT\n${prefix}sasl.mechanism=PLAIN\n${prefix}sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="${user}" password="p";`

test('with nothing said dead letters go to the brokers of the consumer, with its identity', () => {
  const { producer } = sink({ worker: `${login('consumer.', 'reader')}\nconsumer.fetch.max.bytes=2000` })
  expect({ ...producer }).toMatchObject({ 'bootstrap.servers': 'localhost:9092', 'sasl.username': 'reader' })
  for (const name of ['group.id', 'client.id', 'fetch.max.bytes', 'message.max.bytes']) {
    expect(producer).not.toHaveProperty([name])
  }
})

test('producer.… of the worker counts, and producer.override.… of the sink over it', () => {
  const { producer } = sink({
    worker: 'producer.linger.ms=7\nproducer.compression.type=zstd\nproducer.max.request.size=5000000',
    sink: 'producer.override.linger.ms=9\nproducer.override.client.id=mine',
  })
  expect({ ...producer }).toMatchObject({
    'linger.ms': '9',
    'compression.type': 'zstd',
    'message.max.bytes': '5000000',
    'client.id': 'mine',
  })
})

test('a producer that says how it logs in has nothing of the consumer’s identity', () => {
  const worker = `${login('consumer.', 'reader')}\nconsumer.sasl.kerberos.service.name=kafka\n${login('producer.', 'writer')}`
  expect({ ...sink({ worker }).producer }).toMatchObject({ 'sasl.username': 'writer' })
  const plain = sink({ worker: `${login('consumer.', 'reader')}\nproducer.security.protocol=PLAINTEXT` }).producer
  expect(Object.keys(plain).filter((name) => name.startsWith('sasl'))).toEqual([])
})

test('what a dead letter depends on is not to be had otherwise, and that is said', () => {
  const { sinks, notices } = setup({ worker: 'producer.acks=1\nproducer.retries=0', sink: 'producer.override.acks=0' })
  expect(sinks[0]!.producer).not.toHaveProperty(['acks'])
  expect(notices.join('\n')).toContain('`producer.override.acks` has no effect: a dead letter is done when')
  expect(notices.join('\n')).toContain('`producer.retries` has no effect')
})

test('a value that a setting does not take, and a name that no producer knows, are told with their place', () => {
  expect(refusal({ sink: 'producer.override.linger.ms=soon' }).message).toContain('`producer.override.linger.ms`')
  const { warnings } = setup({ worker: 'producer.lingre.ms=5\nproducer.group.id=x' })
  expect(warnings.join('\n')).toContain("neither Java's producer nor librdkafka knows `producer.lingre.ms`")
  expect(warnings.join('\n')).toContain('`producer.group.id`')
})

test('librdkafka takes what the settings become', async () => {
  const own = Object.entries(producerKeys).filter(([name]) => !Object.hasOwn(javaKeys, name))
  const lines = own.flatMap(([name, key]) => {
    if (key.kind !== 'translated') return []
    return `producer.${name}=${['1000', 'none'].find((text) => key.convert(text) !== undefined)}`
  })
  expect(lines.length).toBeGreaterThan(3)
  const { producer } = sink({ worker: lines.join('\n') })
  await new Producer({ ...producer, acks: 'all', 'enable.idempotence': true }).close(1_000)
})
