import { expect, test } from 'bun:test'
import { type Part, PausedParts } from '../../src/sink/paused-parts.ts'

/** `orders` is the topic, `orders:1` a partition of it; `+` pauses, `-` resumes. */
function after(...words: string[]): PausedParts {
  const parts = new PausedParts()
  for (const word of words) {
    const [topic, partition] = word.slice(1).split(':')
    const part: Part = { topic: topic!, partition: partition === undefined ? undefined : Number(partition) }
    if (word.startsWith('+')) parts.pause(part)
    else parts.resume(topic === '' ? undefined : part)
  }
  return parts
}

const shown = (parts: PausedParts) =>
  ['orders', 'users'].flatMap((topic) => [0, 1, 2].filter((n) => parts.has(topic, n)).map((n) => `${topic}:${n}`))

test.each([
  [[], []],
  [['+orders:1'], ['orders:1']],
  [['+orders:1', '-orders:1'], []],
  [['+orders'], ['orders:0', 'orders:1', 'orders:2']],
  [
    ['+orders', '-orders:1'],
    ['orders:0', 'orders:2'],
  ],
  [
    ['+orders', '-orders:1', '+orders:1'],
    ['orders:0', 'orders:1', 'orders:2'],
  ],
  [
    ['+orders', '-orders:1', '+orders'],
    ['orders:0', 'orders:1', 'orders:2'],
  ],
  [['+orders:0', '+orders:2', '-orders', '+users:1'], ['users:1']],
  [['+orders:0', '+users', '-'], []],
])('after %p are paused %p, and somebody who is told comes to the same', (words, paused) => {
  const parts = after(...words)
  expect(shown(parts)).toEqual(paused)
  const other = new PausedParts()
  parts.tell(other)
  expect(shown(other)).toEqual(paused)
})
