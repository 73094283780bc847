/** `redkite init` on real servers: its files pass the check, and a run with them does what they say. */
import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder, removeFolder } from '../servers/place.ts'
import {
  serverTimeoutMs,
  sharedKafka,
  sharedMilvus,
  sharedMilvusLite,
  sharedPyMilvus,
  unique,
} from '../servers/shared.ts'
import { start } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

const folder = dataFolder('init')
afterAll(() => removeFolder(folder))

async function topicWith(
  records: readonly { key?: string; value: string }[],
): Promise<{ topic: string; bootstrap: string }> {
  const { tools, bootstrap } = await sharedKafka()
  const topic = unique('first-look')
  await tools.createTopic(topic, 2)
  await tools.produce(topic, records)
  return { topic, bootstrap }
}

function placesOf(topic: string, bootstrap: string, endpoint: string): string[] {
  return ['--bootstrap', bootstrap, '--topic', topic, '--milvus', endpoint]
}

test('files for a topic and a missing collection are written, checked and run', async () => {
  const milvus = await sharedMilvusLite()
  const { topic, bootstrap } = await topicWith([1, 2, 3].map((id) => ({ value: `{"id":${id},"v":[${id},1]}` })))
  const out = join(folder, 'missing')
  const args = ['init', ...placesOf(topic, bootstrap, milvus.endpoint), '--token-env', '', '--database', 'default']
  const wrote = await start([...args, '--into', topic.replaceAll('-', '_'), '--name', topic, '--out', out]).ended
  expect(wrote.exitCode, wrote.stderr).toBe(0)
  expect(wrote.stdout).toContain('v   FLOAT_VECTOR(2)')
  const files = [join(out, 'connect-standalone.properties'), join(out, 'milvus-sink-connector.properties')]
  expect(await start(['check', ...files]).ended).toMatchObject({ exitCode: 0 })
  expect(await start([...files, '--until-caught-up']).ended).toMatchObject({ exitCode: 0 })
  expect(await (await sharedPyMilvus()).count(milvus, topic.replaceAll('-', '_'))).toBe(3)
  const again = await start([...args, '--out', out]).ended
  expect([again.exitCode, again.stderr]).toEqual([73, expect.stringContaining('--force')])
})

test('of a collection whose key no value brings, the key is the record key; without a terminal nothing is asked', async () => {
  const milvus = await sharedMilvus()
  const { topic, bootstrap } = await topicWith([{ key: 'a', value: '{"v":[1,2]}' }])
  const name = topic.replaceAll('-', '_')
  const fields = [
    { name: 'sku', type: 'VARCHAR', primaryKey: true, maxLength: 20 },
    { name: 'v', type: 'FLOAT_VECTOR', dim: 2 },
  ]
  await (await sharedPyMilvus()).createCollection(milvus, { name, fields })
  const out = join(folder, 'there')
  const wrote = await start(['init', ...placesOf(topic, bootstrap, milvus.endpoint), '--out', out]).ended
  expect(wrote.exitCode, wrote.stderr).toBe(0)
  const sink = readFileSync(join(out, 'milvus-sink-connector.properties'), 'utf8')
  expect(sink).toContain('\npk.mode=record_key\n')
  expect(sink).toContain('#   sku VARCHAR, the primary key')
  const asked = await start(['init', '--bootstrap', bootstrap, '--force', '--out', out]).ended
  expect([asked.exitCode, asked.stderr]).toEqual([64, expect.stringContaining('--topic is missing')])
})

test('--collection prints the schema and writes no files, --create makes the collection', async () => {
  const milvus = await sharedMilvusLite()
  const { topic, bootstrap } = await topicWith([{ value: '{"id":"a","v":[1,2,3]}' }])
  const args = ['init', ...placesOf(topic, bootstrap, milvus.endpoint), '--into', 'shown', '--collection', '--json']
  const shown = await start([...args, '--out', join(folder, 'none')]).ended
  expect(JSON.parse(shown.stdout)).toMatchObject({
    name: 'shown',
    fields: [
      { name: 'id', type: 'VARCHAR' },
      { name: 'v', dim: 3 },
    ],
  })
  expect(await (await sharedPyMilvus()).collections(milvus)).not.toContain('shown')
  const made = await start([...args, '--create']).ended
  expect(made.exitCode, made.stderr).toBe(0)
  expect(await (await sharedPyMilvus()).collections(milvus)).toContain('shown')
})
