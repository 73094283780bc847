import type { TransformSettings } from '../config/transforms.ts'
import { failure, type RedkiteError } from '../errors/errors.ts'
import { compilePredicate, compileTransform } from './compile.ts'
import { type MappedRecord, Unfit } from './record.ts'
import type { Predicate, Transform } from './transform.ts'

interface Step {
  readonly name: string
  readonly kind: string
  readonly transform: Transform
  readonly predicate: Predicate | undefined
  readonly negate: boolean
}

/** The transforms of a sink, one after the other. */
export class Chain {
  private readonly steps: readonly Step[]
  /** Why the last record could not go on. */
  error: RedkiteError | undefined

  /** Whether a transform looks at headers or the record's time. */
  readonly wantsDetails: boolean

  constructor(settings: readonly TransformSettings[]) {
    const asksForHeaders = settings.some(({ condition }) => condition?.predicate.kind === 'HasHeaderKey')
    this.wantsDetails = asksForHeaders || settings.some(looksAtTime)
    this.steps = settings.map((each) => ({
      name: each.name,
      kind: each.kind,
      transform: compileTransform(each),
      predicate: each.condition && compilePredicate(each.condition.predicate),
      negate: each.condition?.negate ?? false,
    }))
  }

  /** Changes the record; false when it is dropped, or refused with an `error`. */
  apply(record: MappedRecord): boolean {
    this.error = undefined
    for (const { name, kind, transform, predicate, negate } of this.steps) {
      if (predicate !== undefined && predicate.test(record) === negate) continue
      try {
        if (!transform.apply(record)) return false
      } catch (error) {
        if (!(error instanceof Unfit)) throw error
        this.error = failure('TRANSFORM_FAILED', name, kind, error.message)
        return false
      }
    }
    return true
  }
}

/** What transforms make of headers is nothing that anybody but predicates asks for. */
function looksAtTime({ kind, values }: TransformSettings): boolean {
  return kind === 'TimestampRouter' || (kind === 'InsertField' && values['timestamp.field'] !== undefined)
}
