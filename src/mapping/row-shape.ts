import type { EventField, FlatNames } from '../decode/plan-options.ts'
import { TransformedNames } from './transformed-names.ts'
import type { ExtractNewRecordState } from './transforms/extract-new-record-state.ts'

/**
 * Where in the record its row lies, behind a chain of transforms that change a value's shape, and what its fields are called. Each method does as the transform
 * does; false where that cannot be said before the first record.
 */
export class RowShape {
  /** The fields that lead from the record to the object that is the row. */
  path: readonly string[] = []
  /** How many steps of the path lead to the change event that has the row in "after". */
  eventAt: number | undefined
  /** What its fields become; of a row that is flattened, those of the objects inside of it too. */
  names = new TransformedNames()
  flat: FlatNames | undefined
  /** The fields of objects that were put around the row, the outermost first. */
  around: readonly string[] = []

  /** ExtractField. */
  extract(path: readonly string[]): boolean {
    return path.every((step) => this.#extractOne(step))
  }

  #extractOne(field: string): boolean {
    if (this.around.length > 0) {
      const [outermost, ...others] = this.around
      this.around = others
      return outermost === field
    }
    // What is left of a flattened row has no objects inside.
    const given = this.flat === undefined ? this.names.givenName(field) : undefined
    if (given === undefined) return false
    this.path = [...this.path, given]
    this.names = new TransformedNames()
    return true
  }

  /** HoistField. */
  hoist(field: string): boolean {
    this.around = [field, ...this.around]
    return true
  }

  flatten(delimiter: string): boolean {
    const { names, around } = this
    if (this.flat !== undefined) return around.length === 0
    if (delimiter === '' || around.includes('') || names.mayCollide) return false
    const prefix = around.join(delimiter)
    const inserted = [...names.inserted].map(
      ([name, source]) => [prefix === '' ? name : prefix + delimiter + name, source] as const,
    )
    // A field inside of an object may come to have such a name, and which of the two stays is a matter of their order.
    if ([...names.inserted.keys()].some((name) => name === '' || name.includes(delimiter))) return false
    this.flat = { delimiter, prefix, nameOf: (name) => names.nameOf(name) }
    this.around = []
    this.names = new TransformedNames()
    return this.names.bring(inserted)
  }

  unwrap({ fields, rewrites, routeBy }: Pick<ExtractNewRecordState, 'fields' | 'rewrites' | 'routeBy'>): boolean {
    if (this.flat !== undefined || this.around.length > 0 || this.eventAt !== undefined) return false
    if (!this.names.isUntouched || routeBy !== undefined || !areApart(fields)) return false
    this.eventAt = this.path.length
    this.path = [...this.path, 'after']
    return (
      this.names.bring(fields.map(({ name, struct, field }) => [name, { ofEvent: { struct, field } }])) &&
      (!rewrites || this.names.bring([['__deleted', { text: 'false' }]]))
    )
  }
}

/** Whether each is found on a way of its own, and none within the row. */
function areApart(fields: readonly EventField[]): boolean {
  const own = fields.filter(({ struct }) => struct === undefined).map(({ field }) => field)
  const ways = fields.map(({ struct, field }) => JSON.stringify([struct, field]))
  const meetsRow = fields.some(({ struct, field }) => struct === 'after' || field === 'after')
  return !meetsRow && new Set(ways).size === ways.length && !fields.some(({ struct }) => own.includes(struct ?? ''))
}
