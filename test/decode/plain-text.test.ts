import { expect, test } from 'bun:test'
import type { PlainConverterSettings } from '../../src/config/converters.ts'
import { PlainText } from '../../src/decode/plain-text.ts'

function written(converter: PlainConverterSettings, bytes: readonly number[]): string {
  const text = new PlainText(converter, 'the value')
  if (text.write(Uint8Array.from(bytes), 0, bytes.length) < 0) return text.failure().code
  return Buffer.from(text.bytes.subarray(0, text.length)).toString()
}

test.each<[PlainConverterSettings, readonly number[], string]>([
  [{ kind: 'string' }, [0xc3, 0xa9, 0x22], '"é\\""'],
  [{ kind: 'string' }, [0xff], 'PLAIN_UNREADABLE'],
  [{ kind: 'boolean' }, [1], 'true'],
  [{ kind: 'boolean' }, [2], 'PLAIN_UNREADABLE'],
  [{ kind: 'number', bytes: 2 }, [0xff, 0xfe], '-2'],
  [{ kind: 'number', bytes: 8 }, [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], '9223372036854775807'],
  [{ kind: 'number', bytes: 4 }, [1, 2, 3], 'PLAIN_UNREADABLE'],
  [{ kind: 'float', bytes: 4 }, [0x3f, 0x80, 0, 0], '1'],
  [{ kind: 'float', bytes: 4 }, [0x7f, 0x80, 0, 0], 'PLAIN_UNREADABLE'],
])('%p of %p is %s', (converter, bytes, text) => {
  expect(written(converter, bytes)).toBe(text)
})
