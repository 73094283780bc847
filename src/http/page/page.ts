/** The page at `/`: one file with all it needs in it, put together when somebody first asks. It loads nothing and sends nothing elsewhere. */
import chartScript from 'uplot/dist/uPlot.iife.min.js' with { type: 'text' }
import chartStyle from 'uplot/dist/uPlot.min.css' with { type: 'text' }
import { text } from '../answers.ts'
import pageStyle from './page.css' with { type: 'text' }
import frameAsText from './page.html' with { type: 'text' }
import { pageScript } from './page-script.ts'
import panelStyle from './panels.css' with { type: 'text' }

interface Page {
  readonly html: string
  readonly policy: string
}

/** Without any locale set, Chromium calls its language `en-US@posix`; the chart library hands that to Intl, which throws at it. */
const language =
  "try { new Intl.NumberFormat(navigator.language) } catch { Object.defineProperty(navigator, 'language', { value: 'en-US' }) }"

/** Bun's types know .html files as bundles only, and not as texts. */
const frame = frameAsText as unknown as string

let page: Page | undefined

export function pageAnswer(): Response {
  page ??= compose()
  const answer = text(page.html, 'text/html; charset=utf-8')
  answer.headers.set('Content-Security-Policy', page.policy)
  return answer
}

function compose(): Page {
  const script = `${language}\n${chartScript}\n${pageScript()}`
  const html = frame
    .replace('/* style */', () => `${chartStyle}\n${pageStyle}\n${panelStyle}`)
    .replace('/* script */', () => script)
  const hash = new Bun.CryptoHasher('sha256').update(script).digest('base64')
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  return { html, policy }
}
