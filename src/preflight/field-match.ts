/**
 * Matches each field of a collection with sample records, so that all that does not fit is said at once: the sink itself stops at the first
 * field of a record that does not. Each field is tried by itself, with the sink's own converter and mapping over a schema of that one field,
 * so what fits here is what fits there.
 */
import { ColumnBatch } from '../columns/batch.ts'
import { recordFields } from '../columns/create.ts'
import type { SinkSettings } from '../config/setup.ts'
import { compileDecoder } from '../decode/compile.ts'
import type { RowDecoder } from '../decode/decoder.ts'
import type { Code, RedkiteError } from '../errors/errors.ts'
import type { Arena } from '../kafka/arena.ts'
import type { CollectionSchema, Field } from '../milvus/schema.ts'
import { Effect, Effects } from '../sink/effect.ts'
import { KeySource } from '../sink/keys.ts'
import type { SourceAssignment } from '../sink/ports.ts'

export interface FieldMatch {
  readonly field: Field
  /** Records that were rows at all; those that are no JSON, and tombstones, are left out. */
  records: number
  fits: number
  /** Records without the field, or with null in it. */
  absent: number
  /** What was wrong with the others: how often, and the first message. */
  readonly misfits: Map<Code, { count: number; readonly message: string }>
}

/** That a field can be left out of a record, without a null or default to take its place, is not seen by the record's own decoder. */
const absentCodes: ReadonlySet<Code> = new Set<Code>(['FIELD_MISSING', 'FIELD_NULL'])
/** About the record as a whole, whatever field is tried: the survey of whole records (survey.ts) says these. */
export const recordCodes = /^(RECORD|KEY|TOMBSTONE|TRANSFORM|CHANGE_EVENT)/

export class FieldMatcher {
  readonly matches: readonly FieldMatch[]
  readonly #trials: readonly Trial[]
  readonly #names: Trial

  constructor(settings: SinkSettings, schema: CollectionSchema, assignments: () => readonly SourceAssignment[]) {
    const inRecords = recordFields(schema)
    const fields = inRecords.filter((field) => !(field.primaryKey && settings.keyMode !== 'record_value'))
    const inValue: SinkSettings = { ...settings, keyMode: 'record_value', nullValues: 'ignore' }
    // An absent field has to show, whether the collection minds or not.
    const trial = (only: readonly Field[]) => {
      const strict = only.map((field) =>
        inRecords.includes(field) ? { ...field, nullable: false, hasDefault: false } : field,
      )
      return new Trial({ ...schema, fields: strict, dynamicField: false }, inValue, assignments)
    }
    this.matches = fields.map((field) => ({ field, records: 0, fits: 0, absent: 0, misfits: new Map() }))
    this.#trials = fields.map((field) => trial([field]))
    this.#names = trial(schema.fields)
  }

  /** Keys of the records that no field takes, by how often they came: they go to the dynamic field, or nowhere. */
  otherNames(): ReturnType<RowDecoder['ignoredNames']> {
    return this.#names.decoder.ignoredNames()
  }

  async take(arena: Arena, row: number): Promise<void> {
    await this.#names.take(arena, row)
    for (const [index, trial] of this.#trials.entries()) {
      const match = this.matches[index]!
      const effect = await trial.take(arena, row)
      if (effect === Effect.Put) {
        match.records++
        match.fits++
      } else if (effect === Effect.Rejected) note(match, trial.effects.rejection!)
    }
  }

  /** All that is wrong with the fields of one record, by their names: the sink itself says the first. */
  async misfitsOf(arena: Arena, row: number): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for (const [index, trial] of this.#trials.entries()) {
      if ((await trial.take(arena, row)) !== Effect.Rejected) continue
      const { field } = this.matches[index]!
      const { code, message } = trial.effects.rejection!
      const isAllowed = absentCodes.has(code) && (field.nullable || field.hasDefault)
      if (!recordCodes.test(code) && !isAllowed) found.set(field.name, message)
    }
    return found
  }
}

function note(match: FieldMatch, error: RedkiteError): void {
  if (recordCodes.test(error.code)) return
  match.records++
  if (absentCodes.has(error.code)) {
    match.absent++
    return
  }
  const known = match.misfits.get(error.code)
  if (known === undefined) match.misfits.set(error.code, { count: 1, message: error.message })
  else known.count++
}

/** A schema, tried on records that leave no row behind. */
class Trial {
  readonly decoder: RowDecoder
  readonly effects: Effects
  readonly #columns: ColumnBatch

  constructor(schema: CollectionSchema, settings: SinkSettings, assignments: () => readonly SourceAssignment[]) {
    this.decoder = compileDecoder(schema, settings)
    this.#columns = new ColumnBatch(schema, { rowsHint: 1 })
    const keys = new KeySource('record_value', undefined, assignments, undefined, () => this.decoder.key)
    this.effects = new Effects(this.decoder, keys, 'ignore', assignments)
  }

  async take(arena: Arena, row: number): Promise<Effect> {
    for (;;) {
      const effect = this.effects.of(arena, row, this.#columns, this.#columns)
      this.#columns.truncate(0)
      if (effect !== Effect.Waits) return effect
      await this.effects.waiting()
    }
  }
}
