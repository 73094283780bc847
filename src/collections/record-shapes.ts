/** Sample records by what they have in their fields: most records of a topic are of a few shapes, so as many records as one likes take little memory. */
import type { Evidence, FieldEvidence, FieldKind } from './evidence.ts'

export interface ShapeField {
  readonly kind: FieldKind
  /** Of an array of numbers; 0 for all else. */
  readonly length: number
  textBytesMax: number
}

/** Records that have the same fields, with the same kinds of values. */
export interface RecordShape {
  records: number
  readonly fields: ReadonlyMap<string, ShapeField>
  /** Of their record keys; 0 where none had one. */
  keyBytesMax: number
}

/** What records of these shapes have in common. */
export function evidenceOf(shapes: readonly RecordShape[]): Evidence {
  const fields = new Map<string, Gathered>()
  let records = 0
  let keyBytesMax = 0
  for (const shape of shapes) {
    records += shape.records
    keyBytesMax = Math.max(keyBytesMax, shape.keyBytesMax)
    for (const [name, { kind, length, textBytesMax }] of shape.fields) {
      let gathered = fields.get(name)
      if (gathered === undefined) {
        gathered = { kinds: new Map(), lengths: new Map(), textBytesMax: 0 }
        fields.set(name, gathered)
      }
      add(gathered.kinds, kind, shape.records)
      if (kind === 'numbers') add(gathered.lengths, length, shape.records)
      gathered.textBytesMax = Math.max(gathered.textBytesMax, textBytesMax)
    }
  }
  return {
    records,
    fields: Array.from(fields, ([name, gathered]): FieldEvidence => ({ name, ...gathered })),
    keyBytesMax,
  }
}

interface Gathered {
  readonly kinds: Map<FieldKind, number>
  readonly lengths: Map<number, number>
  textBytesMax: number
}

function add<T>(counts: Map<T, number>, what: T, count: number): void {
  counts.set(what, (counts.get(what) ?? 0) + count)
}
