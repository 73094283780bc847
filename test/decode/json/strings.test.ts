import { expect, test } from 'bun:test'
import { copied, copyString, skipString } from '../../../src/decode/json/strings.ts'
import { paddingBytes } from '../../../src/decode/json/whitespace.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** The least and most that may follow some first byte, and what lies beside them. */
const following = [0x00, 0x1f, 0x20, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff]

function taken(text: readonly number[]): boolean {
  try {
    return [...decoder.decode(Uint8Array.from(text))].every((character) => character >= ' ')
  } catch {
    return false
  }
}

test('of characters beyond ASCII those are taken that are UTF-8, whatever their first bytes', () => {
  let count = 0
  for (let first = 0x80; first < 0x100; first++) {
    for (const second of following) {
      for (const third of following) {
        // What stands behind must not change what is thought of the first.
        for (const behind of [[], [0x80], [0xe6, 0x97, 0xa5]]) {
          const text = [first, second, third, ...behind]
          const bytes = Uint8Array.from([...text, 0x22, ...new Uint8Array(paddingBytes)])
          const view = new DataView(bytes.buffer)
          const out = new Uint8Array(text.length + 4)
          const next = copyString(bytes, view, 0, out, new DataView(out.buffer), 0)
          const should = taken(text)
          const say = Buffer.from(text).toString('hex')
          expect(next, say).toBe(should ? text.length + 1 : next < 0 ? next : -1)
          expect(skipString(bytes, view, 0), say).toBe(next)
          if (!should) continue
          expect([...out.subarray(0, copied.end)], say).toEqual(text)
          count++
        }
      }
    }
  }
  // Else nothing was taken, and nothing compared.
  expect(count).toBeGreaterThan(1000)
})
