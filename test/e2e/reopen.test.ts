/** What changes in Milvus while a sink runs: it looks again, once, and goes on or stops; nothing becomes a dead letter for it. */
import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder, removeFolder } from '../servers/place.ts'
import {
  serverTimeoutMs,
  sharedKafka,
  sharedMilvus,
  sharedPyMilvus,
  sharedSecureMilvus,
  unique,
} from '../servers/shared.ts'
import { idsIn, NumberedProducer, numberedFields, upTo } from './numbered.ts'
import { type Properties, sinkFile, startRedkite, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

const folder = dataFolder('reopen')
afterAll(() => removeFolder(folder))

const nickname = { name: 'nickname', type: 'VARCHAR', maxLength: 64 }

async function prepare(stem: string, more: Properties = {}) {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const name = unique(stem)
  await kafka.tools.createTopic(name, 2)
  await py.createCollection(milvus, { name, fields: numberedFields })
  const producer = new NumberedProducer(kafka.bootstrap, name, 2)
  const worker = workerFile(kafka.bootstrap, { 'offset.flush.interval.ms': 200 })
  const redkite = startRedkite(worker, [sinkFile(name, milvus.endpoint, name, name, more)])
  const written = (count: number) =>
    until(`${count} records are committed`, async () => {
      const offsets = await kafka.tools.groupOffsets(`connect-${name}`).catch(() => [])
      return offsets.reduce((sum, { offset }) => sum + offset, 0) === count
    })
  return { kafka, milvus, py, name, producer, redkite, written }
}

test.concurrent('a collection that is dropped and made anew, with fewer fields, is described anew and written to', async () => {
  const { milvus, py, name, producer, redkite, written } = await prepare('recreated')
  await producer.send(100)
  await written(100)
  await py.dropCollection(milvus, name)
  await py.createCollection(milvus, { name, fields: numberedFields.filter((field) => field.name !== 'title') })
  await producer.send(100)
  await written(200)
  await producer.close()
  expect(
    (await py.query(milvus, name, { filter: 'id >= 0', fields: ['id'] })).map(({ id }) => id).sort((a, b) => a - b),
  ).toEqual(upTo(100).map((i) => 100 + i))
  redkite.signal('SIGTERM')
  const { exitCode, stderr } = await redkite.ended
  expect(stderr.match(/opening the sink anew/g)).toHaveLength(1)
  expect(stderr).toContain('200 rows written from ')
  expect(stderr).toContain('ignored: "title" 100')
  expect(exitCode).toBe(0)
})

test.concurrent('records that arrive while there is no collection wait until somebody has made it', async () => {
  const { milvus, py, name, producer, redkite, written } = await prepare('gone')
  await producer.send(100)
  await written(100)
  await py.dropCollection(milvus, name)
  await producer.send(100)
  await until('it tries again', () => redkite.stderr().includes('opening the sink anew'))
  await Bun.sleep(3_000)
  await py.createCollection(milvus, { name, fields: numberedFields })
  await written(200)
  await producer.close()
  expect(await idsIn(py, milvus, name, 200)).toEqual(upTo(100).map((i) => 100 + i))
  redkite.signal('SIGTERM')
  expect((await redkite.ended).exitCode).toBe(0)
})

test.concurrent('a new field that no record brings stops the sink with its name, and nothing more is committed', async () => {
  const { kafka, milvus, py, name, producer, redkite, written } = await prepare('altered')
  await producer.send(100)
  await written(100)
  await py.dropCollection(milvus, name)
  await py.createCollection(milvus, { name, fields: [...numberedFields, nickname] })
  await producer.send(100)
  await producer.close()
  const { exitCode, stderr } = await redkite.ended
  expect(exitCode).toBe(31)
  expect(stderr).toContain('field "nickname" (VARCHAR) is not in the record')
  expect((await kafka.tools.groupOffsets(`connect-${name}`)).map(({ offset }) => offset)).toEqual([50, 50])
})

test.concurrent('a token that is rotated where its placeholder points to is read again; one that stays wrong stops the sink', async () => {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedSecureMilvus(), sharedPyMilvus()])
  const name = unique('rotated')
  const user = `u${process.pid}`
  const setPassword = (from: string, to: string) =>
    py.run(milvus, "client.update_password(params['user'], params['from'], params['to']); result = None", {
      user,
      from,
      to,
    })
  await py.createUser(milvus, user, 'first-password')
  await py.run(milvus, "client.grant_role(params['user'], 'admin'); result = None", { user })
  await kafka.tools.createTopic(name, 2)
  await py.createCollection(milvus, { name, fields: numberedFields })
  const secrets = join(folder, 'secrets.properties')
  writeFileSync(secrets, `token=${user}:first-password\n`)
  const producer = new NumberedProducer(kafka.bootstrap, name, 2)
  const redkite = startRedkite(
    workerFile(kafka.bootstrap, {
      'offset.flush.interval.ms': 200,
      'config.providers': 'file',
      'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
    }),
    [
      sinkFile(name, milvus.endpoint, name, name, {
        token: `\${file:${secrets}:token}`,
        'milvus.ssl.ca.file': milvus.caFile!,
      }),
    ],
  )
  await producer.send(100)
  const written = (count: number) =>
    until(`${count} are written`, async () => (await idsIn(py, milvus, name, count)).length === count)
  await written(100)

  writeFileSync(secrets, `token=${user}:second-password\n`)
  await setPassword('first-password', 'second-password')
  await producer.send(100)
  await written(200)
  expect(redkite.stderr()).toContain('opening the sink anew')

  await setPassword('second-password', 'third-password')
  await producer.send(100)
  await producer.close()
  const { exitCode, stderr } = await redkite.ended
  expect(exitCode).toBe(77)
  expect(stderr).not.toMatch(/(first|second|third)-password/)
})
