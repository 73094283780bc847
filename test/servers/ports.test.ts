import { expect, test } from 'bun:test'
import { join } from 'node:path'

test('two processes are never given the same port', async () => {
  const ports = 500
  const script = `
    const { freePort } = await import(${JSON.stringify(join(import.meta.dir, 'ports.ts'))})
    const ports = []
    for (let i = 0; i < ${ports}; i++) ports.push(await freePort())
    console.log(JSON.stringify(ports))
    await Bun.stdin.text()`
  const both = [1, 2].map(() => Bun.spawn([process.execPath, '-e', script], { stdin: 'pipe', stdout: 'pipe' }))
  const given = await Promise.all(
    both.map(async ({ stdout }) => {
      // One write of less than a pipe's buffer is one piece.
      const { value } = await stdout.getReader().read()
      return JSON.parse(new TextDecoder().decode(value)) as number[]
    }),
  )
  for (const { stdin, exited } of both) {
    stdin.end()
    await exited
  }
  expect(new Set(given.flat()).size).toBe(2 * ports)
})
