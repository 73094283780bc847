import { expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../e2e/until.ts'
import { dataFolder, isAlive, removeFolder } from './place.ts'
import { serverTimeoutMs } from './shared.ts'

setDefaultTimeout(serverTimeoutMs)

test('a server dies with the test process, however that ends', async () => {
  const folder = dataFolder('orphan')
  const script = join(folder, 'parent.ts')
  await Bun.write(
    script,
    `import { Child } from ${JSON.stringify(join(import.meta.dir, 'child.ts'))}
     const child = new Child({ name: 'sleep', command: ['sleep', '1000'], logFile: ${JSON.stringify(join(folder, 'log'))} })
     console.log(child.pid)
     setInterval(() => {}, 1000)`,
  )
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const parent = Bun.spawn([process.execPath, script], { stdout: 'pipe' })
    const { value } = await parent.stdout.getReader().read()
    const pid = Number(new TextDecoder().decode(value))
    expect(isAlive(pid)).toBe(true)
    // Before `setpriv` has told the kernel, and become the command, nothing ties it to its parent.
    await until('the command runs', () => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n')
    parent.kill(signal)
    await parent.exited
    for (const deadline = Date.now() + 30_000; isAlive(pid) && Date.now() < deadline; await Bun.sleep(10));
    expect(isAlive(pid)).toBe(false)
  }
  removeFolder(folder)
})
