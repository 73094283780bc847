/**
 * `redkite check`: tries all that a run of a sink needs, and says what is so and what is not. Writes nothing, joins no group.
 */
import { isRoutedByRecord } from '../config/routing.ts'
import type { SinkSettings } from '../config/setup.ts'
import { type Finding, FindingList, isFailure } from './finding.ts'
import { inspectKafka } from './inspect-kafka.ts'
import { inspectMilvus, inspectServer } from './inspect-milvus.ts'
import { inspectRecords, type RecordsInspection } from './inspect-records.ts'
import type { Proposal } from './propose.ts'

export interface Check {
  readonly sink: string
  readonly findings: readonly Finding[]
  readonly survey: RecordsInspection['survey']
  readonly proposal: Proposal | undefined
}

export function passed({ findings }: Pick<Check, 'findings'>): boolean {
  return !findings.some(isFailure)
}

export async function checkSink(settings: SinkSettings, sampleRecords?: number): Promise<Check> {
  if (isRoutedByRecord(settings.routing)) return checkPlaces(settings)
  // Kafka's answer is waited for while the Milvus SDK is being loaded.
  const asking = inspectKafka(settings)
  const milvus = await inspectMilvus(settings, async () => (await asking).bounds?.stretches)
  const kafka = await asking
  const records = await inspectRecords(settings, milvus.schema, kafka.bounds, sampleRecords)
  return {
    sink: settings.name,
    findings: [...kafka.findings.all, ...milvus.findings.all, ...records.findings.all],
    survey: records.survey,
    proposal: milvus.proposal,
  }
}

/** Where each record may name its collection or partition there is nothing to try records on. */
async function checkPlaces(settings: SinkSettings): Promise<Check> {
  const [kafka, milvus] = await Promise.all([inspectKafka(settings), inspectServer(settings)])
  const records = new FindingList('records')
  records.warn('each record may name its collection or partition, so no record is tried')
  const findings = [kafka.findings, milvus, records].flatMap(({ all }) => all)
  return { sink: settings.name, findings, survey: undefined, proposal: undefined }
}
