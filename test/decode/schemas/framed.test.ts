import { describe, expect, test } from 'bun:test'
import { reason } from '../../../src/decode/json/reason.ts'
import { readProtobufText } from '../../../src/decode/protobuf/schema.ts'
import { Framed, OnePlan, type SchemaPlans } from '../../../src/decode/schemas/framed.ts'
import { MessagePlans } from '../../../src/decode/schemas/message-plans.ts'
import { SchemaCache } from '../../../src/decode/schemas/schema-cache.ts'
import { StandInRegistry, schema } from './registry-stand-in.ts'

const proto = `
  syntax = "proto3";
  package a;
  message First { message Inner { message Innermost { int64 x = 1; } } message Second { } }
  message Other { }
`

/** Plans are the names of what they read. */
function framed(): { framed: Framed<string>; registry: StandInRegistry } {
  const registry = new StandInRegistry({
    1: schema('PROTOBUF', proto),
    16909060: schema('PROTOBUF', 'one'),
    4294967294: schema('PROTOBUF', 'one'),
  })
  const compile = ({ text }: { text: string }): SchemaPlans<string> =>
    text === 'one' ? new OnePlan(text) : new MessagePlans(readProtobufText(text), ({ name }) => name, 'record value')
  const cache = new SchemaCache({ client: registry, type: 'PROTOBUF', what: 'record value', compile, warn: () => {} })
  return { framed: new Framed(cache, 'record value'), registry }
}

/** The plan and what it is to read, or the code of the error. Something stands before and after the record. */
async function read(
  { framed }: { framed: Framed<string> },
  record: readonly number[],
): Promise<[string, number[]] | string> {
  const bytes = Uint8Array.from([9, 9, 9, ...record, 1, 1, 1])
  const end = 3 + record.length
  let at = framed.locate(bytes, 3, end)
  if (at === reason.waits) {
    await framed.cache.waiting()
    at = framed.locate(bytes, 3, end)
  }
  if (at < 0) return framed.failure().code
  return [framed.plan, [...bytes.subarray(at, end)]]
}

describe('the header', () => {
  test('is a zero byte and an id of four bytes, with all its bits', async () => {
    const one = framed()
    expect(await read(one, [0, 1, 2, 3, 4, 50, 51])).toEqual(['one', [50, 51]])
    expect(await read(one, [0, 255, 255, 255, 254])).toEqual(['one', []])
    expect(one.registry.asked).toEqual([0x01020304, 0xfffffffe])
  })

  test('that is missing or cut off is said, and what looks like JSON is', async () => {
    const one = framed()
    for (const bad of [[], [0], [0, 0, 0, 0], [1, 0, 0, 0, 1, 0]])
      expect(await read(one, bad)).toBe('RECORD_NOT_FRAMED')
    expect(await read(one, [...Buffer.from('{"id":7}')])).toBe('RECORD_NOT_FRAMED')
    expect(one.framed.failure().message).toContain('like JSON')
    expect(one.registry.asked).toEqual([])
  })

  test('that names an unknown schema is an error of the record alone', async () => {
    const one = framed()
    expect(await read(one, [0, 0, 0, 0, 77, 0])).toBe('SCHEMA_UNKNOWN')
    expect(await read(one, [0, 1, 2, 3, 4, 5])).toEqual(['one', [5]])
  })
})

describe('message indexes', () => {
  const at = (...rest: number[]) => [0, 0, 0, 0, 1, ...rest]

  test('say which message a record is; a lone zero is the first', async () => {
    const one = framed()
    expect(await read(one, at(0, 42))).toEqual(['First', [42]])
    expect(await read(one, at(2, 0, 42))).toEqual(['First', [42]])
    expect(await read(one, at(2, 2, 42))).toEqual(['Other', [42]])
    expect(await read(one, at(4, 0, 0, 42))).toEqual(['Inner', [42]])
    expect(await read(one, at(4, 0, 2))).toEqual(['Second', []])
    expect(await read(one, at(6, 0, 0, 0, 42))).toEqual(['Innermost', [42]])
    expect(await read(one, at(0, 43))).toEqual(['First', [43]])
    expect(one.registry.asked).toEqual([1])
  })

  test('of no message are an error of the record, each time', async () => {
    const one = framed()
    for (let i = 0; i < 2; i++) {
      expect(await read(one, at(2, 4))).toBe('PROTOBUF_MESSAGE_UNKNOWN')
      expect(await read(one, at(4, 2, 0))).toBe('PROTOBUF_MESSAGE_UNKNOWN')
    }
  })

  test('that are cut off, negative, endless or too many are an error of the record', async () => {
    const one = framed()
    const bads = [[], [2], [4, 0], [1, 0], [2, 1], [128], [255, 255, 255, 255, 255, 255, 1], [254, 255, 255, 255, 15]]
    for (const bad of bads) expect([bad, await read(one, at(...bad))]).toEqual([bad, 'RECORD_INDEXES_BAD'])
  })
})
