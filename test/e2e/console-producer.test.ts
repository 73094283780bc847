/** A file of JSON lines that Kafka's own `kafka-console-producer` sends, with keys, headers and a tombstone, as Milvus then has it. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { runTool } from '../servers/java.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { articleSettings, createArticles, readArticles } from './keyed-articles.ts'
import { catchUp, sinkFile, startVerb, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)

/** Headers, key and value of each record; what the tool takes for null is a word that the caller chooses. */
async function produce(bootstrap: string, topic: string, lines: readonly string[]): Promise<void> {
  const reading = ['parse.headers=true', 'parse.key=true', 'key.separator=|', 'headers.delimiter=;', 'null.marker=NULL']
  const args = ['--bootstrap-server', bootstrap, '--topic', topic, ...reading.flatMap((one) => ['--property', one])]
  const stdin = `${lines.join('\n')}\n`
  const { exitCode, said } = await runTool('org.apache.kafka.tools.ConsoleProducer', args, { stdin })
  expect([exitCode, said]).toEqual([0, expect.not.stringContaining('ERROR')])
}

test('lines of kafka-console-producer become rows by their keys, those with a certain header are passed over, and a tombstone deletes', async () => {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const name = unique('console_producer')
  await kafka.tools.createTopic(name, 1)
  await createArticles(py, milvus, name)
  await produce(kafka.bootstrap, name, [
    'source:a;first|{"title":"one \\"quoted\\"","v":[1,2.5]}',
    'source:b;second|{"title":"to be deleted","v":[3,4]}',
    'source:ключ;third|{"title":"漢字 🦅","v":[-1e-3,0]}',
    'source:a,draft:1;fourth|{"title":"not yet","v":[0,0]}',
    'source:b;second|NULL',
    'source:c;first|{"title":"one again","v":[5,6]}',
  ])
  const worker = workerFile(kafka.bootstrap)
  const sink = sinkFile(name, `http://${milvus.host}:${milvus.port}`, name, name, articleSettings)
  expect((await catchUp(worker, [sink])).exitCode).toBe(0)
  expect(await readArticles(py, milvus, name)).toEqual([
    { id: 'first', title: 'one again', v: [5, 6] },
    { id: 'third', title: '漢字 🦅', v: [Math.fround(-1e-3), 0] },
  ])
  const verified = await startVerb('verify', worker, [sink]).ended
  expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining('equal: collection')])
})
