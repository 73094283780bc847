import { recordFields } from '../../columns/create.ts'
import type { CollectionSchema } from '../../milvus/schema.ts'
import { Target } from './target.ts'

/** Where the fields of a row go by their names: to columns, into the dynamic field, or nowhere. Asked when a plan is compiled, never for a record. */
export class RowPlaces {
  /** One for each field that a record's value brings. */
  readonly targets: readonly Target[]
  /** The primary key, where the record's value does not bring it and Milvus does not make it. */
  readonly keyElsewhere: Target | undefined
  private readonly dynamic: boolean
  private readonly byName: ReadonlyMap<string, Target>
  /** All that the collection has. Those that records must not bring, since Milvus writes them or the key comes from elsewhere, are not for its dynamic field. */
  private readonly own: ReadonlySet<string>

  constructor(schema: CollectionSchema, keyElsewhere: boolean) {
    const all = recordFields(schema).map((field, id) => new Target(field, id))
    this.keyElsewhere = keyElsewhere ? all.find(({ field }) => field === schema.primaryKey) : undefined
    this.targets = all.filter((target) => target !== this.keyElsewhere)
    this.dynamic = schema.dynamicField
    this.byName = new Map(this.targets.map((target) => [target.field.name, target]))
    this.own = new Set(schema.fields.map(({ name }) => name))
  }

  target(name: string): Target | undefined {
    return this.byName.get(name)
  }

  /** Whether the dynamic field takes this name. */
  isDynamic(name: string): boolean {
    return this.dynamic && !this.own.has(name)
  }

  isNowhere(name: string): boolean {
    return !this.byName.has(name) && !this.isDynamic(name)
  }
}
