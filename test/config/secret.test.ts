import { expect, test } from 'bun:test'
import { inspect } from 'node:util'
import { hiding, Secret } from '../../src/config/secret.ts'

test('a secret shows itself as [hidden] to every way of printing', () => {
  const secret = new Secret('hunter2')
  const shown = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }),
    Bun.inspect({ secret }),
    inspect(secret, { showHidden: true }),
  ]
  for (const text of shown) {
    expect(text).toContain('[hidden]')
    expect(text).not.toContain('hunter2')
  }
  expect(secret.reveal()).toBe('hunter2')
})

test('a record prints its secret entries as [hidden] and still gives them by name', () => {
  const record = hiding({ user: 'ann', password: 'hunter2' }, (name) => name === 'password')
  for (const text of [
    JSON.stringify(record),
    inspect(record),
    Bun.inspect(record),
    inspect({ nested: { record } }, { depth: 9 }),
  ]) {
    expect(text).toContain('ann')
    expect(text).not.toContain('hunter2')
  }
  expect(Object.entries(record)).toEqual([
    ['user', 'ann'],
    ['password', 'hunter2'],
  ])
})
