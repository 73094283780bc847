import { describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockFile } from '../../src/lock/file-lock.ts'
import { lockName, lockNames } from '../../src/lock/run-lock.ts'
import { diesWithParent } from '../servers/child.ts'

const orders = lockName('orders', `host-${process.pid}:9092`, 'connect-orders')
const users = lockName('users', `host-${process.pid}:9092`, 'connect-users')

describe('a lock by name', () => {
  test('is held by one until it gives it back', async () => {
    const first = await lockNames([orders])
    await expect(lockNames([users, orders])).rejects.toMatchObject({ code: 'ALREADY_RUNNING', exit: 42 })
    // The refused one keeps nothing of what it had.
    const other = await lockNames([users])
    first.release()
    other.release()
    const again = await lockNames([orders, users])
    again.release()
  })

  test('is the group on its cluster', () => {
    expect(orders.key).not.toBe(users.key)
    expect(orders.key).not.toBe(lockName('orders', 'elsewhere:9092', 'connect-orders').key)
    expect(orders.key).toBe(lockName('renamed', `host-${process.pid}:9092`, 'connect-orders').key)
  })

  test('is free again when its holder was killed', async () => {
    const source = join(import.meta.dir, '../../src/lock/run-lock.ts')
    const code = `const { lockNames } = await import(${JSON.stringify(source)});
      await lockNames([${JSON.stringify(orders)}]); console.log('held'); setInterval(() => {}, 1000)`
    const holder = Bun.spawn([...diesWithParent, process.execPath, '-e', code], { stdout: 'pipe' })
    await holder.stdout.getReader().read()
    await expect(lockNames([orders])).rejects.toMatchObject({ code: 'ALREADY_RUNNING' })
    holder.kill('SIGKILL')
    await holder.exited
    const lock = await lockNames([orders])
    lock.release()
  })
})

describe('a lock on a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-lock-'))
  const path = join(folder, 'orders.lock')

  test('is held by one, and its file goes with it', () => {
    const lock = lockFile(path, 'orders')
    expect(() => lockFile(path, 'orders')).toThrow('another run of orders')
    expect(existsSync(path)).toBe(true)
    lock.release()
    expect(readdirSync(folder)).toEqual([])
  })

  test('does not mind a file that a killed run left behind', () => {
    writeFileSync(path, '')
    lockFile(path, 'orders').release()
    expect(readdirSync(folder)).toEqual([])
  })

  test('leaves a file that holds something where it is', () => {
    writeFileSync(path, 'bootstrap.servers=localhost:9092')
    const lock = lockFile(path, 'orders')
    expect(() => lockFile(path, 'orders')).toThrow('another run of orders')
    lock.release()
    expect(readFileSync(path, 'utf8')).toBe('bootstrap.servers=localhost:9092')
    rmSync(path)
  })

  test('says why it cannot be taken', () => {
    const nowhere = join(folder, 'missing', 'lock')
    expect(() => lockFile(nowhere, 'orders')).toThrow(`${nowhere}: no such file or folder`)
    expect(() => lockFile(nowhere, 'orders')).toThrow(expect.objectContaining({ code: 'LOCK_IMPOSSIBLE', exit: 64 }))
    rmSync(folder, { recursive: true })
  })
})
