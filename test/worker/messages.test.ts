import { expect, test } from 'bun:test'
import { failure, RedkiteError } from '../../src/errors/errors.ts'
import { postable, restored } from '../../src/worker/messages.ts'

test("redkite's errors keep their code, label and exit code between threads", () => {
  const error = failure('TOMBSTONE')
  const there = restored(structuredClone(postable(error)))
  expect(there).toBeInstanceOf(RedkiteError)
  expect(there).toMatchObject({ code: error.code, message: error.message, label: error.label, exit: error.exit })
})

test('a bug stays a bug, with the place where it happened', () => {
  const bug = new TypeError('undefined is not a function')
  const there = restored(structuredClone(postable(bug)))
  expect(there).not.toBeInstanceOf(RedkiteError)
  expect(there.message).toBe(bug.message)
  expect(there.stack).toBe(bug.stack!)
  expect(restored(postable('text')).message).toBe('text')
})
