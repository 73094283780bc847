/** A proposed collection as a person and as a program reads it. Names, types and counts; never values. */
import { typeName } from '../columns/create.ts'
import type { NewField } from '../milvus/create.ts'
import { count, plural } from '../ops/figures.ts'
import type { Proposal } from './propose.ts'

export function collectionLines({ collection, schema, records, passedOver }: Proposal): string[] {
  const { name, fields, dynamicField, index } = collection
  const params = Object.entries(index.params).map(([key, value]) => `, ${key}=${value}`)
  const width = Math.max(0, ...fields.map((field) => field.name.length))
  const elsewhere = dynamicField ? 'dynamic field' : 'left out'
  const others = passedOver === 0 ? '' : `, with ${count(passedOver)} passed over that cannot be used`
  return [
    `collection "${name}" from ${plural(records, 'sample record')}${others}: vector index ${index.type}, ${index.metric}${params.join('')}${dynamicField ? ', with a dynamic field' : ''}`,
    ...schema.fields.map((field) => `  ${field.name.padEnd(width)}  ${typeOf(field)}  (${field.why})`),
    ...schema.others.map((other) => `  ${other.name.padEnd(width)}  ${elsewhere}  (${other.why})`),
    ...schema.problems.map((problem) => `  problem: ${problem}`),
  ]
}

export function collectionJson({ collection, schema, records, passedOver }: Proposal): object {
  const { name, dynamicField, shards, consistency, index } = collection
  return {
    name,
    records,
    passedOver,
    dynamicField,
    shards,
    consistency,
    index,
    fields: schema.fields.map((field) => ({
      name: field.name,
      type: typeName(field.type),
      ...(field.primaryKey ? { primaryKey: true } : {}),
      ...(field.nullable ? { nullable: true } : {}),
      ...(field.dim === undefined ? {} : { dim: field.dim }),
      ...(field.maxLengthBytes === undefined ? {} : { maxLength: field.maxLengthBytes }),
      why: field.why,
    })),
    others: schema.others,
    problems: schema.problems,
  }
}

function typeOf({ type, dim, maxLengthBytes, primaryKey, nullable }: NewField): string {
  const size = dim ?? maxLengthBytes
  return [
    `${typeName(type)}${size === undefined ? '' : `(${size})`}`,
    ...(primaryKey ? ['primary key'] : []),
    ...(nullable ? ['nullable'] : []),
  ].join(' ')
}
