/** A thread that asks for a file in memory when all the others do (memory-file.test.ts). */
import { readFileSync } from 'node:fs'
import { memoryFile } from '../../src/kafka/memory-file.ts'

declare const self: Worker

self.onmessage = ({ data: { start, name, size } }) => {
  Atomics.wait(start, 0, 0)
  const path = memoryFile(name, new Uint8Array(size))!
  self.postMessage({ path, size: readFileSync(path).length })
}
self.postMessage('ready')
