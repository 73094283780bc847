import { expect, test } from 'bun:test'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { memoryFile } from '../../src/kafka/memory-file.ts'

const bytes = crypto.getRandomValues(new Uint8Array(60_000))

test('a file in memory holds the bytes it was given', () => {
  const path = memoryFile('redkite-test-content', bytes)!
  expect(path).toStartWith('/proc/self/fd/')
  expect(readFileSync(path)).toEqual(Buffer.from(bytes))
})

test('a file in memory cannot be changed once it is there', () => {
  const path = memoryFile('redkite-test-sealed', bytes)!
  expect(() => writeFileSync(openSync(path, 'r+'), 'other')).toThrow()
  expect(readFileSync(path)).toEqual(Buffer.from(bytes))
})

test('asked again, the process gets the file it has', () => {
  expect(memoryFile('redkite-test-again', bytes)).toBe(memoryFile('redkite-test-again', bytes)!)
  expect(memoryFile('redkite-test-another', bytes)).not.toBe(memoryFile('redkite-test-again', bytes))
})

test('a descriptor that somebody reads the file through for a moment is not taken for it', () => {
  const lower = openSync('/dev/null', 'r')
  const path = memoryFile('redkite-test-read', bytes)!
  closeSync(lower)
  const reader = openSync(path, 'r')
  expect(reader).toBe(lower)
  expect(memoryFile('redkite-test-read', bytes)).toBe(path)
  closeSync(reader)
})

test('threads that ask at the same moment share one whole file', async () => {
  const start = new Int32Array(new SharedArrayBuffer(4))
  const workers = Array.from({ length: 8 }, () => new Worker(new URL('./memory-file.worker.ts', import.meta.url).href))
  const ask = (worker: Worker, message: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data)
      worker.onerror = (event) => reject(new Error(event.message))
      if (message !== undefined) worker.postMessage(message)
    })
  try {
    await Promise.all(workers.map((worker) => ask(worker, undefined)))
    const answers = workers.map((worker) => ask(worker, { start, name: 'redkite-test-threads', size: 8_000_000 }))
    Atomics.store(start, 0, 1)
    Atomics.notify(start, 0)
    const seen = (await Promise.all(answers)) as { path: string; size: number }[]
    expect(new Set(seen.map((answer) => answer.path)).size).toBe(1)
    expect(new Set(seen.map((answer) => answer.size))).toEqual(new Set([8_000_000]))
  } finally {
    for (const worker of workers) worker.terminate()
  }
})
