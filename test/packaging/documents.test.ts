import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

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
