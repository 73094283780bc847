import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../src/cli/program.ts'
import { versionLine } from '../../src/version.ts'
import { Person } from './person.ts'

const redkite = (...argv: string[]) => redkiteOn(undefined, ...argv)

/** On a terminal of so many columns. */
async function redkiteOn(columns: number | undefined, ...argv: string[]) {
  const person = new Person({ columns })
  const code = await main(argv, person)
  return { code, stdout: person.stdout, stderr: person.stderr }
}

/** A screen as small as they come. */
const screen = { lines: 24, columns: 80 }

describe('help', () => {
  const asked = [
    ...['--help', '-h', 'help', 'help run', 'run --help', 'run a b -h', './a ./b -h', '--quiet -h', '--bench -h'],
    ...['check -h', 'plan -h', 'verify -h', 'init -h', 'bench -h', 'console -h', 'completion -h', 'help dlq'],
    ...['dlq -h', 'dlq list -h', 'dlq replay a b -h'],
    // Whatever else is wrong, and where an option misses its value.
    ...['run --max-runtime -h', 'check a --records many -h', 'dlq list --bogus -h', 'run --summary -h'],
  ]
  test.each(asked)('%s is on stdout, fits a screen, exits 0', async (line) => {
    const { code, stdout, stderr } = await redkite(...line.split(' '))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toStartWith('Usage: redkite')
    const lines = stdout.trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(screen.lines)
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(screen.columns)
  })

  test.each([40, 60])('breaks between words on a screen of %p columns', async (columns) => {
    for (const verb of ['', 'run', 'init', 'bench', 'dlq replay', 'completion']) {
      const { stdout } = await redkiteOn(columns, ...`${verb} -h`.trim().split(' '))
      for (const line of stdout.split('\n')) {
        // A word that is longer than the screen is nobody's fault.
        if (line.trim().includes(' ')) expect(line.length, line).toBeLessThanOrEqual(columns)
      }
      const wide = (await redkiteOn(400, ...`${verb} -h`.trim().split(' '))).stdout
      expect(stdout.split(/\s+/)).toEqual(wide.split(/\s+/))
    }
  })

  test('names every option of run', async () => {
    const { stdout } = await redkite('help', 'run')
    for (const option of ['--set', '--until-caught-up', '--shutdown-timeout']) expect(stdout).toContain(option)
  })

  test('has no colours where nobody asked for them', async () => {
    expect((await redkite('--help')).stdout).not.toContain('\x1b')
  })
})

test.each(['--version', '-V', 'run --version', './a ./b --version'])('%s prints the versions', async (line) => {
  const result = await redkite(...line.split(' '))
  expect(result).toEqual({ code: 0, stdout: `${versionLine()}\n`, stderr: '' })
})

describe('wrong use exits 64 with a short message on stderr', () => {
  test('no arguments: the help', async () => {
    const { code, stdout, stderr } = await redkite()
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr).toBe((await redkite('--help')).stdout)
  })

  const cases: [string[], string][] = [
    [['./worker.properties'], "missing required argument 'sink.properties'"],
    [['run'], "missing required argument 'worker.properties'"],
    [['runn', 'a', 'b'], '"runn" is neither a verb nor a file; did you mean run?'],
    [['hlep'], '"hlep" is neither a verb nor a file; did you mean help?'],
    [['version'], '"version" is neither a verb nor a file; did you mean --version?'],
    [['help', 'chek'], '"chek" is no verb; did you mean check?'],
    [['dlq', 'lst', 'a', 'b'], "unknown command 'lst'"],
    [['worker', 'sink'], '"worker" is neither a verb nor a file'],
    [['./a', './b', '--bogus'], "unknown option '--bogus'"],
    [['./a', './b', '--until-caugh-up'], '(Did you mean --until-caught-up?)'],
    [['./a', './b', '--set'], "option '--set <key=value>' argument missing"],
    [['./a', './b', '--shutdown-timeout', 'soon'], 'It takes seconds from 0 to 3600.'],
    [['./a', './b', '--shutdown-timeout', '-1'], 'It takes seconds from 0 to 3600.'],
  ]
  test.each(cases)('%p', async (argv, says) => {
    const { code, stdout, stderr } = await redkite(...argv)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr).toStartWith('redkite: ')
    expect(stderr).toContain(says)
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(3)
  })

  test('a --set that names no key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'redkite-cli-'))
    const [worker, sink] = [join(folder, 'w.properties'), join(folder, 's.properties')]
    writeFileSync(
      worker,
      'bootstrap.servers=127.0.0.1:1\nvalue.converter=org.apache.kafka.connect.json.JsonConverter\nvalue.converter.schemas.enable=false\n',
    )
    writeFileSync(
      sink,
      'name=s\nconnector.class=com.milvus.io.kafka.MilvusSinkConnector\npublic.endpoint=h\ncollection.name=c\ntopics=t\n',
    )
    const { code, stderr } = await redkite(worker, sink, '--set', 'batch.sise=5')
    rmSync(folder, { recursive: true })
    expect(code, stderr).toBe(64)
    expect(stderr).toContain('did you mean `batch.size`?')
  })
})

test('options that do not go together are refused with the reason', async () => {
  const { code, stdout, stderr } = await redkite('bench', '--null', '--milvus', 'localhost')
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
  expect(stderr).toBe('redkite: --null and --milvus exclude each other\nredkite --help shows how\n')
})
