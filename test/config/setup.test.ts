import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { SettingsError } from '../../src/config/entry.ts'
import { readSetup } from '../../src/config/setup.ts'
import { folderWith, quickStartSink, quickStartWorker, refusal, setup, sink } from './files.ts'

test("the quick start's own files need nothing more", () => {
  const { worker, sinks, warnings, notices } = setup()
  expect(worker).toEqual({ offsetFlushIntervalMs: 10_000, offsetFlushTimeoutMs: 5_000 })
  expect(sinks).toHaveLength(1)
  expect(sinks[0]).toMatchObject({
    name: 'zilliz-kafka-connect-milvus',
    file: 'sink.properties',
    tasksMax: 1,
    endpoint: { host: 'milvus.example.com', port: 19530, tls: true },
    database: 'default',
    collection: 'topic_0',
    collectionRequireLoaded: true,
    batchRowsMax: 20_000,
    load: {
      bytes: { least: 2 * 1024 * 1024, most: 8 * 1024 * 1024 },
      requests: { least: 1, first: 4, most: 16 },
    },
    lingerMs: 100,
    requestTimeoutMs: 60_000,
    shutdownTimeoutMs: 30_000,
    valueConverter: { kind: 'json', schemasEnable: false, replaceNullWithDefault: true },
    errors: { tolerance: 'none', retryTimeoutMs: undefined, retryDelayMaxMs: 60_000, deadLetterTopic: undefined },
    groupId: 'connect-zilliz-kafka-connect-milvus',
  })
  expect(sinks[0]!.topics.subscribe).toEqual(['topic_0'])
  expect(sinks[0]!.token!.reveal()).toBe('db_admin:hunter2')
  expect(warnings).toEqual([])
  expect(notices).toEqual([
    'worker.properties:7: `offset.storage.file.filename` has no effect: redkite stores nothing: offsets live in the consumer group',
    'worker.properties:9: `plugin.path` has no effect: there are no plugins to load',
  ])
})

test('nothing that is printed of a setup holds a secret', () => {
  const read = setup({
    worker: `consumer.security.protocol=SASL_PLAINTEXT\nconsumer.sasl.mechanism=PLAIN\nconsumer.sasl.jaas.config=PlainLoginModule required username="u" password="hunter2";`,
  })
  expect(read.sinks[0]!.consumer['sasl.password']).toBe('hunter2')
  for (const text of [JSON.stringify(read), inspect(read, { depth: 9 }), Bun.inspect(read, { depth: 9 })])
    expect(text).not.toContain('hunter2')
})

describe('what is missing or wrong is said with file, line and what to write', () => {
  test.each([
    ['public.endpoint=', 'KEY_MISSING', 'sink.properties:8: `public.endpoint` is missing'],
    ['collection.name=', 'KEY_MISSING', '`collection.name`'],
    ['name=', 'KEY_MISSING', '`name`'],
    ['connector.class=', 'KEY_MISSING', '`connector.class`'],
    ['topics=', 'KEY_MISSING', '`topics`'],
    [
      'batch.size=many',
      'VALUE_INVALID',
      'sink.properties:8: `batch.size` takes a whole number from 1 to 1000000, not "many"',
    ],
    ['batch.size=0', 'VALUE_INVALID', '`batch.size`'],
    ['batch.bytes=67108864', 'VALUE_INVALID', '62914560'],
    ['tasks.max=0', 'VALUE_INVALID', 'from 1'],
    ['collection.require.loaded=yes', 'VALUE_INVALID', 'true or false'],
    ['errors.tolerance=some', 'VALUE_INVALID', 'none or all'],
    ['connector.class=com.example.OtherSink', 'VALUE_INVALID', 'MilvusSinkConnector'],
    ['public.endpoint=grpc://x', 'VALUE_INVALID', 'https://'],
    ['topics=a,,b', 'VALUE_INVALID', 'between two commas'],
    ['topics=orders.*', 'VALUE_INVALID', '`topics.regex`'],
    ['topics.regex=t.*', 'KEYS_CONFLICT', 'both set'],
    ['topics=\ntopics.regex=(?!a).*', 'REGEX_UNSUPPORTED', 'look-around'],
    ['transforms=a\ntransforms.a.type=X', 'TRANSFORM_UNKNOWN', 'Java classes do not run here'],
    ['predicates=p', 'KEY_MISSING', '`predicates.p.type`'],
    ['field.mapping=title', 'VALUE_INVALID', 'pairs field:path'],
    ['value.envelope=debezium\npk.mode=kafka', 'KEYS_CONFLICT', 'deletes rows by their key'],
    ['errors.deadletterqueue.topic.name=topic_0', 'KEYS_CONFLICT', 'round in circles'],
    ['errors.deadletterqueue.topic.name=a b', 'VALUE_INVALID', 'topic name'],
    ['public.endpoint=http://h\nmilvus.ssl.ca.file=/ca.pem', 'KEYS_CONFLICT', 'write https://h:19530'],
    ['milvus.ssl.cert.file=/c.pem', 'KEY_MISSING', '`milvus.ssl.key.file`'],
  ])('%j', (lines, code, text) => {
    const error = refusal({ sink: lines })
    expect(error.message).toContain(text)
    expect(error).toMatchObject({ code, exit: 78, label: 'fatal' })
  })
})

