/** A verification as a person and as a program reads it. */
import { count, figure, plural } from '../ops/figures.ts'
import { type Finding, type Findings, isEqual, type Verification } from './findings.ts'

export function toLines(one: Verification): string[] {
  const rows = one.sampled === undefined ? 'rows' : 'sampled rows'
  const verdict = isEqual(one)
    ? `equal: collection "${one.collection}" holds what ${one.topics} says: ${count(one.rowsEqual)} ${rows}`
    : `different: collection "${one.collection}" does not hold what ${one.topics} says`
  return [
    verdict,
    figure('records read', one.records, recordDetails(one)),
    figure(
      `${rows} expected`,
      one.rowsExpected,
      one.contested > 0 ? `${plural(one.contested, 'key')} in several partitions: any of their rows will do` : '',
    ),
    figure(`${rows} found`, one.rowsFound),
    figure('equal', one.rowsEqual),
    ...findings('missing', one.missing, 'the collection has no such row'),
    ...findings('extra', one.extra, 'no record says so'),
    ...findings('different', one.different, 'the row is another than its last record'),
    ...findings('duplicate', one.duplicate, 'rows beyond the first of their key'),
    ...notes(one).map((note) => `note: ${note}`),
  ]
}

export function toJson(one: Verification): object {
  const { badByCode, missing, extra, different, duplicate, sampled, ...plain } = one
  const list = ({ count: total, samples }: Findings) => ({ count: total, rows: samples.map(jsonFinding) })
  return {
    equal: isEqual(one),
    ...plain,
    ...(sampled === undefined ? {} : { sampled }),
    badByCode: Object.fromEntries(badByCode),
    missing: list(missing),
    extra: list(extra),
    different: list(different),
    duplicate: list(duplicate),
    notes: notes(one),
  }
}

/** An int64 as text: most readers of JSON would round it. */
function jsonFinding({ key, ...rest }: Finding): object {
  return key === undefined ? rest : { key: key.toString(), ...rest }
}

function recordDetails({ deletes, nullsPassedOver, bad, badByCode }: Verification): string {
  const codes = Array.from(badByCode, ([code, times]) => `${code} ${count(times)}`).join(', ')
  return [
    ...(deletes > 0 ? [`${count(deletes)} delete`] : []),
    ...(nullsPassedOver > 0 ? [`${count(nullsPassedOver)} null values passed over`] : []),
    ...(bad > 0 ? [`${count(bad)} bad and left out: ${codes}`] : []),
  ].join('; ')
}

function notes({ behind, truncated, ...one }: Verification): string[] {
  if (isEqual({ behind, truncated, ...one })) return []
  return [
    ...(behind > 0
      ? [`the sink has not committed the last ${plural(behind, 'offset')}; let it catch up, then verify again`]
      : []),
    ...(truncated > 0
      ? [
          `the oldest records of ${plural(truncated, 'partition')} are gone with retention; rows of those count as extra`,
        ]
      : []),
  ]
}

function findings(name: string, { count: total, samples }: Findings, meaning: string): string[] {
  if (total === 0) return []
  const lines = samples.map((one) => `    ${describe(one)}`)
  const more = total - samples.length
  return [figure(name, total, meaning), ...lines, ...(more > 0 && samples.length > 0 ? ['    …'] : [])]
}

function describe({ key, topic, partition, offset, expected, found, fields, rows }: Finding): string {
  return [
    ...(key === undefined ? [] : [`key ${typeof key === 'string' ? JSON.stringify(key) : key}`]),
    ...(topic === undefined ? [] : [`record ${topic}[${partition}] offset ${offset}`]),
    ...(rows === undefined ? [] : [plural(rows, 'row')]),
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(found === undefined ? [] : [`found ${found}`]),
    ...(fields === undefined ? [] : [`fields ${fields.map(({ name }) => JSON.stringify(name)).join(' ')}`]),
  ].join(', ')
}
