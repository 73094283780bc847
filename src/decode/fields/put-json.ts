import { failure } from '../../errors/errors.ts'
import { decodeColumnValue } from '../json/column-value.ts'
import { diagnose } from '../json/diagnose.ts'
import { reason } from '../json/reason.ts'
import { levelsMax } from '../json/skip.ts'
import type { JsonText } from './json-text.ts'
import type { Target } from './target.ts'
import { unfit } from './trouble.ts'

/**
 * Reads a value written as JSON text into the target's column, by the very rules for values of JSON records: so all formats convert alike, and a type
 * that the JSON decoder learns is learned by all.
 *
 * Slower than a way of its own (bench/decode), and good enough for all but vectors, numbers and texts.
 */
export function putJson(text: JsonText, target: Target): number {
  text.terminate()
  const { bytes, view, length } = text
  if (bytes[0] === 0x6e) return target.putNull()
  const next = decodeColumnValue(bytes, view, 0, length, 1, target.field.type, target.column)
  if (next === length) return 0
  return unfit(next === reason.tooDeep ? failure('RECORD_TOO_DEEP', levelsMax) : diagnose(bytes, view, 0, target.field))
}
