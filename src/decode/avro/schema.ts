import avro from 'avsc'
import { failure } from '../../errors/errors.ts'

/** A writer's schema as avsc has parsed it: names resolved, checked for sense. */
export type AvroSchema = avro.Type

/**
 * Keeps what a logical type says, and leaves values as they are: redkite reads bytes by itself, and tests want avsc's plain values. A logical type
 * that makes no sense where it stands (a decimal of strings) is no logical type, as Avro's specification has it.
 */
export class Logical extends avro.types.LogicalType {
  readonly scale: number

  constructor(schema: Record<string, unknown>, options?: never) {
    super(schema as never, options)
    const { scale = 0, precision } = schema
    const isDecimal = schema.logicalType === 'decimal'
    const wholeOrAbsent = Number.isInteger(scale) && Math.abs(scale as number) <= scaleMax
    if (isDecimal && !(wholeOrAbsent && Number.isInteger(precision))) throw new Error('not a decimal')
    if (!sorts[schema.logicalType as string]?.includes(this.underlyingType.typeName)) throw new Error('of another type')
    if (schema.logicalType === 'uuid' && isFixed(this.underlyingType) && this.underlyingType.size !== 16)
      throw new Error('not 16 bytes')
    this.scale = isDecimal ? (scale as number) : 0
  }

  /** As the schema writes it: `timestamp-millis`. */
  get kind(): string {
    return this.typeName.slice('logical:'.length)
  }

  protected override _fromValue(value: unknown): unknown {
    return value
  }

  protected override _toValue(value: unknown): unknown {
    return value
  }

  protected override _resolve(): undefined {
    return undefined
  }
}

/** Digits behind the point that a decimal may have: Java's BigDecimal takes more, no number does. */
const scaleMax = 1000

/** Logical types that redkite gives a meaning, and what they may be made of. */
const sorts: Record<string, readonly string[]> = {
  decimal: ['bytes', 'fixed'],
  uuid: ['string', 'fixed'],
  date: ['int'],
  'time-millis': ['int'],
  'time-micros': ['long'],
  'timestamp-millis': ['long'],
  'timestamp-micros': ['long'],
  'timestamp-nanos': ['long'],
  'local-timestamp-millis': ['long'],
  'local-timestamp-micros': ['long'],
  'local-timestamp-nanos': ['long'],
}

const logicalTypes = Object.fromEntries(Object.keys(sorts).map((name) => [name, Logical]))

function isFixed(type: AvroSchema): type is avro.types.FixedType {
  return type.typeName === 'fixed'
}

/**
 * Reads a schema from its JSON text. `references` are texts of schemas whose names it uses, those first that others use.
 *
 * Defaults are what a reader fills in for a field its writer did not have; redkite reads what was written. They are taken out unread, because
 * Java's parser lets wrong ones pass, and such schemas exist.
 */
export function readAvroSchema(text: string, references: readonly string[] = []): AvroSchema {
  try {
    const registry = {}
    let type: AvroSchema | undefined
    for (const one of [...references, text]) {
      const schema = withoutDefaults(parsed(one), 0)
      type = avro.Type.forSchema(schema as avro.Schema, { registry, logicalTypes, wrapUnions: true } as never)
    }
    return type!
  } catch (error) {
    throw failure('SCHEMA_NOT_AVRO', error instanceof Error ? error.message : String(error))
  }
}

/** Levels of a schema's text; each takes a frame of the stack. */
const schemaLevelsMax = 200

/** A schema that is a name alone may be written without quotes: registries store `"long"`, people write `long`. */
function parsed(text: string): unknown {
  return /^\s*[A-Za-z_][\w.]*\s*$/.test(text) ? text.trim() : JSON.parse(text)
}

function withoutDefaults(schema: unknown, level: number): unknown {
  if (level > schemaLevelsMax) throw new Error(`it nests more than ${schemaLevelsMax} levels deep`)
  if (Array.isArray(schema)) return schema.map((one) => withoutDefaults(one, level + 1))
  if (schema === null || typeof schema !== 'object') return schema
  const { default: _, aliases: __, ...rest } = schema as Record<string, unknown>
  for (const part of ['type', 'items', 'values', 'fields'])
    if (part in rest) rest[part] = withoutDefaults(rest[part], level + 1)
  return rest
}
