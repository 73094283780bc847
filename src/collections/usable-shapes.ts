import { DataType } from '../milvus/schema.ts'
import { type Evidence, type FieldEvidence, presence } from './evidence.ts'
import { type InferOptions, type InferredField, inferSchema } from './infer.ts'
import { evidenceOf, type RecordShape } from './record-shapes.ts'

/**
 * The records that could be written to a collection for what most of them have, where a run passes over the others (`errors.tolerance=all`): those with its key and its
 * vectors. So one bad vector does not decide what the collection is, or that there can be none. All of them where most have no key or no vector either.
 */
export function usableShapes(shapes: readonly RecordShape[], options: InferOptions): readonly RecordShape[] {
  const { fields, problems } = inferSchema(asMostHave(evidenceOf(shapes)), options)
  if (problems.length > 0) return shapes
  const isWanted = ({ primaryKey, type }: InferredField) =>
    type === DataType.FloatVector || (primaryKey === true && options.keyMode === 'record_value')
  const wanted = fields.filter(isWanted)
  const usable = shapes.filter((shape) => wanted.every((field) => brings(shape, field)))
  return usable.length > 0 ? usable : shapes
}

function brings(shape: RecordShape, { name, dim }: InferredField): boolean {
  const found = shape.fields.get(name)
  if (dim !== undefined) return found?.length === dim
  return found?.kind === 'whole' || found?.kind === 'text'
}

/** Fields that could be keys or vectors but for some records, as if there were none of these. */
function asMostHave(evidence: Evidence): Evidence {
  const { records } = evidence
  const fields = evidence.fields.map((field): FieldEvidence => {
    const [[length, vectors] = [0, 0], [, others] = [0, 0]] = [...field.lengths].sort(([, a], [, b]) => b - a)
    if (vectors > others && vectors * 2 >= presence(field)) {
      return { ...field, kinds: new Map([['numbers', vectors]]), lengths: new Map([[length, vectors]]) }
    }
    const texts = field.kinds.get('text') ?? 0
    const keys = texts + (field.kinds.get('whole') ?? 0)
    return keys * 2 >= records ? { ...field, kinds: new Map([[texts > 0 ? 'text' : 'whole', records]]) } : field
  })
  return { ...evidence, fields }
}
