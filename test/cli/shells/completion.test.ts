/** What Tab gives, asked of the shells themselves where they are on the machine. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../../src/cli/program.ts'
import { Person } from '../person.ts'

const folder = mkdtempSync(join(tmpdir(), 'redkite-completion-'))
afterAll(() => rmSync(folder, { recursive: true }))

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const person = new Person()
    expect(await main(['completion', shell], person)).toBe(0)
    writeFileSync(join(folder, shell), person.stdout)
  }
  writeFileSync(join(folder, 'worker.properties'), '')
})

function run(...command: string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { cwd: folder, env: { PATH: process.env.PATH } })
  expect({ exitCode, stderr: String(stderr) }).toEqual({ exitCode: 0, stderr: '' })
  return String(stdout)
}

/** The word that Tab is pressed on is the last. */
function bash(...words: string[]): string[] {
  const script = `source ./bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _redkite; printf '%s\\n' "\${COMPREPLY[@]}"`
  return run('bash', '--norc', '-c', script, 'bash', 'redkite', ...words)
    .trimEnd()
    .split('\n')
}

function fish(line: string): string[] {
  const lines = run('fish', '--no-config', '-c', `source ./fish; complete -C ${JSON.stringify(line)}`)
  return lines
    .trimEnd()
    .split('\n')
    .map((each) => each.split('\t')[0]!)
}

test('bash completes verbs, files, options of the verb, what they take, and settings', () => {
  expect(bash('ver')).toEqual(['verify'])
  expect(bash('work')).toEqual(['worker.properties'])
  expect(bash('dlq', 'rep')).toEqual(['replay'])
  expect(bash('verify', '--sa')).toEqual(['--sample'])
  expect(bash('worker.properties', 's.properties', '--until')).toEqual(['--until-caught-up'])
  expect(bash('worker.properties', '--log-level', '')).toEqual(['info', 'warn', 'error'])
  expect(bash('check', '--set', 'batch.')).toEqual(['batch.size=', 'batch.bytes='].sort())
  expect(bash('verify', '--sample', '')).toEqual([''])
  expect(bash('completion', 'f')).toEqual(['fish'])
})

describe.if(Bun.which('fish') !== null)('fish', () => {
  test('completes the same', () => {
    expect(fish('redkite ver')).toContain('verify')
    expect(fish('redkite dlq rep')).toEqual(['replay'])
    expect(fish('redkite verify --sa')).toEqual(['--sample'])
    expect(fish('redkite worker.properties s.properties --until')).toEqual(['--until-caught-up'])
    expect(fish('redkite worker.properties --log-level ')).toEqual(['error', 'info', 'warn'])
    expect(fish('redkite check --set batch.')).toEqual(['batch.bytes=', 'batch.size='])
  })
})

describe.if(Bun.which('zsh') !== null)('zsh', () => {
  test('takes the file, and knows a function for each verb', () => {
    const script =
      'autoload -U compinit; compinit -u -D; source ./zsh; print -l ${(ok)functions[(I)_redkite*]}; print $_comps[redkite]'
    const said = run('zsh', '-f', '-c', script).trimEnd().split('\n')
    expect(said).toContain('_redkite_verb_verify')
    expect(said.at(-1)).toBe('_redkite')
  })
})

test('every verb and option of the command line is in each', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const text = await Bun.file(join(folder, shell)).text()
    for (const word of ['replay', 'until-caught-up', 'lock-file', 'token-env', 'bootstrap.servers'])
      expect(text).toContain(word)
  }
})
