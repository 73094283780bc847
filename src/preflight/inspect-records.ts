/** What a run would do with the next records: each field of the collection against a sample, and what does not fit, all at once. */
import { typeName } from '../columns/create.ts'
import type { SinkSettings } from '../config/setup.ts'
import type { CollectionSchema } from '../milvus/schema.ts'
import { count, plural } from '../ops/figures.ts'
import type { TopicBounds } from '../sink/topic-bounds.ts'
import { type FieldMatch, recordCodes } from './field-match.ts'
import { FindingList } from './finding.ts'
import { asRunBegins, sampleStretches } from './sample.ts'
import { type Survey, survey } from './survey.ts'

/** Few enough to be read in a moment, many enough to see what is usual. */
export const sampleRecordsDefault = 100

export interface RecordsInspection {
  readonly findings: FindingList
  /** Undefined where no record could be tried. */
  readonly survey: Survey | undefined
}

export async function inspectRecords(
  settings: SinkSettings,
  schema: CollectionSchema | undefined,
  bounds: TopicBounds | undefined,
  records = sampleRecordsDefault,
): Promise<RecordsInspection> {
  const findings = new FindingList('records')
  const none = { findings, survey: undefined }
  if (schema === undefined || bounds === undefined) return none
  const stretches = sampleStretches(asRunBegins(settings, bounds.stretches), records, 'next')
  const surveyed = await findings.attempt(() => survey({ settings, schema, stretches, matched: records }))
  if (surveyed === undefined) return none
  if (surveyed.records === 0) findings.warn('the topics hold no records, so none could be tried')
  else sayRecords(surveyed, schema, settings, findings)
  return { findings, survey: surveyed }
}

function sayRecords(one: Survey, schema: CollectionSchema, { errors }: SinkSettings, findings: FindingList): void {
  const rejected = one.rejects.reduce((sum, reject) => sum + reject.count, 0)
  const [first] = one.rejects
  const tolerated = errors.tolerance === 'all'
  const would = tolerated ? 'a run passes over them' : 'a run stops at the first'
  if (first === undefined) findings.ok(`${plural(one.records, 'sample record')} can be written`)
  else {
    const where = `${first.topic}[${first.partition}] offset ${first.offset}`
    const message = `${count(rejected)} of ${plural(one.records, 'sample record')} cannot be written, ${would} (errors.tolerance=${errors.tolerance}); the first is ${where}`
    if (tolerated) findings.warn(message)
    else findings.fail(message, first.code)
  }
  for (const { code, count: times, message } of one.rejects) {
    if (recordCodes.test(code)) findings.warn(`${plural(times, 'record')}: ${message}`, code)
  }
  for (const match of one.fields) sayField(match, findings)
  sayOthers(one, schema, findings)
}

function sayField(match: FieldMatch, findings: FindingList): void {
  const { field, records, fits, absent, misfits } = match
  if (records === 0) return
  const name = `field "${field.name}" (${typeName(field.type)})`
  const mayBeAbsent = field.nullable || field.hasDefault
  if (absent === records) {
    if (mayBeAbsent) findings.warn(`${name} is in none of ${plural(records, 'record')}, and stays empty`)
    else
      findings.fail(
        `${name} is in none of ${plural(records, 'record')}, and the collection wants it in each`,
        'FIELD_MISSING',
      )
  } else if (absent > 0 && !mayBeAbsent) {
    const wanted = 'and the collection wants it in each'
    findings.warn(`${name} is not in ${count(absent)} of ${plural(records, 'record')}, ${wanted}`, 'FIELD_MISSING')
  }
  for (const [code, { count: times, message }] of misfits) {
    const whole = fits === 0 && times + absent === records
    const text = `${count(times)} of ${plural(records, 'record')}: ${message}`
    if (whole) findings.fail(text, code)
    else findings.warn(text, code)
  }
}

function sayOthers(
  { otherNames: { byName, others } }: Survey,
  { dynamicField }: CollectionSchema,
  findings: FindingList,
): void {
  const names = [...byName.keys()].map((name) => JSON.stringify(name))
  if (others > 0) names.push('…')
  if (names.length === 0) return
  if (dynamicField) findings.ok(`keys without a field of their own go to the dynamic field: ${names.join(', ')}`)
  else findings.warn(`keys that the collection has no field for are ignored: ${names.join(', ')}`)
}
