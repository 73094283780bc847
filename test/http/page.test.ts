import { expect, test } from 'bun:test'
import { pageScript } from '../../src/http/page/page-script.ts'
import { serve, sinkInfo } from './served.ts'

async function page() {
  await using served = serve([sinkInfo('orders')])
  const answer = await served.ask('/', { headers: { Accept: 'text/html,*/*;q=0.8' } })
  return { answer, html: await answer.text(), policy: answer.headers.get('content-security-policy')! }
}

test('a browser gets the page, everybody else the versions as Connect gives them', async () => {
  const { answer } = await page()
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  await using served = serve([sinkInfo('orders')])
  const versions = await (await served.ask('/', { headers: { Accept: 'application/json' } })).json()
  expect(Object.keys(versions as object)).toEqual(['version', 'commit', 'kafka_cluster_id'])
})

test('the page loads nothing from anywhere: all it needs is in it', async () => {
  const { html, policy } = await page()
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("connect-src 'self'")
  const loaded = [...html.matchAll(/<(?:script|link|img|iframe)\b[^>]*?(?:src|href)="([^"]*)"/g)].map(([, url]) => url!)
  expect(loaded.filter((url) => !url.startsWith('data:'))).toEqual([])
  expect(html.replaceAll("xmlns='http://www.w3.org/2000/svg'", '')).not.toMatch(
    /url\(|@import|https?:\/\/(?!github\.com)/,
  )
})

test('its script is the one that the policy allows, and can be parsed', async () => {
  const { html, policy } = await page()
  const script = /<script>([\s\S]*)<\/script>/.exec(html)![1]!
  const hash = new Bun.CryptoHasher('sha256').update(script).digest('base64')
  expect(policy).toContain(`script-src 'sha256-${hash}'`)
  expect(() => new Bun.Transpiler({ loader: 'js' }).scan(script)).not.toThrow()
  // Names of topics come from outside: they are only put in as text.
  const own = pageScript()
  expect(own).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/)
})

test('every element that the script looks for is there', async () => {
  const { html } = await page()
  const own = pageScript()
  expect(own).not.toMatch(/\b(?:import|export)\b/)
  expect(own).not.toMatch(/localStorage|sessionStorage|document\.cookie/)
  const wanted = [...own.matchAll(/\b(?:at|draw|table)\(\s*'([\w-]+)'/g)].map(([, id]) => id!)
  expect(wanted.length).toBeGreaterThan(8)
  expect(wanted.filter((id) => !html.includes(`id="${id}"`))).toEqual([])
})
