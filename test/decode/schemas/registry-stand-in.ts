/** A registry's client that answers from a table, or as it is told, so that tests decide when and with what. */
import { failure } from '../../../src/errors/errors.ts'
import type { RegisteredSchema, RegistryClient, SchemaName } from '../../../src/registry/client.ts'

export class StandInRegistry implements Pick<RegistryClient, 'schema'> {
  /** Ids in the order they were asked for. */
  readonly asked: number[] = []
  /** What it does in place of answering, for as long as it is set. */
  trouble: (() => Promise<never>) | undefined

  constructor(readonly schemas: Readonly<Record<number, RegisteredSchema>>) {}

  async schema(name: SchemaName, what: string): Promise<RegisteredSchema> {
    const id = 'id' in name ? name.id : -1
    this.asked.push(id)
    if (this.trouble !== undefined) return await this.trouble()
    const found = this.schemas[id]
    if (found === undefined) throw failure('SCHEMA_UNKNOWN', what, String(id))
    return found
  }
}

export function schema(type: RegisteredSchema['type'], text: string): RegisteredSchema {
  return { type, text, references: [] }
}
