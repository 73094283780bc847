import type { Field } from '../../milvus/schema.ts'
import { ignoredNamesMax } from '../ignored-names.ts'
import type { PlanOptions } from '../plan-options.ts'
import { KeyTable } from './keys.ts'

export type FieldIdsOptions = Pick<PlanOptions, 'fieldNames' | 'leaveOutOthers' | 'nests' | 'inserted'>

/** No key is this: it is not UTF-8. */
const noName = Uint8Array.of(0xff)

/**
 * The keys of a plan in the order of their ids: one for each field, in the order of fields; further names of fields; objects of which fields are
 * taken; fields that are captured for others; names that are left out; names that are counted as ignored. Another name for a field is as fast as its own.
 */
export class FieldIds {
  readonly keys: KeyTable
  /** From here on ids are no fields by themselves. */
  readonly fieldsEnd: number
  readonly aliasesEnd: number
  readonly nestsEnd: number
  readonly capturedEnd: number
  readonly quietEnd: number
  readonly leaveOutOthers: boolean
  private readonly aliases: number[] = []

  /**
   * @param elsewhere the id of a field that records do not bring, or -1
   * @param withheld names that the collection has and records do not bring: they are ignored, and do not go to its dynamic field
   */
  constructor(fields: readonly Field[], elsewhere: number, withheld: readonly string[], options: FieldIdsOptions) {
    const nests = [...(options.nests?.keys() ?? [])]
    const captured = options.inserted?.captured?.names ?? []
    const apart = new Set([...nests, ...captured])
    const renamed = new Map(options.fieldNames)
    for (const name of apart) renamed.delete(name)
    const own = new Set(fields.map(({ name }) => name))
    const namesOf = fields.map(({ name }, id): string[] => {
      if (id === elsewhere) return []
      const names = [...renamed].filter(([, field]) => field === name).map(([given]) => given)
      return renamed.has(name) || apart.has(name) || names.includes(name) ? names : [...names, name]
    })
    const quiet = [...renamed].filter(([, field]) => field === '').map(([name]) => name)
    const known = new Set([...namesOf.flat(), ...apart, ...quiet])
    const strange = [...withheld, ...(elsewhere < 0 ? [] : [fields[elsewhere]!.name])]
    for (const [name, field] of renamed) {
      if (strange.includes(field) || (field !== '' && !own.has(field))) strange.push(name)
    }
    const ignored = [...new Set(strange)].filter((name) => !known.has(name))
    this.keys = new KeyTable(fields.length + known.size + ignored.length + 1 + ignoredNamesMax)
    for (const [name] of namesOf) {
      if (name === undefined) this.keys.add(noName, 0, noName.length)
      else this.keys.addName(name)
    }
    this.fieldsEnd = fields.length
    for (const [id, [, ...others]] of namesOf.entries()) {
      for (const name of others) {
        this.keys.addName(name)
        this.aliases.push(id)
      }
    }
    this.aliasesEnd = this.keys.names.length
    for (const name of nests) this.keys.addName(name)
    this.nestsEnd = this.keys.names.length
    for (const name of captured) this.keys.addName(name)
    this.capturedEnd = this.keys.names.length
    for (const name of quiet) this.keys.addName(name)
    this.quietEnd = this.keys.names.length
    for (const name of ignored) this.keys.addName(name)
    this.leaveOutOthers = options.leaveOutOthers === true
  }

  /** The field that a further name means. */
  fieldOf(alias: number): number {
    return this.aliases[alias - this.fieldsEnd]!
  }
}
