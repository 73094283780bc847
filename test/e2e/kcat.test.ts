/** What `kcat -P` sends, as Milvus then has it: keys, headers, tombstones, chosen partitions, compression. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { kcat, kcatIsHere } from '../servers/kcat.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { articleSettings, byId, createArticles, readArticles } from './keyed-articles.ts'
import { catchUp, sinkFile, startVerb, workerFile } from './redkite.ts'

setDefaultTimeout(serverTimeoutMs)
if (!kcatIsHere) console.warn('there is no kcat on this machine: its test is left out')

describe.if(kcatIsHere)('kcat', () => {
  test('sends lines that become rows by their keys, in partitions of its choice or ours, and empty ones that delete', async () => {
    const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
    const name = unique('kcat')
    await kafka.tools.createTopic(name, 3)
    await createArticles(py, milvus, name)
    const send = (args: readonly string[], ...lines: string[]) => kcat(kafka.bootstrap, ['-t', name, ...args], lines)
    const many = Array.from({ length: 30 }, (_, i) => ({ id: `k${i}`, title: `${i}`, v: [i, i / 4] }))
    const line = ({ id, title, v }: (typeof many)[number]) => `${id}|${JSON.stringify({ title, v })}`
    await send(['-K', '|'], ...many.map(line))
    await send(['-p', '2', '-k', 'chosen', '-z', 'zstd'], '{"title":"漢字 \\"quoted\\"","v":[1e-3,2.5]}')
    await send(['-p', '0', '-k', 'draft', '-H', 'source=kcat', '-H', 'draft=1'], '{"title":"not yet","v":[0,0]}')
    await send(['-p', '1', '-k', 'done', '-H', 'source=ключ'], '{"title":"with a header","v":[7,8]}')
    await send(['-K', '|', '-Z'], 'k3|', 'k4|{"title":"again","v":[4,4]}')
    expect((await kafka.tools.offsets(name)).every(({ end }) => end > 1)).toBe(true)

    const worker = workerFile(kafka.bootstrap)
    const sink = sinkFile(name, milvus.endpoint, name, name, articleSettings)
    const { exitCode, stderr } = await catchUp(worker, [sink])
    expect(exitCode, stderr).toBe(0)
    const wanted = [
      ...many.filter(({ id }) => id !== 'k3' && id !== 'k4'),
      { id: 'k4', title: 'again', v: [4, 4] },
      { id: 'chosen', title: '漢字 "quoted"', v: [Math.fround(1e-3), 2.5] },
      { id: 'done', title: 'with a header', v: [7, 8] },
    ]
    expect(await readArticles(py, milvus, name)).toEqual(byId(wanted))
    const verified = await startVerb('verify', worker, [sink]).ended
    expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining('equal: collection')])
  })
})