test('a bad value of a secret is not shown', () => {
  const error = refusal({ sink: 'public.endpoint=https://root:hunter2@h' })
  expect(error.message).not.toContain('hunter2')
})

test('all that is wrong in both files is said at once', () => {
  const error = refusal({ worker: 'offset.flush.interval.ms=x', sink: 'batch.size=x\nlinger.ms=-1\ntoken=${env:NO}' })
  expect(error.code).toBe('CONFIG_INVALID')
  expect(error.message).toStartWith('4 things are wrong')
  for (const key of ['token', 'offset.flush.interval.ms', 'batch.size', 'linger.ms'])
    expect(error.message).toContain(`\`${key}\``)
})

test('a file that is not there, or is a folder, is named', () => {
  const folder = folderWith({ 'w.properties': quickStartWorker })
  const read = (second: string) => readSetup([join(folder, 'w.properties'), second], { sets: [], env: {} })
  expect(refusal(() => read(join(folder, 'none.properties')))).toMatchObject({ code: 'FILE_MISSING', exit: 66 })
  expect(refusal(() => read(folderWith({ 'readme.txt': '' }))).message).toContain('a folder without .properties files')
  expect(refusal(() => read(join(folder, 'w.properties', 's'))).message).toContain('a part of its path is no folder')
  const both = [join(folder, 'none'), join(folder, 'nowhere')]
  expect(refusal(() => readSetup(both, { sets: [], env: {} }))).toMatchObject({ code: 'CONFIG_INVALID', exit: 66 })
})

describe('what is wrong comes with what is suspicious, which is often the reason', () => {
  const files = (worker: string, sink: string) => {
    const folder = folderWith({ 'w.properties': worker, 's.properties': sink })
    return ['w', 's'].map((name) => join(folder, `${name}.properties`))
  }
  const refused = (paths: readonly string[]) => refusal(() => readSetup(paths, { sets: [], env: {} }))

  test('a key that is missing because it is misspelt', () => {
    expect(refused(files(quickStartWorker, quickStartSink.replace('topics=', 'topic=')))).toMatchObject({
      code: 'KEY_MISSING',
      exit: 78,
      warnings: ['s.properties:7: `topic` is no setting that redkite knows, it has no effect; did you mean `topics`?'],
    })
  })

  test('the two files in the wrong order', () => {
    const [sink, worker] = files(quickStartSink, quickStartWorker)
    expect(refused([sink!, worker!])).toMatchObject({
      code: 'FILES_SWAPPED',
      exit: 64,
      message: `"${sink}" is a sink's file and "${worker}" the worker's; the worker's file comes first`,
    })
  })

  test('of a file that is there, when the other is not', () => {
    const [, sink] = files(quickStartWorker, `${quickStartSink}batch.sise=5`)
    const { code, warnings } = refused(['/no/such/file', sink!]) as SettingsError
    expect(code).toBe('FILE_MISSING')
    expect(warnings).toEqual([expect.stringContaining('did you mean `batch.size`?')])
  })
})

