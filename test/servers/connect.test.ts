import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { startConnectStandalone } from './connect.ts'
import { isAlive } from './place.ts'
import { serverTimeoutMs, sharedKafka, unique } from './shared.ts'

setDefaultTimeout(serverTimeoutMs)

const topic = unique('handed-over')
const name = unique('sink')
const workers: Awaited<ReturnType<typeof startConnectStandalone>>[] = []

afterAll(() => {
  for (const worker of workers) {
    worker.remove()
  }
})

async function start() {
  const { bootstrap } = await sharedKafka()
  const worker = await startConnectStandalone({ bootstrap, name, topics: topic })
  workers.push(worker)
  return worker
}

async function linesOf(file: string, count: number): Promise<string[]> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await Bun.sleep(50)) {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
    if (lines.length >= count) {
      return lines
    }
  }
  throw new Error(`${file} never had ${count} lines`)
}

test('a Connect worker commits to connect-NAME when it stops, and goes on where the offsets say', async () => {
  const { tools } = await sharedKafka()
  await tools.createTopic(topic)
  await tools.produce(topic, [{ value: 'one' }, { value: 'two' }, { value: 'three' }])

  const first = await start()
  expect(await linesOf(first.outputFile, 3)).toEqual(['one', 'two', 'three'])
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)
  expect(await tools.groupOffset(`connect-${name}`, topic)).toBe(3)

  await tools.setGroupOffsets(`connect-${name}`, [{ topic, partition: 0, offset: 2 }])
  const second = await start()
  expect(await linesOf(second.outputFile, 1)).toEqual(['three'])
  await second.stop()
})
