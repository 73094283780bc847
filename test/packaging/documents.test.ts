import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exit } from '../../src/errors/exit.ts'

const root = join(import.meta.dir, '..', '..')
const pages = ['*.md', 'docs/*.md']
  .flatMap((pattern) => [...new Bun.Glob(pattern).scanSync(root)])
  .filter((page) => page !== 'THIRD-PARTY.md')

/** As GitHub makes them. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

test('every link within the documents leads somewhere', () => {
  expect(pages.length).toBeGreaterThan(6)
  const broken = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '')
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => {
      if (/^https?:/.test(link!)) return []
      const [path, fragment] = link!.split('#') as [string, string | undefined]
      const target = path === '' ? join(root, page) : join(root, dirname(page), path)
      if (!existsSync(target)) return [`${page}: ${link}`]
      if (fragment === undefined) return []
      const headings = readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)
      return [...headings].some(([, heading]) => anchor(heading!) === fragment) ? [] : [`${page}: ${link}`]
    })
  })
  expect(broken).toEqual([])
})

/** What lies in the repository's folders, files and folders alike. */
const folders = ['src', 'test', 'bench', 'packaging', 'docs']
const places = folders.flatMap((folder) => [
  folder,
  ...[...new Bun.Glob('**').scanSync({ cwd: join(root, folder), onlyFiles: false, dot: true })].map(
    (path) => `${folder}/${path}`,
  ),
])
/** A path may begin anywhere below: `sink/sink.ts`, or `sink.ts` in a row about that folder. */
const exists = (path: string): boolean => places.some((place) => `/${place}`.endsWith(`/${path.replace(/\/$/, '')}`))
const scripts = '[\\w-]+(?:\\.client|\\.test|\\.d)?\\.(?:ts|mjs|cpp|py)'
const fromTheTop = `(?:${folders.join('|')})/[\\w./-]*\\w`
/** A script by its name, wherever it lies, and whatever begins with one of the folders. */
const named = new RegExp(`(?<![\\w@./:…$}-])(?:(?:[\\w-]+/)*${scripts}|${fromTheTop})(?![\\w-])`, 'g')
const missingIn = (text: string): string[] => (text.match(named) ?? []).filter((path) => !exists(path))

test('every file of redkite that the documents name exists', () => {
  expect(places.length).toBeGreaterThan(500)
  expect(missingIn('see src/sink/gone.ts, `test/nowhere` and other.ts, not sink.ts or src/sink')).toEqual([
    'src/sink/gone.ts',
    'test/nowhere',
    'other.ts',
  ])
  const text = (page: string) => readFileSync(join(root, page), 'utf8')
  expect(pages.flatMap((page) => missingIn(text(page)).map((path) => `${page}: ${path}`))).toEqual([])
})

test('every method that ARCHITECTURE.md names exists', () => {
  const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  const sources = places.filter((place) => place.startsWith('src/') && place.endsWith('.ts'))
  const code = sources.map((source) => readFileSync(join(root, source), 'utf8'))
  const methods = [...page.matchAll(/`([A-Z]\w*)\.(#?\w+)`/g)].filter(([, name]) => !(name! in globalThis))
  expect(methods.length).toBeGreaterThan(3)
  const missing = methods.filter(([, name, method]) => {
    const of = code.find((text) => new RegExp(`class ${name}\\b`).test(text)) ?? ''
    return !new RegExp(`^ +(?:async )?${method}\\(`, 'm').test(of)
  })
  expect(missing.map(([text]) => text)).toEqual([])
})

test('every file of redkite that a comment names exists', () => {
  const sources = places.filter((place) => /\.(?:ts|js)$/.test(place))
  const missing = sources.flatMap((source) => {
    const lines = readFileSync(join(root, source), 'utf8').split('\n')
    const comments = lines.filter((line) => /^\s*(?:\/\*|\*|\/\/)/.test(line)).join('\n')
    return missingIn(comments).map((path) => `${source}: ${path}`)
  })
  expect(missing).toEqual([])
})

test('every make target that the documents name exists', () => {
  const makefile = readFileSync(join(root, 'Makefile'), 'utf8')
  const named = pages.flatMap((page) => [...readFileSync(join(root, page), 'utf8').matchAll(/(?:^|`)make ([a-z-]+)/gm)])
  const missing = new Set(named.map(([, target]) => target!).filter((target) => !makefile.includes(`\n${target}:`)))
  expect([...missing]).toEqual([])
})

test("the quick start's record and files in the documents are those that the demo uses", async () => {
  const { quickStartRecord } = await import('../../packaging/demo/articles.ts')
  const { sinkFile, workerFile } = await import('../../packaging/demo/properties.ts')
  const page = readFileSync(join(root, 'docs', 'quick-start.md'), 'utf8')
  expect(page).toContain(quickStartRecord)
  expect(page).toContain(workerFile('localhost:9092'))
  expect(page).toContain(sinkFile('http://localhost:19530'))
})

test('every exit code that the documents name is one', () => {
  const codes = new Set(Object.values<number>(exit))
  const named = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    return Array.from(text.matchAll(/exit codes? (\d+)|^\| (\d+) \| (?!\d)/gim), ([, said, row]) => {
      return { page, code: Number(said ?? row) }
    })
  })
  expect(named.filter(({ page }) => page === 'docs/cron.md').map(({ code }) => code)).toContain(exit.alreadyRunning)
  expect(named.filter(({ code }) => !codes.has(code))).toEqual([])
})
