import type { GivenSource } from '../decode/fields/inserted-value.ts'
import type { EventField } from '../decode/plan-options.ts'
import { type EntangledNames, entangledNames, type Look, type NameStep } from './entangled-names.ts'
import type { ReplaceField } from './transforms/replace-field.ts'

/** Where a field comes from that the record, or the row in it, does not have. */
export type AddedSource = GivenSource | { readonly ofEvent: EventField }

/** The names that a record's fields have behind a chain of transforms. */
export class TransformedNames {
  /** All others stay as they are, or go where `includes` says so. */
  readonly mentioned = new Set<string>()
  /** Whether only fields that are mentioned stay. */
  includes = false
  /** Fields that the chain adds and leaves as they are, under the names that they have behind it. */
  readonly inserted = new Map<string, AddedSource>()
  readonly #steps: NameStep[] = []
  readonly #looks: Look[] = []
  readonly #brought = new Set<string>()

  /** What a field of the record is called behind the chain; undefined when it goes. */
  nameOf(name: string): string | undefined {
    let now: string | undefined = name
    for (const step of this.#steps) if (now !== undefined) now = step(now)
    return now
  }

  /** What the chain looks into, with what has to do with it; undefined where it looks at names alone. */
  get entangled(): EntangledNames | undefined {
    return this.#looks.length === 0 ? undefined : entangledNames(this.#steps, this.#looks, this.mentioned)
  }

  get hasLooked(): boolean {
    return this.#looks.length > 0
  }

  get isUntouched(): boolean {
    return this.#steps.length === 0 && !this.hasLooked
  }

  /** What the field was called before that has this name behind the chain; undefined where it is not one of the record's, or could be any of several. */
  givenName(now: string): string | undefined {
    if (this.inserted.has(now)) return undefined
    const given = [...new Set([...this.mentioned, now])].filter((name) => this.nameOf(name) === now)
    return given.length === 1 ? given[0] : undefined
  }

  /** Whether two fields of the record may come to have one name. */
  get mayCollide(): boolean {
    const now = [...new Set([...this.mentioned, ...[...this.mentioned].map((name) => this.nameOf(name) ?? name)])]
      .map((name) => this.nameOf(name))
      .filter((name) => name !== undefined)
    return new Set(now).size < now.length
  }

  /** As ReplaceField does; false where that cannot be said of names alone. */
  replace(step: Pick<ReplaceField, 'include' | 'exclude' | 'renames' | 'nameOf'>): boolean {
    for (const name of [...step.include, ...step.exclude, ...step.renames.keys()]) this.mentioned.add(name)
    if (step.include.size > 0) this.includes = true
    for (const name of this.inserted.keys()) {
      const now = step.nameOf(name)
      // Which of two fields that come to have one name stays is a matter of their order.
      if ((now !== undefined && now !== name) || [...step.renames.values()].includes(name)) return false
      if (now === undefined) this.inserted.delete(name)
    }
    this.#steps.push((name) => step.nameOf(name))
    return true
  }

  /** The same for fields that go. */
  leaveOut(names: readonly string[]): boolean {
    for (const name of names) {
      this.mentioned.add(name)
      this.inserted.delete(name)
    }
    this.#steps.push((name) => (names.includes(name) ? undefined : name))
    return true
  }

  /** The same for fields that are added; of two with one name the last stays. */
  insert(sources: readonly (readonly [string, AddedSource])[]): boolean {
    const taken = new Set<string>()
    for (const [name, source] of sources) {
      taken.add(name)
      this.mentioned.add(name)
      this.inserted.set(name, source)
    }
    this.#steps.push((name) => (taken.has(name) ? undefined : name))
    return true
  }

  /** The same for fields that come along with the row, from around it. None of them may be looked at. */
  bring(sources: readonly (readonly [string, AddedSource])[]): boolean {
    for (const [name] of sources) this.#brought.add(name)
    return this.insert(sources)
  }

  /** Notes fields whose values a transform looks at, and perhaps changes; false where they are not the row's. */
  look(names: readonly string[]): boolean {
    if (names.some((name) => this.#brought.has(name))) return false
    for (const name of names) {
      this.mentioned.add(name)
      this.inserted.delete(name)
      this.#looks.push({ name, after: this.#steps.length })
    }
    return true
  }
}
