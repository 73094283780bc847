import type { Transform } from '../transform.ts'

/** Drops each record that its predicate lets through to it. */
export const filter: Transform = { apply: () => false }

/** SetSchemaMetadata: names and versions of Connect schemas, which rows have none of. */
export const noEffect: Transform = { apply: () => true }
