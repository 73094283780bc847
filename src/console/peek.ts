/** The last records of a topic as the sink's plan sees them. Shows values: to the operator who asked, and to nobody else. */
import { ColumnBatch } from '../columns/batch.ts'
import type { SinkSettings } from '../config/setup.ts'
import { compileDecoder, readsDetails } from '../decode/compile.ts'
import { RedkiteError } from '../errors/errors.ts'
import { Arena } from '../kafka/arena.ts'
import { type CollectionSchema, keyAlone } from '../milvus/schema.ts'
import { FieldMatcher } from '../preflight/field-match.ts'
import { RecordTexts } from '../preflight/record-texts.ts'
import { evenShares, newReader, readStretches } from '../preflight/sample.ts'
import { Effect } from '../sink/effect.ts'
import { openEffects } from '../sink/open-effects.ts'
import { askBounds } from '../sink/topic-bounds.ts'
import { whole, wrong } from './answer.ts'
import { readerOf } from './reader-of.ts'
import { schemaOf } from './schema-of.ts'

const arenaBytes = 4 * 1024 * 1024
/** Of a value: a vector is shown by its beginning. */
const valueCharsMax = 60

const effectNames: Readonly<Record<Effect, string>> = {
  [Effect.Put]: 'row',
  [Effect.Delete]: 'delete',
  [Effect.Tombstone]: 'null, passed over',
  [Effect.Dropped]: 'dropped by a filter',
  [Effect.Rejected]: 'rejected',
  [Effect.Waits]: 'waits',
}

/** `words`: topic, and how many records. */
export async function peek(sinks: readonly SinkSettings[], [topic, count]: readonly string[]): Promise<string[]> {
  if (topic === undefined) wrong('peek takes a topic, and how many records')
  const records = whole(count, 10)
  const settings = readerOf(sinks, topic)
  if (settings.collection === '') wrong('peek shows records of sinks that write to one collection')
  const [schema, { stretches }] = await Promise.all([schemaOf(settings), askBounds(settings)])
  const partitions = stretches.filter((one) => one.topic === topic)
  if (partitions.length === 0) wrong(`there is no topic "${topic}"`)
  const shares = evenShares(
    partitions.map(({ from, to }) => to - from),
    records,
  )
  const last = partitions.map(({ partition, to }, index) => ({ topic, partition, from: to - shares[index]!, to }))
  const decoder = compileDecoder(schema, settings)
  const reader = newReader(settings, { wantsDetails: readsDetails(settings, decoder) })
  const assignments = () => reader.assignments
  const effects = openEffects(decoder, schema, settings, assignments)
  const texts = new RecordTexts(settings, assignments)
  const columns = new ColumnBatch(schema, { rowsHint: 1 })
  const deleted = new ColumnBatch(keyAlone(schema), { rowsHint: 1 })
  let matcher: FieldMatcher | undefined
  const lines: string[] = []
  try {
    await readStretches(reader, last, new Arena(arenaBytes, records), async (arena) => {
      for (let row = 0; row < arena.rows && lines.length < linesMax; row++) {
        let effect = effects.of(arena, row, columns, deleted)
        while (effect === Effect.Waits) {
          await effects.waiting()
          effect = effects.of(arena, row, columns, deleted)
        }
        const { partition } = assignments()[arena.assignment[row]!]!
        const { rejection } = effects
        const why = effect === Effect.Rejected ? `: ${rejection!.message} [${rejection!.code}]` : ''
        lines.push(`${topic}:${partition}@${arena.offset[row]!}  ${effectNames[effect]}${why}`)
        const text = await texts.textOf(arena, row)
        if (text !== undefined && !(text instanceof RedkiteError)) {
          matcher ??= new FieldMatcher(settings, schema, assignments)
          const misfits = effect === Effect.Rejected ? await matcher.misfitsOf(arena, row) : noMisfits
          lines.push(...fieldLines(text, schema, misfits))
        }
        columns.truncate(0)
        deleted.truncate(0)
      }
      return true
    })
  } finally {
    await reader.close()
  }
  return lines.length === 0 ? [`${topic} is empty`] : lines
}

/** A screen that scrolls for ever helps nobody. */
const linesMax = 2_000

const noMisfits: ReadonlyMap<string, string> = new Map()

/** Numbers as they are written: JavaScript's own do not hold every id. */
function parsed(text: string): Record<string, unknown> {
  const keepDigits = (_: string, value: unknown, { source }: { source: string }) =>
    typeof value === 'number' ? rawJSON(source) : value
  return JSON.parse(text, keepDigits as never)
}

/** TypeScript does not know it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }

/** A field that cannot be written has the reason behind it; one that the record has not got, a line of its own. */
function fieldLines(text: Uint8Array, schema: CollectionSchema, misfits: ReadonlyMap<string, string>): string[] {
  const record = parsed(new TextDecoder().decode(text))
  const names = new Set(schema.fields.map(({ name }) => name))
  const unseen = [...misfits].filter(([name]) => !Object.hasOwn(record, name)).map(([, why]) => `    ! ${why}`)
  const shown = Object.entries(record).map(([name, value]) => {
    const whole = JSON.stringify(value)
    const cut = whole.length > valueCharsMax ? `${whole.slice(0, valueCharsMax)}… (${whole.length} characters)` : whole
    const where = names.has(name) ? '' : schema.dynamicField ? '  (dynamic field)' : '  (no field, ignored)'
    // A record's text may hold commands to the terminal.
    const mark = misfits.has(name) ? `  ! ${misfits.get(name)}` : ''
    return `    ${name}: ${cut}${where}${mark}`.replaceAll(/\p{Cc}/gu, ' ')
  })
  return [...shown, ...unseen]
}
