/**
 * `make demo`: the quick start from end to end on this machine, with everything it needs started and stopped here.
 *
 *   demo.ts [--records N] [--lite]
 *
 * An embedded Kafka and a local Milvus get the quick start's record and N more (20,000); redkite is then run as a user would, and what
 * it wrote is read back with the Milvus SDK. Exit code 1 when anything is not as produced. --lite takes Milvus Lite, as machines do for which Milvus
 * 2.3.5 does not exist.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { MockCluster } from '../../src/kafka/mock-cluster.ts'
import { Producer } from '../../src/kafka/producer.ts'
import { prepareMilvus } from '../../test/servers/milvus.ts'
import { prepareMilvusLite } from '../../test/servers/milvus-lite.ts'
import { articles, quickStartArticle, quickStartRecord } from './articles.ts'
import { Collection, fields } from './collection.ts'
import { Ending } from './ending.ts'
import { sinkFile, workerFile } from './properties.ts'
import { command, count, file, float, heading, line, pair, seconds } from './screen.ts'

const topic = 'topic_0'
const partitions = 4
const neighboursShown = 6
/** The embedded Kafka keeps 5 MB a partition. */
const recordsMax = 50_000
/** How long redkite may take to end after a signal. */
const redkiteGraceMs = 1_000
const binary = resolve(import.meta.dir, '../../dist/redkite')

const { values: flags } = parseArgs({ options: { records: { type: 'string' }, lite: { type: 'boolean' } } })
const records = Number(flags.records ?? 20_000)
if (!Number.isInteger(records) || records < 0 || records > recordsMax) {
  console.error(`demo: --records takes a whole number from 0 to ${recordsMax}`)
  process.exit(64)
}

const ending = new Ending()
try {
  await demo()
} catch (error) {
  if (!ending.begun) {
    console.error(error)
    process.exitCode = 1
  }
}
await ending.run()
process.exit()

async function demo(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-demo-'))
  ending.undo(() => rmSync(folder, { recursive: true, force: true }))
  heading('Started here, stopped at the end')
  const kafka = new MockCluster()
  ending.undo(() => kafka.destroy())
  kafka.createTopic(topic, partitions)
  pair('Kafka', `${kafka.bootstrap}, embedded, topic ${topic} with ${partitions} partitions`)

  const { endpoint, collection, what } = await startedMilvus()
  pair('Milvus', `${endpoint}, ${what}, collection ${topic}:`)
  pair('', fields)
  await produce(kafka.bootstrap)
  pair('produced', `${count(records + 1)} records: the quick start's, and ${count(records)} of its kind`)

  const worker = workerFile(kafka.bootstrap)
  const sink = sinkFile(endpoint)
  file('connect-standalone.properties', worker)
  file('milvus-sink-connector.properties', sink)
  const elapsedMs = await runRedkite(folder, worker, sink)
  await show(collection, elapsedMs)
}

async function startedMilvus(): Promise<{ endpoint: string; collection: Collection; what: string }> {
  const startedMs = performance.now()
  const lite = flags.lite === true || process.arch !== 'x64'
  const server = await (lite ? prepareMilvusLite() : prepareMilvus())
  ending.undo(async () => {
    // Its data is thrown away, so nothing need be waited for.
    await server.kill()
    await server.stop()
  })
  await server.restart()
  const collection = new Collection(`${server.host}:${server.port}`, topic)
  ending.undo(() => collection.close())
  await collection.create()
  const took = seconds(performance.now() - startedMs)
  return { endpoint: server.endpoint, collection, what: `${lite ? 'Milvus Lite' : 'Milvus 2.3.5'}, up in ${took}` }
}

async function produce(bootstrap: string): Promise<void> {
  const producer = new Producer({ 'bootstrap.servers': bootstrap })
  try {
    const send = async (id: number, text: string): Promise<void> => {
      while (producer.produce(topic, -1, Buffer.from(String(id)), Buffer.from(text)) === 0) await producer.room(1_000)
    }
    await send(quickStartArticle.id, quickStartRecord)
    for (const article of articles(records)) await send(article.id, JSON.stringify(article))
    await producer.flush(30_000)
  } finally {
    await producer.close(5_000)
  }
}

/** A process of its own with this terminal, so that its lines and its progress are what a user sees. */
async function runRedkite(folder: string, worker: string, sink: string): Promise<number> {
  const files = { 'connect-standalone.properties': worker, 'milvus-sink-connector.properties': sink }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const argv = [...Object.keys(files), '--until-caught-up']
  command(`redkite ${argv.join(' ')}`)
  const startedMs = performance.now()
  let child: Bun.Subprocess | undefined
  ending.undo(async () => {
    // The first signal ends it in good order, the second at once; both show the terminal's cursor again, which SIGKILL would not.
    for (const signal of ['SIGINT', 'SIGINT', 'SIGKILL'] as const) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      await Promise.race([child.exited, Bun.sleep(redkiteGraceMs)])
    }
  })
  child = Bun.spawn([binary, ...argv], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
  if ((await child.exited) !== 0) throw new Error(`redkite ended with ${child.exitCode ?? child.signalCode}`)
  return performance.now() - startedMs
}

async function show(collection: Collection, elapsedMs: number): Promise<void> {
  heading('Read back from Milvus: id 0')
  const found = await collection.read(quickStartArticle.id)
  if (found === undefined) throw new Error('the quick start’s record is not in the collection')
  pair('title', found.title)
  const vector = found.title_vector.map(float)
  pair('title_vector', `[${vector.slice(0, 4).join(', ')},`)
  pair('', ` ${vector.slice(4).join(', ')}]`)
  pair('link', found.link)

  heading('The articles nearest to its vector')
  for (const { title, distance } of await collection.neighbours(found.title_vector, neighboursShown)) {
    pair(distance.toFixed(6), title)
  }

  const rows = await collection.count()
  heading('Counted')
  pair('Kafka', `${count(records + 1)} records`)
  pair('Milvus', `${count(rows)} rows`)
  pair('redkite', `${seconds(elapsedMs)} from start to exit, ${count((rows * 1000) / elapsedMs)} rows/s with its start`)
  line()
  const expected = Float32Array.from(quickStartArticle.title_vector)
  if (!Bun.deepEquals(Float32Array.from(found.title_vector), expected)) throw new Error('the vector differs')
  if (rows !== records + 1) throw new Error(`${rows} rows instead of ${records + 1}`)
}
