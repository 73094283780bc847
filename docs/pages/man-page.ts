/** packaging/man/redkite.1, from the command line itself and the table of exit codes. */
import type { Io } from '../../src/cli/io.ts'
import { commandLine } from '../../src/cli/program.ts'
import { type OptionShape, shapeOf, type VerbShape } from '../../src/cli/shells/verbs.ts'
import { exit } from '../../src/errors/exit.ts'
import { version } from '../../src/version.ts'
import { words } from './markdown.ts'

/** What a code means, where its name does not say it all. */
const meanings: Partial<Record<keyof typeof exit, string>> = {
  ok: 'done, caught up, or stopped by a signal',
  usage: 'wrong use of the command line',
  badRecord: 'a record that cannot be written, with errors.tolerance=none',
  fileMissing: 'a file is missing',
  internal: 'a bug in redkite',
  outputFailed: 'stdout cannot be written: a full disk',
  notCaughtUp: 'stopped before it had caught up; the next run goes on from there',
  authRefused: 'Milvus refused the token',
  configInvalid: 'wrong settings',
  rowsDiffer: 'verify: rows differ',
  checkFailed: 'check: a run would fail',
  alreadyRunning: 'another run of the same sink is not finished yet',
  timeUp: '--max-runtime was over',
  interrupted: 'a second signal ended it at once',
}

/** A command line that is read and never run says nothing to anybody. */
const nobody = {} as Io

export function manPageText(): string {
  const { description, verbs } = shapeOf(commandLine(nobody, { code: 0 }))
  const codes = Object.entries(exit).sort(([, a], [, b]) => a - b)
  const parts = [
    `.\\" Written by docs/generate.ts from the command line of redkite. Do not edit.`,
    `.TH REDKITE 1 "" "redkite ${version}" "redkite"`,
    '.SH NAME',
    'redkite \\- stream records from Apache Kafka into Milvus',
    '.SH SYNOPSIS',
    ...verbs.filter(isLeaf(verbs)).flatMap(synopsis),
    '.SH DESCRIPTION',
    text(description),
    '.PP',
    text(
      'It takes the two files of connect-standalone.sh: that of the worker, and one for each sink, or a folder of them. Without a verb it runs them.',
    ),
    '.SH VERBS',
    ...verbs.filter(isLeaf(verbs)).flatMap(section),
    '.SH SIGNALS',
    ...entry('SIGTERM, SIGINT', 'What was read is written and committed, then it ends. A second one ends it at once.'),
    ...entry(
      'SIGHUP',
      'Reads the files again and changes what differs; on a terminal, and with --until-caught-up, it ends the run.',
    ),
    '.SH ENVIRONMENT',
    ...entry('REDKITE_KEY', 'A setting, over the files: REDKITE_BATCH_SIZE is batch.size.'),
    ...entry('REDKITE_HTTP_TOKEN', 'What pausing and restarting over HTTP takes.'),
    ...entry('NO_COLOR', 'No colours.'),
    ...entry('NOTIFY_SOCKET, WATCHDOG_USEC', "systemd's; see sd_notify(3)."),
    '.SH EXIT STATUS',
    ...codes.flatMap(([name, code]) => entry(String(code), meanings[name as keyof typeof exit] ?? words(name))),
    '.SH EXAMPLES',
    ...example('Runs until it is stopped:', 'redkite connect-standalone.properties milvus-sink-connector.properties'),
    ...example('From cron:', 'redkite worker.properties sinks/ --until-caught-up --quiet --max-runtime 12m'),
    ...example('Tries everything first:', 'redkite check worker.properties sinks/'),
    '.SH SEE ALSO',
    text('systemd.service(5), sd_notify(3), crontab(5), kcat(1)'),
  ]
  return `${parts.join('\n')}\n`
}

function isLeaf(all: readonly VerbShape[]): (verb: VerbShape) => boolean {
  return ({ name }) => !all.some((each) => each.name.startsWith(`${name} `))
}

function synopsis({ name, usage, isDefault }: VerbShape, index: number): string[] {
  const verb = isDefault ? `[${name}]` : name
  return [...(index === 0 ? [] : ['.br']), `.B redkite ${escaped(verb)}`, text(usage.replace('[options] ', ''))]
}

function section({ name, description, options }: VerbShape): string[] {
  return [`.SS ${escaped(name)}`, text(description), ...options.flatMap(optionEntry)]
}

function optionEntry({ long, short, takes, description, choices }: OptionShape): string[] {
  const flags = `${short === undefined ? '' : `${short}, `}${long}${takes === undefined ? '' : ` ${takes}`}`
  const isSaid = choices.every((choice) => description.includes(choice))
  return entry(flags, isSaid ? description : `${description}: ${choices.join(', ')}`)
}

function entry(term: string, description: string): string[] {
  return ['.TP', `.B ${escaped(term)}`, text(description)]
}

function example(what: string, command: string): string[] {
  return ['.PP', text(what), '.PP', '.nf', `.RS\n${escaped(command)}\n.RE`, '.fi']
}

/** A line of text; a dot or quote at its beginning would be a request. */
function text(line: string): string {
  return escaped(line).replace(/^[.']/, '\\&$&')
}

function escaped(line: string): string {
  return line.replaceAll('\\', '\\e').replaceAll('-', '\\-')
}
