/** What may be made in Milvus on demand, and how, as typed settings. */
import { failure } from '../errors/errors.ts'
import type { Findings } from './entry.ts'
import type { Values } from './key.ts'
import type { collectionKeys } from './keys/collections.ts'

export interface OnDemandSettings {
  readonly createCollection: boolean
  readonly createDatabase: boolean
  readonly addFields: boolean
  readonly sampleRecords: number
  readonly primaryKey: string | undefined
  readonly vectors: readonly string[]
  readonly index: { readonly type: string; readonly metric: string; readonly params: Readonly<Record<string, string>> }
  readonly dynamicField: boolean
  readonly shards: number
  readonly consistency: 'Strong' | 'Session' | 'Bounded' | 'Eventually'
}

export function readOnDemand(
  values: Values<typeof collectionKeys>,
  at: (key: string) => string,
  findings: Findings,
): OnDemandSettings {
  return {
    createCollection: values['auto.create'],
    createDatabase: values['database.create'],
    addFields: values['auto.evolve'],
    sampleRecords: values['auto.create.sample.records'],
    primaryKey: values['auto.create.primary.key'],
    vectors: values['auto.create.vector.fields'],
    index: {
      type: values['auto.create.index.type'],
      metric: values['auto.create.metric.type'],
      params: readParams(values['auto.create.index.params'], at, findings),
    },
    dynamicField: values['auto.create.dynamic.field'],
    shards: values['auto.create.shards'],
    consistency: values['auto.create.consistency.level'],
  }
}

function readParams(
  pairs: readonly string[],
  at: (key: string) => string,
  findings: Findings,
): Readonly<Record<string, string>> {
  const params: Record<string, string> = {}
  for (const pair of pairs) {
    const [, name, value] = /^(\w+)\s*=\s*(\S+)$/.exec(pair) ?? []
    if (name !== undefined && value !== undefined) params[name] = value
    else {
      const key = 'auto.create.index.params'
      findings.problem(failure('VALUE_INVALID', at(key), key, 'NAME=VALUE pairs separated by commas', `"${pair}"`))
    }
  }
  return params
}
