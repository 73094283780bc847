import { type CollectionSchema, DataType } from './schema.ts'

/**
 * What a server takes, by the version that it says. Asked before a schema is made, because an older server does not refuse all that it does
 * not know: 2.3.5 takes `nullable` and forgets it, and dies of an unknown type (tried on 2.3.5 and Lite 3.2.2; the rest is from Milvus' release notes).
 */
export interface ServerFeatures {
  /** Fields other than keys and vectors may be null. */
  readonly nullableFields: boolean
  readonly severalVectors: boolean
}

/** What a schema does to a server that takes it; undefined: nothing that is known. */
export function dangerOf({ fields }: CollectionSchema, serverVersion: string): string | undefined {
  const half = fields.find(({ type }) => type === DataType.Float16Vector)
  if (half === undefined || !/^v?2\.3\./.test(serverVersion)) return undefined
  return `Milvus ${serverVersion} takes field "${half.name}" (FLOAT16_VECTOR), and goes down as soon as it merges what two requests brought; use Milvus 2.4 or newer, or a FLOAT_VECTOR`
}

/** `v2.3.5`, `2.5.4`, `v2.3.5-lite` (the full server from PyPI), `milvus_lite-3.2.2` (Milvus Lite). An unknown one is taken for a new one. */
export function featuresOf(serverVersion: string): ServerFeatures {
  const lite = /^milvus_lite/.test(serverVersion)
  const [, major, minor] = /(\d+)\.(\d+)/.exec(serverVersion) ?? []
  const version = major === undefined ? Infinity : Number(major) + Number(minor) / 1_000
  return {
    nullableFields: lite ? version >= 3 : version >= 2.005,
    severalVectors: lite ? version >= 3 : version >= 2.004,
  }
}
