/** `redkite check` and `redkite plan` on real servers: what they say is what a run does, and they leave nothing behind. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { undocumented } from './documented.ts'
import { catchUp, type Properties, sinkFile, startVerb, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

const checkFailed = 41

const fields = [
  { name: 'id', type: 'INT64', primaryKey: true },
  { name: 'title', type: 'VARCHAR', maxLength: 8 },
  { name: 'v', type: 'FLOAT_VECTOR', dim: 2 },
]

let worker: Properties
let milvus: Awaited<ReturnType<typeof sharedMilvus>>
beforeAll(async () => {
  const [kafka, server] = await Promise.all([sharedKafka(), sharedMilvus()])
  worker = workerFile(kafka.bootstrap)
  milvus = server
})

async function topicWith(values: readonly (string | null)[], name = unique('looked_at')): Promise<string> {
  const { tools } = await sharedKafka()
  await tools.createTopic(name, 2)
  await tools.produce(
    name,
    values.map((value, n) => ({ key: `${n}`, value, partition: n % 2 })),
  )
  return name
}

async function check(sink: Properties, ...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await startVerb('check', worker, [sink], ['--json', ...args]).ended
  const [config, found] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(undocumented('check.md', [config, found])).toEqual([])
  const said = (level: string): string[] =>
    [...config.findings, ...(found?.findings ?? [])]
      .filter((finding: { level: string }) => finding.level === level)
      .map(({ message, code }: { message: string; code?: string }) => `${code ?? ''} ${message}`)
  return { exitCode, stderr, found, fails: said('fail'), warns: said('warn'), oks: said('ok') }
}

async function plan(sink: Properties, ...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await startVerb('plan', worker, [sink], ['--json', ...args]).ended
  expect(exitCode, stderr).toBe(0)
  expect(undocumented('check.md', JSON.parse(stdout))).toEqual([])
  return JSON.parse(stdout)
}

describe('a sink that is as it should be', () => {
  let sink: Properties
  let name: string
  beforeAll(async () => {
    // Keys 0 to 9, three times each, and in the last round a title.
    name = await topicWith(Array.from({ length: 30 }, (_, n) => `{"id":${n % 10},"title":"t${n}","v":[${n},1],"x":1}`))
    await (await sharedPyMilvus()).createCollection(milvus, { name, fields })
    sink = sinkFile(name, milvus.endpoint, name, name)
  })

  test('passes, with a line for each thing that was looked at', async () => {
    const { exitCode, stdout } = await startVerb('check', worker, [sink]).ended
    expect(exitCode, stdout).toBe(0)
    for (const line of [
      `ok    kafka   ${worker['bootstrap.servers']} answers; ${name} (2 partitions), 30 offsets in all`,
      `ok    kafka   group connect-${name} has committed nothing yet`,
      'ok    milvus  it is loaded',
      'ok    records 30 sample records can be written',
      'warn  records keys that the collection has no field for are ignored: "x"',
    ]) {
      expect(stdout).toContain(line)
    }
    expect(stdout).not.toContain('fail')
  })

  test('is planned: rows, what a later record makes useless, what waits', async () => {
    expect(await plan(sink)).toMatchObject({
      sink: name,
      collection: name,
      records: 30,
      rows: 30,
      superseded: 20,
      rejected: 0,
      waiting: 30,
      requests: 1,
      fields: [
        { name: 'id', type: 'INT64', fits: 30, absent: 0, misfits: [] },
        { name: 'title', type: 'VARCHAR', fits: 30 },
        { name: 'v', type: 'FLOAT_VECTOR', fits: 30 },
      ],
      otherNames: { x: 30 },
    })
    expect(await plan(sink, '--records', '7')).toMatchObject({ records: 7, waiting: 30 })
  })

  test('leaves no group, no offsets and no rows behind', async () => {
    const { tools } = await sharedKafka()
    expect(await tools.groupOffsets(`connect-${name}`).catch(() => [])).toEqual([])
    expect(await (await sharedPyMilvus()).count(milvus, name)).toBe(0)
  })

  test('says how far the group has come, after a run', async () => {
    expect((await catchUp(worker, [sink])).exitCode).toBe(0)
    const { exitCode, oks } = await check(sink)
    expect(exitCode).toBe(0)
    expect(oks).toContain(` group connect-${name} is 0 offsets behind`)
    // The last ones, where none waits.
    expect(await plan(sink, '--all')).toMatchObject({ records: 30, waiting: 0 })
  })
})

test('all that does not fit is said at once, field by field, and no value of a record', async () => {
  const name = await topicWith([
    '{"id":1,"v":[1,2,3],"note":"private-value"}',
    '{"id":"private-key","v":[1,2,3]}',
    '{"id":2,"v":[1,2,3],"title":"a private title"}',
    'private, not JSON',
    null,
  ])
  const nickname = { name: 'nickname', type: 'VARCHAR', maxLength: 8 }
  const spec = { name, fields: [...fields, nickname], load: false }
  await (await sharedPyMilvus()).createCollection(milvus, spec)
  const sink = sinkFile(name, milvus.endpoint, name, name)
  const { exitCode, fails, warns, found } = await check(sink)
  expect(exitCode).toBe(checkFailed)
  expect(fails).toEqual([
    expect.stringContaining('MILVUS_COLLECTION_NOT_LOADED'),
    expect.stringMatching(/4 of 5 sample records cannot be written, a run stops at the first/),
    expect.stringContaining('VARCHAR_TOO_LONG 1 of 3 records: field "title" takes at most 8 bytes'),
    expect.stringContaining('3 of 3 records: field "v" takes 2 numbers, the record has 3'),
    expect.stringContaining('field "nickname" (VARCHAR) is in none of 3 records'),
  ])
  expect(warns).toEqual([
    expect.stringContaining('RECORD_NOT_JSON'),
    expect.stringContaining('1 of 3 records: field "id" (INT64) takes a whole number, the record has a string'),
    expect.stringContaining('field "title" (VARCHAR) is not in 2 of 3 records'),
    expect.stringContaining('ignored: "note"'),
  ])
  expect(found).toMatchObject({ sink: name, ok: false, records: 5, rows: 0 })

  const { stdout } = await startVerb('plan', worker, [sink]).ended
  expect(stdout).toMatch(/cannot be written +4 {2}\(80.0 %\)/)
  expect(stdout + JSON.stringify([fails, warns, found])).not.toContain('private')
  const tolerant = await check({
    ...sink,
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': `${name}-dead`,
  })
  expect(tolerant.warns.join()).toContain('a run passes over them')
  expect(tolerant.warns.join()).toContain(`${name}-dead for dead letters does not exist`)
})

test('each side is looked at although the other cannot be reached', async () => {
  const name = await topicWith(['{"id":1}'])
  const { exitCode, fails, oks } = await check(sinkFile(name, 'http://127.0.0.1:1', name, name))
  expect(exitCode).toBe(checkFailed)
  expect(fails).toEqual([expect.stringContaining('MILVUS_UNREACHABLE')])
  expect(oks.join()).toContain(`${name} (2 partitions)`)

  const missing = unique('no_such_topic')
  const other = await check(sinkFile(name, milvus.endpoint, missing, missing))
  expect(other.fails).toEqual([
    expect.stringContaining('TOPIC_MISSING'),
    expect.stringContaining('MILVUS_COLLECTION_MISSING'),
  ])
})

test('a wrong file is a finding, a missing one too', async () => {
  const { exitCode, fails, found } = await check(sinkFile('s', milvus.endpoint, 'c', 't', { 'batch.size': 'many' }))
  expect([exitCode, found]).toEqual([checkFailed, undefined])
  expect(fails).toEqual([expect.stringMatching(/VALUE_INVALID .*`batch.size` takes a whole number/)])
})

test('a collection that is to be made is shown before, and records are tried on it', async () => {
  const name = await topicWith(['{"id":1,"title":"one","v":[1,2]}', '{"id":2,"title":"two","v":[1,2],"x":{}}'])
  const sink = sinkFile(name, milvus.endpoint, name, name, { 'auto.create': 'true' })
  const planned = await plan(sink)
  expect(planned).toMatchObject({
    rows: 2,
    rejected: 0,
    creates: {
      name,
      index: { type: 'AUTOINDEX', metric: 'COSINE' },
      fields: [
        { name: 'id', type: 'INT64', primaryKey: true },
        { name: 'title', type: 'VARCHAR', maxLength: 256 },
        { name: 'v', type: 'FLOAT_VECTOR', dim: 2 },
      ],
      others: [{ name: 'x' }],
    },
  })
  const { exitCode, warns, found } = await check(sink)
  expect(exitCode).toBe(0)
  expect(warns).toEqual([` collection "${name}" is missing; a run makes it (auto.create=true)`])
  expect(found.collection.fields).toEqual(planned.creates.fields)
  expect(await (await sharedPyMilvus()).collections(milvus)).not.toContain(name)
})
