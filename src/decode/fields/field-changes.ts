import type { Arena } from '../../kafka/arena.ts'
import type { RecordPlace } from '../decoder.ts'
import type { CapturedFields } from './captured-fields.ts'
import type { JsonText } from './json-text.ts'

/**
 * Changes values of records by rules that know no plans. It is given the fields that they need, as a small record of their own; all other fields go by the
 * plan, which does not wait for it.
 */
export interface FieldChanges {
  /** Names of the record's fields that it is given. */
  readonly names: readonly string[]
  /** Whether records' keys are made of these fields: the primary key is then in `writeKey`. */
  readonly makesKey: boolean
  turnTo(arena: Arena, row: number, place: RecordPlace): void
  /** Changes the record that these fields are. False where that cannot be: somebody else says why. */
  change(fields: CapturedFields): boolean
  /** Writes what a field is then, under the name that it has then; false where there is none. */
  write(name: string, out: JsonText): boolean
  writeKey(out: JsonText): boolean
}
