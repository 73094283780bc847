import type { TransformSettings } from '../config/transforms.ts'
import { compilePredicate } from './compile.ts'
import { MappedRecord } from './record.ts'
import type { Predicate } from './transform.ts'
import { RegexRouter } from './transforms/routers.ts'

/** Headers that predicates ask for; each doubles the ways that records may go. */
const headersMax = 6

type Step = (record: MappedRecord) => void

/**
 * Which transforms a record goes through, said before its value is read: by its topic and the names of its headers. A record counts as one with a value; what has
 * none, or loses it on the way, is for those who look at each transform's outcome.
 */
export class Conditions {
  /** Names of headers that predicates ask for. */
  readonly headers: readonly string[]
  /** Whether all records go through all transforms. */
  readonly isEmpty: boolean
  private readonly steps: readonly {
    readonly settings: TransformSettings
    readonly predicate: Predicate | undefined
    readonly step: Step | undefined
  }[]

  /** undefined when a predicate asks what comes out of records' values or times. */
  static of(transforms: readonly TransformSettings[]): Conditions | undefined {
    const headers = new Set<string>()
    for (const [at, { condition }] of transforms.entries()) {
      const before = transforms.slice(0, at)
      if (condition?.predicate.kind === 'HasHeaderKey') {
        headers.add(condition.predicate.values.name)
        if (before.some(addsHeaders)) return undefined
      }
      if (condition?.predicate.kind === 'TopicNameMatches' && before.some(makesTopic)) return undefined
    }
    return headers.size > headersMax ? undefined : new Conditions(transforms, [...headers])
  }

  private constructor(transforms: readonly TransformSettings[], headers: readonly string[]) {
    this.headers = headers
    this.isEmpty = transforms.every(({ condition }) => condition === undefined)
    this.steps = transforms.map((settings) => ({
      settings,
      predicate: settings.condition && compilePredicate(settings.condition.predicate),
      step: stepOf(settings),
    }))
  }

  /** The transforms of a record of this topic with these headers, without their conditions. */
  hold(topic: string, headers: readonly string[]): readonly TransformSettings[] {
    const record = new MappedRecord()
    record.topic = topic
    record.headers = headers.map((name) => ({ name, value: null }))
    record.value = new Map()
    const held: TransformSettings[] = []
    for (const { settings, predicate, step } of this.steps) {
      if (predicate !== undefined && predicate.test(record) === settings.condition!.negate) continue
      held.push({ ...settings, condition: undefined })
      step?.(record)
    }
    return held
  }
}

/** Whether change events alone have headers behind the transform that other records have not. */
function addsHeaders({ kind, values }: TransformSettings): boolean {
  return kind === 'ExtractNewRecordState' && values['add.headers'].length > 0
}

/** Whether the record's topic is, behind the transform, one that its old one alone does not decide. */
function makesTopic({ kind, values }: TransformSettings): boolean {
  return kind === 'TimestampRouter' || (kind === 'ExtractNewRecordState' && values['route.by.field'] !== undefined)
}

/** What a transform does to a record's topic and the names of its headers. */
function stepOf(settings: TransformSettings): Step | undefined {
  switch (settings.kind) {
    case 'RegexRouter': {
      const router = new RegexRouter(settings)
      return (record) => {
        record.topic = router.route(record.topic)
      }
    }
    case 'InsertHeader':
      return adds([settings.values.header])
    case 'HeaderFrom':
      return adds(settings.values.headers)
    case 'DropHeaders': {
      const dropped = new Set(settings.values.headers)
      return (record) => {
        record.headers = record.headers.filter(({ name }) => !dropped.has(name))
      }
    }
    default:
      return undefined
  }
}

function adds(names: readonly string[]): Step {
  return (record) => {
    record.headers = [...record.headers, ...names.map((name) => ({ name, value: null }))]
  }
}
