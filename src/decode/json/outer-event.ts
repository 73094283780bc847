import type { EventOptions } from '../plan-options.ts'
import { Nest } from './nest.ts'
import type { OpenRow } from './open-row.ts'
import { OuterObject } from './outer-object.ts'
import { reason } from './reason.ts'
import type { RecordWalker } from './record.ts'
import { skipValue } from './skip.ts'

/** What is wanted of a field of the event: its value, or fields of its value. */
interface Taken {
  readonly field: number
  readonly nest: Nest | undefined
}

const nothing: Taken = { field: -1, nest: undefined }

/**
 * A change event around its row (Debezium's ExtractNewRecordState), and what of it is to stand in the row. One that is none, or that has no row in
 * "after", is `unseen`: what it becomes is for those who see all of it first.
 */
export class OuterEvent extends OuterObject {
  private readonly op: number
  /** By the ids of the event's names. */
  private readonly taken: readonly Taken[]
  private readonly nests: readonly Nest[]
  /** Fields taken from inside, which the event's own of this name stands in for. */
  private readonly standIns: readonly { readonly field: number; readonly id: number }[]
  private readonly seen: Uint8Array

  constructor(
    name: string,
    private readonly row: OpenRow,
    { fields }: EventOptions,
    inner: Pick<RecordWalker, 'walkFields'>,
  ) {
    super(name, inner, 1 + 2 * fields.size)
    const taken: Taken[] = [nothing]
    const idOf = (of: string): number => {
      const known = this.keys.names.indexOf(of)
      const id = known >= 0 ? known : this.keys.addName(of)
      while (taken.length <= id) taken.push(nothing)
      return id
    }
    this.op = idOf('op')
    const structs = new Map<string, Map<string, string>>()
    const standIns: { readonly field: number; readonly id: number }[] = []
    for (const [to, { struct, field }] of fields) {
      const id = idOf(field)
      if (struct === undefined) taken[id] = { ...taken[id]!, field: row.idByName.get(to)! }
      else {
        structs.set(struct, (structs.get(struct) ?? new Map()).set(field, to))
        standIns.push({ field: row.idByName.get(to)!, id })
      }
    }
    for (const [struct, names] of structs) {
      const id = idOf(struct)
      taken[id] = { ...taken[id]!, nest: new Nest(names, row) }
    }
    this.taken = taken
    this.nests = taken.flatMap(({ nest }) => nest ?? [])
    this.standIns = standIns
    this.seen = new Uint8Array(this.keys.namesMax)
  }

  override begin(): void {
    super.begin()
    this.seen.fill(0)
    for (let i = 0; i < this.nests.length; i++) this.nests[i]!.begin()
  }

  override get verdict(): number {
    const verdict = super.verdict
    if (verdict !== 0) return verdict === reason.nullValue ? reason.unseen : verdict
    if (this.seen[this.op] === 0) return reason.unseen
    for (const nest of this.nests) if (nest.isDeclined) return reason.declined
    for (const { field, id } of this.standIns) {
      if (this.seen[id] !== 0 && this.row.isMissing(field)) return reason.declined
    }
    return 0
  }

  protected override takeOther(
    id: number,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    recordEnd: number,
    level: number,
  ): number {
    if (id < 0) return skipValue(bytes, view, at, level)
    this.seen[id] = 1
    const { field, nest } = this.taken[id] ?? nothing
    if (nest !== undefined) return nest.enter(bytes, view, at, recordEnd, level)
    return field >= 0 ? this.row.take(field, bytes, view, at, recordEnd, level) : skipValue(bytes, view, at, level)
  }
}
