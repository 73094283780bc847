import protobuf from 'protobufjs'
import { isTimestamp, isTransparent } from './message-text.ts'
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

/** The type of a message whose JSON is an object of its fields; undefined where a field is anything else. */
export function objectType({ resolvedType: type, repeated, map }: protobuf.Field): protobuf.Type | undefined {
  if (!(type instanceof protobuf.Type) || repeated || map) return undefined
  return isTransparent(type) || isTimestamp(type) ? undefined : type
}

/** Whether a member of its oneof that comes later undoes it. */
export function isOneOfSeveral({ partOf }: protobuf.Field): boolean {
  return partOf !== null && partOf.fieldsArray.length > 1
}
