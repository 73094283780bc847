/** `redkite check`: tries everything that a run needs, and writes nothing. A line a finding, with the cure where it is not as it should be. */
import { SettingsError } from '../config/entry.ts'
import { isRoutedByRecord } from '../config/routing.ts'
import { readSetup, type Setup, type SinkSettings } from '../config/setup.ts'
import { RedkiteError } from '../errors/errors.ts'
import { exit } from '../errors/exit.ts'
import { type Check, checkSink, passed } from '../preflight/check.ts'
import type { Finding, Level } from '../preflight/finding.ts'
import { fieldsJson } from '../preflight/report-survey.ts'
import { collectionJson, collectionLines } from '../preflight/shown-collection.ts'
import { byCollection } from '../sink/routing/by-collection.ts'
import { green, red, yellow } from './colours.ts'
import { folded } from './fold.ts'
import type { Io, Screen } from './io.ts'

export interface CheckFlags {
  readonly files: readonly string[]
  readonly sets: readonly string[]
  /** Records to try. */
  readonly records: number
  readonly json: boolean
}

/** One sink, and one collection of it, after the other; `exit.checkFailed` where anything fails. With `json`, one object a line for the files and each sink. */
export async function check({ files, sets, records, json }: CheckFlags, io: Io): Promise<number> {
  const print = (one: Check) => io.out(json ? `${JSON.stringify(toJson(one))}\n` : toText(one, io.outScreen))
  const { setup, findings } = readFiles(files, sets, io)
  const config: Check = { sink: '', findings, survey: undefined, proposal: undefined }
  print(config)
  let isSound = passed(config)
  const parts = (await Promise.all((setup?.sinks ?? []).map(partsOf))).flat()
  for (const settings of parts) {
    const found = await checkSink(settings, records)
    if (!json && parts.length > 1) io.out(`${settings.name}, ${settings.topics.text}:\n`)
    print(found)
    isSound &&= passed(found)
  }
  return isSound ? exit.ok : exit.checkFailed
}

/** Where Kafka cannot be asked for topics, the sink is looked at as one, which says why. */
async function partsOf(settings: SinkSettings): Promise<readonly SinkSettings[]> {
  if (isRoutedByRecord(settings.routing)) return [settings]
  return byCollection(settings).catch(() => [settings])
}

function readFiles(
  files: readonly string[],
  sets: readonly string[],
  { env }: Io,
): { setup: Setup | undefined; findings: Finding[] } {
  const area = 'config'
  try {
    const setup = readSetup(files, { sets, env })
    const names = setup.sinks.map(({ name, topics, collection }) => `${name} from ${topics.text} into "${collection}"`)
    return {
      setup,
      findings: [
        { level: 'ok', area, message: names.join('; ') },
        ...setup.warnings.map((message): Finding => ({ level: 'warn', area, message })),
      ],
    }
  } catch (error) {
    // Called in the wrong way is not a finding.
    if (!(error instanceof RedkiteError) || error.exit === exit.usage) throw error
    const { problems, warnings } = error instanceof SettingsError ? error : { problems: [error], warnings: [] }
    return {
      setup: undefined,
      findings: [
        ...problems.map(({ message, code }): Finding => ({ level: 'fail', area, message, code })),
        ...warnings.map((message): Finding => ({ level: 'warn', area, message })),
      ],
    }
  }
}

const paints: Record<Level, (text: string) => string> = { ok: green, warn: yellow, fail: red }

function toText({ findings, proposal }: Check, { colours, columns }: Screen): string {
  const lines = findings.map(({ level, area, message, code }) => {
    const label = level.padEnd(4)
    const text = `${message.replaceAll('\n', '\n              ')}${code === undefined ? '' : ` [${code}]`}`
    return `${colours ? paints[level](label) : label}  ${area.padEnd(7)} ${text}`
  })
  const made = proposal === undefined ? [] : collectionLines(proposal).map((line) => `      ${line}`)
  return folded([...lines, ...made, ''].join('\n'), columns)
}

function toJson({ sink, findings, survey, proposal }: Check): object {
  return {
    ...(sink === '' ? {} : { sink }),
    ok: passed({ findings }),
    findings,
    ...(survey === undefined ? {} : { records: survey.records, rows: survey.rows, ...fieldsJson(survey) }),
    ...(proposal === undefined ? {} : { collection: collectionJson(proposal) }),
  }
}