test("a folder stands for the sinks' files in it, in the order of their names", () => {
  const named = (name: string) => quickStartSink.replace(/^name=.*$/m, `name=${name}`)
  const folder = folderWith({
    'b.properties': named('b'),
    'a.properties': named('a'),
    'a.txt': 'name=no',
    '.c.properties': 'x',
  })
  const worker = join(folderWith({ 'w.properties': quickStartWorker }), 'w.properties')
  expect(readSetup([worker, folder], { sets: [], env: {} }).sinks.map(({ name }) => name)).toEqual(['a', 'b'])
})

test("a sink's fingerprint differs where a setting does, a secret's value or one of the worker's included, and nowhere else", () => {
  const print = (worker: string, sink: string, env = {}) => {
    const folder = folderWith({ 'w.properties': worker, 's.properties': sink })
    return readSetup(
      ['w', 's'].map((name) => join(folder, `${name}.properties`)),
      { sets: [], env },
    ).fingerprints[0]!
  }
  const before = print(quickStartWorker, quickStartSink)
  expect(print(`# note\n${quickStartWorker}`, `\n\n${quickStartSink}`)).toBe(before)
  expect(print(quickStartWorker, `${quickStartSink}\nbatch.size=7`)).not.toBe(before)
  expect(print(`${quickStartWorker}\noffset.flush.interval.ms=5`, quickStartSink)).not.toBe(before)
  const secret = quickStartSink.replace(/^token=.*$/m, 'token=${env:T}')
  expect(print(quickStartWorker, secret, { T: 'one' })).not.toBe(print(quickStartWorker, secret, { T: 'two' }))
  expect(before).toMatch(/^[0-9a-f]{64}$/)
})

test('a worker file alone is not enough', () => {
  expect(refusal(() => readSetup(['w.properties'], { sets: [], env: {} }))).toMatchObject({
    code: 'FILES_TOO_FEW',
    exit: 64,
  })
})

test('two sinks of one name are refused, because they would share a group', () => {
  const folder = folderWith({
    'w.properties': quickStartWorker,
    'a.properties': quickStartSink,
    'b.properties': quickStartSink,
  })
  const files = ['w', 'a', 'b'].map((name) => join(folder, `${name}.properties`))
  const error = refusal(() => readSetup(files, { sets: [], env: {} }))
  expect(error.code).toBe('SINK_DUPLICATE')
  expect(error.message).toStartWith('a.properties and b.properties are both named')
})

test('a file in UTF-16, or one that is no text, is said to be so: FILE_NOT_TEXT', () => {
  const folder = folderWith({
    'w.properties': quickStartWorker,
    'wide.properties': Buffer.from(`\uFEFF${quickStartSink}`, 'utf16le'),
    'binary.properties': new Uint8Array([1, 2, 0]),
  })
  const said = (name: string) =>
    refusal(() => readSetup([join(folder, 'w.properties'), join(folder, name)], { sets: [], env: {} })).message
  expect(said('wide.properties')).toEndWith('is in UTF-16; save it as UTF-8')
  expect(said('binary.properties')).toEndWith('holds bytes that no text has; give a .properties file')
})

test('a key that stands twice in a file, with different values, is a warning: the last one counts, as in Java', () => {
  const { sinks, warnings } = setup({ sink: 'batch.size=7\nbatch.size=8\nlinger.ms=5\nlinger.ms=5' })
  expect(sinks[0]!.batchRowsMax).toBe(8)
  expect(warnings).toEqual([
    'sink.properties:9: `batch.size` once more; what sink.properties:8 says of it has no effect',
  ])
})

test('a file in ISO-8859-1 or with UTF-8 text is read', () => {
  const folder = folderWith({
    'w.properties': quickStartWorker,
    's.properties': `${quickStartSink}collection.name=日本\n`,
    'l.properties': Buffer.from(`${quickStartSink}collection.name=caf\xe9\n`, 'latin1'),
  })
  const collection = (name: string) =>
    readSetup([join(folder, 'w.properties'), join(folder, name)], { sets: [], env: {} }).sinks[0]!.collection
  expect(collection('s.properties')).toBe('日本')
  expect(collection('l.properties')).toBe('café')
})

