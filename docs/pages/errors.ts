/** docs/errors.md: exit codes, and every error with its message. */
import { errors } from '../../src/errors/errors.ts'
import { exit } from '../../src/errors/exit.ts'
import { cell, generated, words } from './markdown.ts'

export function errorsPage(): string {
  const codes = Object.entries(errors)
  const exits = Object.entries(exit).map(([name, code]) => {
    const causes = codes.filter(([, kind]) => kind.exit === code).map(([each]) => `\`${each}\``)
    return { code, row: `| ${code} | ${words(name)} | ${causes.join(', ')} |` }
  })
  const rows = codes
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, kind]) => `| \`${code}\` | ${kind.label} | ${kind.exit} | ${cell(message(kind.say))} |`)
  return `# Errors

${generated}

## Exit codes

One for each cause, so that a cron job or a unit can tell them apart. 64 to 78 mean what sysexits.h says. Several things that are wrong with the
settings end with the code that they have in common, else with 78.

| code | meaning | errors |
| --- | --- | --- |
${exits
  .sort((a, b) => a.code - b.code)
  .map(({ row }) => row)
  .join('\n')}

## All errors

The label decides what happens: \`record\`: this record cannot be written, its neighbours can. \`retriable\`: the same may succeed later, redkite tries
again. \`fatal\`: somebody has to change something, the sink stops with the exit code. For the other labels the code is that of a sink that has to stop for it.

| error | label | exit code | message |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

/** A message with the names of its arguments in place of their values. */
// biome-ignore lint/suspicious/noExplicitAny: each kind has arguments of its own
function message(say: (...details: any[]) => string): string {
  return say(...parameters(say.toString()).map((name) => standIn(name)))
}

/** The parameters of an arrow function as it is written; one that is taken apart by `{…}` has no name of its own. */
function parameters(source: string): string[] {
  const inside = source.slice(source.indexOf('(') + 1, source.indexOf(') =>'))
  const flat = inside.replaceAll(/\{[^{}]*\}/g, 'it')
  return flat.split(',').map((part) => /[\w$]+/.exec(part)?.[0] ?? 'it')
}

/** Stands for any value in a message: prints its name; what is asked of it has the name of the part, what it is told to do keeps its own. */
function standIn(name: string): unknown {
  const shown = `‹${words(name)}›`
  return new Proxy(() => shown, {
    get: (_, property) => {
      if (property === Symbol.toPrimitive) return () => shown
      if (property === Symbol.iterator) return [][Symbol.iterator]
      const builtIn = [String, Number, Array].some((kind) => property in kind.prototype)
      return standIn(builtIn ? name : String(property))
    },
    apply: () => shown,
  })
}
