/**
 * A name that begins with U+FEFF is another one than the same name without. Tables of names lost the mark, so that of two such fields in a record whose mapping goes over
 * JSON text one stood in for the other.
 */
import { expect, test } from 'bun:test'
import { compileDecoder } from '../../src/decode/compile.ts'
import { Effect } from '../../src/sink/effect.ts'
import { collection, key, vector } from '../columns/schema.ts'
import { sink } from '../config/files.ts'
import { Way } from '../mapping/way.ts'

test('fields whose names are told apart by a byte order mark alone both reach the dynamic field over JSON text', () => {
  const schema = collection([key('id'), vector('v', 2)], true)
  const settings = sink({ sink: 'field.mapping=v:parts.0.v' })
  const way = new Way(compileDecoder(schema, settings), schema, settings)
  const value = Buffer.from('{"id":1,"\ufeffcolor":"red","color":"blue","parts":[{"v":[1,2]}]}')
  const { effect, says } = way.take({ value, key: null })
  expect(effect).toBe(Effect.Put)
  const [dynamic] = (says as unknown[][]).at(-1)!
  expect(dynamic).toEqual([
    ['color', 'blue'],
    ['\ufeffcolor', 'red'],
  ])
})
