/** `redkite plan`: a dry run. Says which field goes where, how many rows come of the records, and what cannot be written. */
import { readSetup } from '../config/setup.ts'
import { exit } from '../errors/exit.ts'
import { plural } from '../ops/figures.ts'
import { type Plan, planSink } from '../preflight/plan.ts'
import { fieldLines, surveyJson, surveyLines } from '../preflight/report-survey.ts'
import { collectionJson, collectionLines } from '../preflight/shown-collection.ts'
import { byCollection } from '../sink/routing/by-collection.ts'
import { bold } from './colours.ts'
import { folded } from './fold.ts'
import type { Io, Screen } from './io.ts'
import { warn } from './report.ts'
import { verbProgress } from './verb-progress.ts'

export interface PlanFlags {
  readonly files: readonly string[]
  readonly sets: readonly string[]
  /** Undefined: to the end. */
  readonly records: number | undefined
  readonly json: boolean
}

/** One sink, and one collection of it, after the other. With `json`, one object a line for each; its fields are in docs/check.md. */
export async function plan({ files, sets, records, json }: PlanFlags, io: Io): Promise<number> {
  const setup = readSetup(files, { sets, env: io.env })
  warn(io, setup.warnings)
  const parts = (await Promise.all(setup.sinks.map(byCollection))).flat()
  const progress = verbProgress(io)
  for (const settings of parts) {
    const planned = await planSink({ settings, records, progress: progress.read }).finally(progress.rest)
    io.out(json ? `${JSON.stringify(toJson(planned))}\n` : toText(planned, io.outScreen))
  }
  return exit.ok
}

function toText({ sink, topics, schema, proposal, survey, estimate }: Plan, { colours, columns }: Screen): string {
  const head = `${sink}: ${topics} into collection "${schema.collection}"${proposal === undefined ? '' : ', which a run makes'}`
  const lines = [
    colours ? bold(head) : head,
    ...(proposal === undefined ? [] : collectionLines(proposal).map((line) => `  ${line}`)),
    ...(survey.records === 0
      ? []
      : [`  fields in the first ${plural(Math.max(0, ...survey.fields.map(({ records }) => records)), 'record')}:`]),
    ...(survey.records === 0 ? [] : fieldLines(survey, schema.dynamicField).map((line) => `  ${line}`)),
    ...surveyLines(survey, estimate),
  ]
  return folded(`${lines.join('\n')}\n`, columns)
}

function toJson({ sink, topics, schema, proposal, survey, estimate }: Plan): object {
  return {
    sink,
    topics,
    collection: schema.collection,
    ...(proposal === undefined ? {} : { creates: collectionJson(proposal) }),
    ...surveyJson(survey, estimate),
  }
}
