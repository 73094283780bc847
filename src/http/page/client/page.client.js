/* The page: asks /status every two seconds, and draws what has changed since. */
import { drawCharts } from './charts.client.js'
import { at, element } from './elements.client.js'
import { historyOf, remember } from './history.client.js'
import { drawSteering, listenForOrders } from './steering.client.js'
import { drawFigures, drawTables } from './tables.client.js'

const everyMs = 2000

/* The last answer. */
let last
let next

/* Which sink somebody chose stands in the address alone, so that Back goes to the one before. */
const hashOf = (name) => `#${encodeURIComponent(name)}`

function show() {
  const { sinks, version } = last
  const sink = sinks.find(({ name }) => hashOf(name) === location.hash) ?? sinks[0]
  const history = historyOf(sink)
  at('version').textContent = `${version}, up since ${new Date(last.startedAt).toLocaleString()}`
  at('trouble').hidden = sink.error === undefined
  at('trouble').textContent = sink.error ?? ''
  drawFigures(history)
  drawCharts(history)
  drawTables(history)
  drawSinks(sinks, sink)
  drawSteering(last, sink)
}

/* Only when something has changed: a button that is drawn anew loses the focus. */
function drawSinks(sinks, sink) {
  const shown = JSON.stringify([sink.name, sinks.map(({ name, state }) => [name, state])])
  if (at('sinks').dataset.shown === shown) return
  at('sinks').dataset.shown = shown
  at('sinks').replaceChildren(
    ...sinks.map(({ name, state, collection }) => {
      const to = collection === '' ? '' : ` → ${collection}`
      const button = element(
        'button',
        { type: 'button', title: `${name}${to}` },
        element('span', { className: `dot ${state}` }),
        `${name}: ${state}`,
      )
      button.setAttribute('aria-pressed', String(name === sink.name))
      button.addEventListener('click', () => {
        location.hash = hashOf(name)
      })
      return button
    }),
  )
}

async function look() {
  clearTimeout(next)
  try {
    const answer = await fetch('status', { signal: AbortSignal.timeout(5000) })
    if (!answer.ok) throw new Error(`${answer.status}`)
    last = await answer.json()
    for (const sink of last.sinks) remember(sink, last)
    at('contact').textContent = `as of ${new Date(last.now).toLocaleTimeString()}`
    at('contact').className = ''
    show()
  } catch (error) {
    at('contact').textContent = 'redkite does not answer'
    at('contact').className = 'lost'
    console.error(error)
  }
  clearTimeout(next)
  next = setTimeout(look, everyMs)
}

/* Browsers hardly run the clock of a tab that nobody sees: who comes back to it sees how it is now. */
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look())
addEventListener('resize', () => last && show())
addEventListener('hashchange', () => last && show())
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => last && show())
listenForOrders(look)
look()
