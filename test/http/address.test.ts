import { expect, test } from 'bun:test'
import { parseAddress } from '../../src/http/address.ts'

test.each([
  ['8083', '127.0.0.1', 8083, true],
  [':8083', '127.0.0.1', 8083, true],
  ['0', '127.0.0.1', 0, true],
  ['localhost:80', 'localhost', 80, true],
  ['127.1.2.3:80', '127.1.2.3', 80, true],
  ['[::1]:80', '::1', 80, true],
  ['0.0.0.0:80', '0.0.0.0', 80, false],
  ['[::]:80', '::', 80, false],
  ['10.0.0.7:80', '10.0.0.7', 80, false],
  ['Host.example:80', 'host.example', 80, false],
])('%s is %s, port %p', (text, host, port, isLoopback) => {
  expect(parseAddress(text)).toEqual({ host, port, isLoopback })
})

test.each(['', 'localhost', '65536', '-1', '1:2:3', '::1:80', 'http://localhost:80', 'a b:80', '80/'])(
  '%p is refused with what to write',
  (text) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'HTTP_ADDRESS_INVALID', exit: 64 }))
  },
)
