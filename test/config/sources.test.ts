import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { readSetup } from '../../src/config/setup.ts'
import { keyOfVariable, variableOfKey } from '../../src/config/sources.ts'
import { folderWith, quickStartSink, quickStartWorker, refusal, setup, sink } from './files.ts'

test('the environment wins over the file, and a flag over both', () => {
  const env = { REDKITE_COLLECTION_NAME: 'from_env', REDKITE_BATCH_SIZE: '7' }
  const settings = sink({ sink: 'batch.size=5\nlinger.ms=3', env, sets: ['collection.name=from_flag'] })
  expect(settings).toMatchObject({ collection: 'from_flag', batchRowsMax: 7, lingerMs: 3 })
})

test('a setting of the worker is set by flag and environment too', () => {
  expect(setup({ sets: ['offset.flush.interval.ms=5'] }).worker.offsetFlushIntervalMs).toBe(5)
  expect(sink({ env: { REDKITE_BOOTSTRAP_SERVERS: 'b:1' } }).consumer['bootstrap.servers']).toBe('b:1')
  expect(sink({ sets: ['consumer.override.fetch.min.bytes=9'] }).consumer['fetch.min.bytes']).toBe('9')
})

test('--set of a converter setting counts, whoever names the converter', () => {
  const own = 'value.converter=org.apache.kafka.connect.json.JsonConverter'
  expect(sink({ sets: ['value.converter.schemas.enable=true'] }).valueConverter).toMatchObject({ schemasEnable: true })
  expect(sink({ sink: own, sets: ['value.converter.schemas.enable=false'] }).valueConverter).toMatchObject({
    schemasEnable: false,
  })
  expect(setup({ sets: ['value.converter.schemas.enable=true'] }).warnings).toEqual([])
})

test('--set NAME:KEY=VALUE is for the sink of that name alone', () => {
  const folder = folderWith({
    'w.properties': quickStartWorker,
    'a.properties': `${quickStartSink}\nname=a`,
    'b.properties': `${quickStartSink}\nname=b`,
  })
  const files = ['w', 'a', 'b'].map((name) => join(folder, `${name}.properties`))
  const { sinks } = readSetup(files, { sets: ['batch.size=10', 'b:batch.size=20'], env: {} })
  expect(sinks.map((each) => each.batchRowsMax)).toEqual([10, 20])
  const error = refusal(() => readSetup(files, { sets: ['c:batch.size=20'], env: {} }))
  expect(error).toMatchObject({ code: 'SET_INVALID', exit: 64 })
  expect(error.message).toContain('there is a, b')
})

test.each([
  ['batch.sise=5', 'did you mean `batch.size`?'],
  ['batch.size', 'expected --set KEY=VALUE'],
  ['=5', 'expected --set KEY=VALUE'],
  ['token=root:hunter2', '${env:NAME}'],
  ['consumer.override.sasl.jaas.config=x password="hunter2";', '${env:NAME}'],
  ['consumer.ssl.key.password=hunter2', '${env:NAME}'],
])('--set %s is refused with what to do', (text, hint) => {
  const error = refusal({ sets: [text] })
  expect(error.code).toBe('SET_INVALID')
  expect(error.message).toContain(hint)
  expect(error.message).not.toContain('hunter2')
})

test('a placeholder is no secret, so --set takes it for one', () => {
  expect(sink({ sets: ['token=${env:TOKEN}'], env: { TOKEN: 'key' } }).token!.reveal()).toBe('key')
})

test('an unknown variable is a warning with the nearest one; those of redkite itself are none', () => {
  const { warnings } = setup({ env: { REDKITE_COLECTION_NAME: 'x', REDKITE_LIBRDKAFKA: 'y', HOME: '/' } })
  expect(warnings).toEqual([
    'environment REDKITE_COLECTION_NAME: no setting is named `colection.name`; did you mean REDKITE_COLLECTION_NAME (`collection.name`)?',
  ])
})

test.each([
  ['consumer.max.poll.records', 'REDKITE_CONSUMER_MAX_POLL_RECORDS'],
  ['log_level', 'REDKITE_LOG___LEVEL'],
  ['config.providers.my-env.class', 'REDKITE_CONFIG_PROVIDERS_MY__ENV_CLASS'],
])('%s is %s in the environment, there and back', (key, variable) => {
  expect(variableOfKey(key)).toBe(variable)
  expect(keyOfVariable(variable)).toBe(key)
})

test('a sink file may be JSON, as connect-standalone.sh takes it', () => {
  const config = {
    'connector.class': 'MilvusSink',
    'public.endpoint': 'localhost',
    'collection.name': 'c',
    topics: 't',
    'batch.size': 3,
  }
  const folder = folderWith({
    'w.properties': quickStartWorker,
    'nested.json': JSON.stringify({ name: 'n', config }),
    'flat.json': JSON.stringify({ name: 'm', ...config }),
    'broken.json': '{"name": ',
    'deep.json': '{"name": {}}',
  })
  const read = (name: string) => readSetup([join(folder, 'w.properties'), join(folder, name)], { sets: [], env: {} })
  expect(read('nested.json').sinks[0]).toMatchObject({ name: 'n', batchRowsMax: 3 })
  expect(read('flat.json').sinks[0]).toMatchObject({ name: 'm', collection: 'c' })
  expect(refusal(() => read('broken.json')).code).toBe('JSON_MALFORMED')
  expect(refusal(() => read('deep.json')).code).toBe('JSON_MALFORMED')
})
