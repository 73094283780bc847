/** Chains of transforms as lines of a sink's file. */

/** Each transform as its settings, `type` among them. */
export function chainLines(steps: readonly Readonly<Record<string, string>>[]): string {
  const lines = steps.flatMap((settings, i) =>
    Object.entries(settings).map(([setting, value]) => `transforms.t${i}.${setting}=${value}\n`),
  )
  return `transforms=${steps.map((_, i) => `t${i}`).join(',')}\n${lines.join('')}`
}

/** What `predicate` may name in them. */
export const predicateLines = [
  'predicates=header,topic,tombstone',
  'predicates.header.type=HasHeaderKey',
  'predicates.header.name=trace',
  'predicates.topic.type=TopicNameMatches',
  'predicates.topic.pattern=shop.*',
  'predicates.tombstone.type=RecordIsTombstone',
  '',
].join('\n')
