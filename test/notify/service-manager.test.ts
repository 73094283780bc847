import { describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { socketAddress } from '../../src/notify/datagram.ts'
import { serviceManager, watchdogMs } from '../../src/notify/service-manager.ts'
import { until } from '../e2e/until.ts'
import { startNotifySocket } from '../servers/notify-socket.ts'

describe('a datagram socket hears every word', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redkite-notify-'))
  const addresses = [join(folder, 'socket'), `@redkite-notify-${process.pid}`]
  test.each(addresses)('at %s', async (address) => {
    const socket = await startNotifySocket(address)
    const manager = serviceManager({ NOTIFY_SOCKET: address, WATCHDOG_USEC: '3000000' })
    const before = uptimeMicroseconds()
    manager.ready('2 sinks\nopened')
    manager.status('10 rows')
    manager.status('10 rows')
    manager.alive()
    manager.reloading()
    manager.ready('10 rows')
    manager.stopping(20_000)
    await until('all is heard', () => socket.heard.length >= 6)
    const reload = socket.heard[3]!
    expect(socket.heard).toEqual([
      { READY: '1', STATUS: '2 sinks opened' },
      { STATUS: '10 rows' },
      { WATCHDOG: '1' },
      { RELOADING: '1', MONOTONIC_USEC: expect.stringMatching(/^\d+$/) },
      { READY: '1', STATUS: '10 rows' },
      { STOPPING: '1', EXTEND_TIMEOUT_USEC: '20000000' },
    ])
    expect(Math.abs(Number(reload.MONOTONIC_USEC) - before)).toBeLessThan(60e6)
    expect(manager.watchdogMs).toBe(3_000)
    manager.close()
    await socket.stop()
    rmSync(folder, { recursive: true, force: true })
  })
})

test('without NOTIFY_SOCKET, or with one that nobody listens at, nothing happens', () => {
  for (const address of [undefined, '', 'vsock:2:1', '/nonexistent/socket', '@redkite-nobody']) {
    const manager = serviceManager({ NOTIFY_SOCKET: address })
    expect(() => {
      manager.ready('1 sink')
      manager.alive()
      manager.close()
    }).not.toThrow()
  }
})

test('the watchdog is meant for one process', () => {
  expect(watchdogMs({}, 7)).toBeUndefined()
  expect(watchdogMs({ WATCHDOG_USEC: '0' }, 7)).toBeUndefined()
  expect(watchdogMs({ WATCHDOG_USEC: '2000000' }, 7)).toBe(2_000)
  expect(watchdogMs({ WATCHDOG_USEC: '2000000', WATCHDOG_PID: '7' }, 7)).toBe(2_000)
  expect(watchdogMs({ WATCHDOG_USEC: '2000000', WATCHDOG_PID: '8' }, 7)).toBeUndefined()
})

test('a name that is too long for a socket is refused', () => {
  expect(socketAddress('@a')).toEqual(new Uint8Array([1, 0, 0, 97]))
  expect(() => socketAddress(`@${'a'.repeat(108)}`)).toThrow(RangeError)
})

/** /proc/uptime counts suspended time too, CLOCK_MONOTONIC does not: near enough on a machine that runs tests. */
function uptimeMicroseconds(): number {
  const text = readFileSync('/proc/uptime', 'utf8')
  return Number(text.split(' ')[0]) * 1e6
}
