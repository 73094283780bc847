/** A survey as a person and as a program reads it. */
import { typeName } from '../columns/create.ts'
import type { SinkSettings } from '../config/setup.ts'
import { count, duration, figure, plural } from '../ops/figures.ts'
import type { FieldMatch } from './field-match.ts'
import type { Survey } from './survey.ts'

/** What a run would do with all that waits, from what was read of it. */
export interface Estimate {
  /** Records that the group has not committed, at most. */
  readonly waiting: number
  /** Requests of the records read, at least. */
  readonly requests: number
  /** For all that wait, as fast as these were read and converted: Milvus' own time comes on top. Undefined where nothing was read. */
  readonly secondsAtLeast: number | undefined
}

export function estimate(one: Survey, waiting: number, { batchRowsMax, load }: SinkSettings): Estimate {
  const perRecordMs = one.elapsedMs / one.records
  return {
    waiting,
    requests:
      one.rows === 0 ? 0 : Math.max(Math.ceil(one.rows / batchRowsMax), Math.ceil(one.rowBytes / load.bytes.least)),
    secondsAtLeast: one.records === 0 ? undefined : (perRecordMs * waiting) / 1_000,
  }
}

export function surveyLines(one: Survey, { waiting, requests, secondsAtLeast }: Estimate): string[] {
  const share = (part: number, whole: number) => (whole === 0 ? '' : `${((part * 100) / whole).toFixed(1)} %`)
  const effects = one.rows + one.deletes
  const rejected = one.rejects.reduce((sum, reject) => sum + reject.count, 0)
  return [
    figure('records read', one.records, bytes(one.recordBytes)),
    figure('rows', one.rows, one.rows === 0 ? '' : `${bytes(one.rowBytes)}, at least ${plural(requests, 'request')}`),
    ...(one.deletes > 0 ? [figure('deletes', one.deletes)] : []),
    ...(one.nullsPassedOver > 0 ? [figure('null values', one.nullsPassedOver, 'passed over')] : []),
    ...(one.dropped > 0 ? [figure('dropped', one.dropped, 'by a filter')] : []),
    ...(one.superseded === undefined || effects === 0
      ? []
      : [
          figure(
            'superseded',
            one.superseded,
            `${share(one.superseded, effects)}${one.isSupersededExact ? '' : ', estimated'}: a later record has their key`,
          ),
        ]),
    figure('cannot be written', rejected, share(rejected, one.records)),
    ...one.rejects.flatMap(({ code, count: times, message, topic, partition, offset }) => [
      `    ${code} ${count(times)}, first ${topic}[${partition}] offset ${offset}`,
      `      ${message}`,
    ]),
    figure(
      'waiting for the group',
      waiting,
      secondsAtLeast === undefined || waiting === 0
        ? ''
        : `at least ${duration(secondsAtLeast)}, as fast as these were read; Milvus' own time comes on top`,
    ),
  ]
}

/** Which record field goes where: of the first records only. */
export function fieldLines({ fields, otherNames }: Survey, dynamicField: boolean): string[] {
  const width = Math.max(0, ...fields.map(({ field }) => field.name.length))
  const names = [...otherNames.byName.keys(), ...(otherNames.others > 0 ? ['…'] : [])]
  const elsewhere = dynamicField ? 'to the dynamic field' : 'ignored, the collection has no field for them'
  return [
    ...fields.map(
      (match) => `  ${match.field.name.padEnd(width)}  ${typeName(match.field.type).padEnd(13)} ${fitText(match)}`,
    ),
    ...(names.length === 0 ? [] : [`  ${elsewhere}: ${names.join(', ')}`]),
  ]
}

export function surveyJson(one: Survey, { waiting, requests, secondsAtLeast }: Estimate): object {
  return {
    records: one.records,
    recordBytes: one.recordBytes,
    rows: one.rows,
    rowBytes: one.rowBytes,
    deletes: one.deletes,
    nullsPassedOver: one.nullsPassedOver,
    dropped: one.dropped,
    superseded: one.superseded ?? null,
    supersededExact: one.isSupersededExact,
    rejected: one.rejects.reduce((sum, reject) => sum + reject.count, 0),
    rejects: one.rejects,
    waiting,
    requests,
    secondsAtLeast: secondsAtLeast ?? null,
    ...fieldsJson(one),
  }
}

export function fieldsJson({ fields, otherNames }: Survey): object {
  return {
    fields: fields.map(({ field, records, fits, absent, misfits }) => ({
      name: field.name,
      type: typeName(field.type),
      required: !(field.nullable || field.hasDefault),
      records,
      fits,
      absent,
      misfits: Array.from(misfits, ([code, { count: times, message }]) => ({ code, count: times, message })),
    })),
    otherNames: Object.fromEntries(otherNames.byName),
  }
}

function fitText({ records, fits, absent, misfits }: FieldMatch): string {
  const parts = [
    `in ${count(fits)} of ${plural(records, 'record')}`,
    ...(absent > 0 ? [`absent ${count(absent)}`] : []),
    ...Array.from(misfits, ([code, { count: times }]) => `${code} ${count(times)}`),
  ]
  return parts.join(', ')
}

function bytes(value: number): string {
  if (value < 1e3) return `${value} B`
  if (value < 1e6) return `${(value / 1e3).toFixed(1)} kB`
  return value < 1e9 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e9).toFixed(1)} GB`
}
