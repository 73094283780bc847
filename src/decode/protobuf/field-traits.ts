import type protobuf from 'protobufjs'
import { scalarOf, wireOf } from './scalars.ts'
import { wire } from './wire.ts'

/** What a field's declaration says about how it lies on the wire, and about a field that did not come. */

/** A repeated number may come packed or not, whatever the schema says. */
export function wiresOf(field: protobuf.Field): ReadonlySet<number> {
  field.resolve()
  const scalar = scalarOf(field)
  if (field.map) return new Set([wire.bytes])
  if (scalar === undefined) return new Set([field.delimited ? wire.group : wire.bytes])
  return field.repeated ? new Set([wireOf[scalar]!, wire.bytes]) : new Set([wireOf[scalar]!])
}

/** Whether a field that did not come is absent; else it has its default. A default that the schema gives counts even so. */
export function hasPresence(field: protobuf.Field): boolean {
  field.resolve()
  if (field.repeated || field.map) return false
  if (scalarOf(field) === undefined) return true
  if (field.partOf !== null) return true
  return field.hasPresence && field.options?.default === undefined
}
