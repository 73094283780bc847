/**
 * `redkite plan`: reads what a run would read next, converts it, and says what would come of it. Makes nothing, writes nothing, commits nothing,
 * joins no group.
 */
import type { SinkSettings } from '../config/setup.ts'
import { RedkiteError } from '../errors/errors.ts'
import { describeCollection } from '../milvus/describe.ts'
import type { CollectionSchema } from '../milvus/schema.ts'
import { checkKey, connectWithin } from '../sink/open-milvus.ts'
import { askBounds, type PartitionBounds } from '../sink/topic-bounds.ts'
import { sampleRecordsDefault } from './inspect-records.ts'
import { isMadeOnDemand } from './make-missing.ts'
import { checkProposal, type Proposal, proposeCollection } from './propose.ts'
import { proposedSchema } from './proposed-schema.ts'
import { type Estimate, estimate } from './report-survey.ts'
import { asRunBegins, sampleStretches, waitingOf } from './sample.ts'
import { type Survey, survey } from './survey.ts'

export interface Plan {
  readonly sink: string
  readonly topics: string
  readonly schema: CollectionSchema
  /** The collection that the run would make. */
  readonly proposal: Proposal | undefined
  readonly survey: Survey
  readonly estimate: Estimate
}

export interface PlanOptions {
  readonly settings: SinkSettings
  /** Records to read; undefined is all that wait. */
  readonly records: number | undefined
  readonly progress: (done: number, goal: number) => void
}

export async function planSink({ settings, records, progress }: PlanOptions): Promise<Plan> {
  const asking = askBounds(settings)
  asking.catch(() => {})
  const { schema, proposal } = await targetOf(settings, async () => (await asking).stretches)
  const bounds = await asking
  const partitions = asRunBegins(settings, bounds.stretches)
  const stretches = sampleStretches(partitions, records ?? bounds.recordsMax, 'next')
  const goal = stretches.reduce((sum, { from, to }) => sum + to - from, 0)
  const surveyed = await survey({
    settings,
    schema,
    stretches,
    matched: sampleRecordsDefault,
    progress: (done) => progress(Math.min(done, goal), goal),
  })
  return {
    sink: settings.name,
    topics: settings.topics.text,
    schema,
    proposal,
    survey: surveyed,
    estimate: estimate(surveyed, waitingOf(partitions), settings),
  }
}

/** The collection as it is, or as a run would make it. */
async function targetOf(
  settings: SinkSettings,
  partitions: () => Promise<readonly PartitionBounds[]>,
): Promise<Pick<Plan, 'schema' | 'proposal'>> {
  const connection = await connectWithin(settings)
  try {
    const { schema } = await describeCollection(connection, settings.collection)
    checkKey(settings, schema)
    return { schema, proposal: undefined }
  } catch (error) {
    if (!(error instanceof RedkiteError) || !isMadeOnDemand(settings, error)) throw error
    const proposal = await proposeCollection(settings, await partitions(), connection.serverVersion)
    checkProposal(proposal)
    return { schema: proposedSchema(proposal), proposal }
  } finally {
    await connection.close()
  }
}
