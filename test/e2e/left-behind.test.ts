/** A run of tests that ends without a word, by SIGKILL, leaves no redkite behind. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { diesWithParent } from '../servers/child.ts'
import { dataFolder, isAlive, removeFolder } from '../servers/place.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvusLite, sharedPyMilvus, unique } from '../servers/shared.ts'
import { createPoints } from './points.ts'
import { sinkFile, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

test('a redkite dies with the test process that started it', async () => {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
  const name = unique('left')
  await kafka.tools.createTopic(name)
  await createPoints(py, milvus, name)
  const files = [workerFile(kafka.bootstrap), [sinkFile(name, milvus.endpoint, name, name)]]
  const folder = dataFolder('left')
  const running = join(folder, 'running.test.ts')
  await Bun.write(
    running,
    `import { test } from 'bun:test'
     import { startRedkite } from ${JSON.stringify(join(import.meta.dir, 'redkite.ts'))}
     test('runs', async () => {
       const redkite = startRedkite(...${JSON.stringify(files)})
       while (!redkite.stderr().includes('assigned')) await Bun.sleep(10)
       console.log('redkite ' + redkite.pid)
       await redkite.ended
     }, 1_000_000)`,
  )
  const tests = Bun.spawn([...diesWithParent, process.execPath, 'test', running], { stdout: 'pipe', stderr: 'pipe' })
  let said = ''
  const decoder = new TextDecoder()
  for await (const chunk of tests.stdout) {
    said += decoder.decode(chunk, { stream: true })
    if (said.includes('redkite ')) break
  }
  const pid = Number(/redkite (\d+)/.exec(said)?.[1])
  expect(isAlive(pid)).toBe(true)
  tests.kill('SIGKILL')
  await tests.exited
  await until('it is gone', () => !isAlive(pid), 30_000)
  removeFolder(folder)
})
