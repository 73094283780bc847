import { expect, test } from 'bun:test'
import { join } from 'node:path'

test('a task is heard whose thread takes its time to load the program', async () => {
  const main = Bun.spawn([process.execPath, join(import.meta.dir, 'slow-thread.ts')], {
    stdout: 'pipe',
    timeout: 30_000,
  })
  expect({ said: await main.stdout.text(), exitCode: await main.exited }).toEqual({
    said: 'FILES_TOO_FEW',
    exitCode: 0,
  })
})