describe('an unknown key is a warning with the nearest known one', () => {
  test.each([
    ['sink', 'colection.name=x', 'did you mean `collection.name`?'],
    ['sink', 'consumer.overide.max.poll.records=5', 'did you mean `consumer.override.max.poll.records`?'],
    ['sink', 'consumer.override.fetch.min.byte=5', 'did you mean `consumer.override.fetch.min.bytes`?'],
    ['sink', 'offset.flush.interval.ms=5', 'belongs in the worker file'],
    [
      'sink',
      'value.converter=JsonConverter\nvalue.converter.schema.enable=false',
      'did you mean `value.converter.schemas.enable`?',
    ],
    ['sink', 'something.else.altogether=5', 'no setting that redkite knows'],
    ['worker', 'bootstrap.server=x', 'did you mean `bootstrap.servers`?'],
    ['worker', 'collection.name=x', 'belongs in the sink file'],
  ])('in the %s file: %s', (file, line, hint) => {
    const { warnings } = setup({ [file]: line })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain(hint)
  })
})

test('a family of keys without effect is remarked on once', () => {
  const { notices } = setup({ worker: 'producer.acks=all\nproducer.linger.ms=5\nlisteners=HTTP://:8083' })
  expect(notices.filter((notice) => notice.includes('producer.'))).toHaveLength(1)
  expect(notices.filter((notice) => notice.includes('REST'))).toHaveLength(1)
})

test('settings for errors are read', () => {
  const read = setup({
    sink: 'errors.tolerance=all\nerrors.retry.timeout=-1\nerrors.deadletterqueue.topic.name=dead\nerrors.deadletterqueue.topic.replication.factor=1\nerrors.deadletterqueue.context.headers.enable=true\nerrors.log.enable=true',
  })
  expect(read.sinks[0]!.errors).toEqual({
    tolerance: 'all',
    retryTimeoutMs: undefined,
    retryDelayMaxMs: 60_000,
    logEnable: true,
    logIncludeMessages: false,
    deadLetterTopic: 'dead',
    deadLetterReplicationFactor: 1,
    deadLetterContextHeaders: true,
  })
  expect(read.warnings).toEqual([])
})

test('TLS files for Milvus are read', () => {
  const { tls } = sink({
    sink: 'milvus.ssl.ca.file=/ca.pem\nmilvus.ssl.cert.file=/c.pem\nmilvus.ssl.key.file=/k.pem\nmilvus.ssl.server.name=milvus',
  })
  expect(tls).toEqual({ caFile: '/ca.pem', certFile: '/c.pem', keyFile: '/k.pem', serverName: 'milvus' })
})

test('buffer.bytes is shared out to the consumer and the requests in flight', () => {
  const small = sink({ sink: `buffer.bytes=${16 * 1024 * 1024}` })
  expect(small.load).toEqual({
    bytes: { least: 2 * 1024 * 1024, most: 2 * 1024 * 1024 },
    requests: { least: 1, first: 2, most: 2 },
  })
  expect(small.consumer).toMatchObject({ 'queued.max.messages.kbytes': '4096', 'fetch.max.bytes': '4194304' })
  const overridden = sink({ sink: 'buffer.bytes=67108864\nconsumer.override.queued.max.messages.kbytes=1024' })
  expect(overridden.load.requests.first).toBe(4)
  expect(overridden.consumer['queued.max.messages.kbytes']).toBe('1024')
  expect(() => sink({ sink: 'buffer.bytes=1048576' })).toThrow('six times `batch.bytes`')
})

test('what is set of batches and requests stays as it is set, and what is not set may change', () => {
  const bytes = { least: 1_048_576, most: 1_048_576 }
  expect(sink({ sink: 'batch.bytes=1048576' }).load).toEqual({ bytes, requests: { least: 1, first: 4, most: 16 } })
  const requests = { least: 3, first: 3, most: 3 }
  expect(sink({ sink: 'batch.bytes=1048576\nmax.in.flight.requests=3' }).load).toEqual({ bytes, requests })
  expect(sink({ sink: 'max.in.flight.requests=3' }).load).toEqual({
    bytes: { least: 2 * 1_048_576, most: 8 * 1_048_576 },
    requests,
  })
  const limited = sink({ sink: 'buffer.bytes=16777216\nmax.in.flight.requests=3' })
  expect(limited.load.requests).toEqual({ least: 2, first: 2, most: 2 })
})
