import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder, removeFolder } from './servers/place.ts'

const folder = dataFolder('run')
afterAll(() => removeFolder(folder))

/** Runs test/run.ts over these files, given as name and body of their tests. */
async function run(name: string, files: Record<string, string>) {
  const root = join(folder, name)
  mkdirSync(root)
  for (const [file, body] of Object.entries(files)) {
    writeFileSync(join(root, `${file}.test.ts`), `import { expect, test } from 'bun:test'\n${body}\n`)
  }
  const tests = Bun.spawn([process.execPath, join(import.meta.dir, 'run.ts')], { cwd: root, stdout: 'pipe' })
  const output = await new Response(tests.stdout).text()
  return { exitCode: await tests.exited, output, lines: output.split('\n') }
}

test('two processes run every file, and the end says what became of all', async () => {
  const { exitCode, output, lines } = await run('pass', {
    a: `test('first', () => { console.log('on stdout'); console.error('on stderr') })`,
    b: `test('second', () => {}); test.skip('left out', () => {})`,
    c: `test('third', () => {})`,
  })
  expect(exitCode).toBe(0)
  const begin = lines.indexOf('a.test.ts:')
  expect(lines.slice(begin + 1, begin + 3)).toEqual(['on stdout', 'on stderr'])
  expect(lines[begin + 3]).toStartWith('(pass) first')
  expect(output).toContain('--shard=1/2')
  expect(output).toContain('--shard=2/2')
  expect(lines.slice(-6, -2)).toEqual(['--- both', ' 3 pass', ' 1 skip', ' 0 fail'])
  expect(lines.at(-2)).toStartWith('Ran 4 tests across 3 files.')
})

test('a file that another one overtakes keeps its lines together', async () => {
  const { lines } = await run('order', {
    slow: `test('one', async () => { console.log('begun'); await Bun.sleep(500) }); test('two', () => {})`,
    quick: `test('other', () => {})`,
  })
  const begin = lines.indexOf('slow.test.ts:')
  expect(lines.slice(begin + 1, begin + 4).map((line) => line.replace(/ \[.*/, ''))).toEqual([
    'begun',
    '(pass) one',
    '(pass) two',
  ])
})

test('a failed test is the failure of all, and stands below both', async () => {
  const { exitCode, lines } = await run('fail', {
    a: `test('good', () => {})`,
    b: `test('bad', () => expect(1).toBe(2))`,
  })
  expect(exitCode).toBe(1)
  expect(lines.slice(-5, -2)).toEqual(['--- both', ' 1 pass', ' 1 fail'])
})

test('so is a process that dies on its way', async () => {
  const { exitCode, output } = await run('death', {
    a: `test('good', () => {})`,
    b: `test('deadly', () => process.kill(process.pid, 'SIGKILL'))`,
  })
  expect(exitCode).toBe(1)
  expect(output).toContain('ended with signal SIGKILL before its summary')
})
