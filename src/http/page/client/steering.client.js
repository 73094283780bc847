/* Pause, resume and restart: what is possible, and what came of it. */
import { at } from './elements.client.js'

/* The sink that is shown, which the buttons are for. */
let shown
let toRestart

/* The buttons stay the same elements, so that whoever uses the keyboard does not lose the place. */
export function drawSteering({ changes }, sink) {
  shown = sink
  const isOver = sink.state === 'stopped' || sink.state === 'failed'
  const isPaused = sink.state === 'paused'
  const has = {
    pause: !isOver && !isPaused,
    resume: !isOver && (isPaused || sink.partitions.some(({ paused }) => paused)),
    restart: !isOver && sink.state !== 'opening' && sink.state !== 'restarting',
  }
  at('steering').hidden = false
  for (const [id, isPossible] of Object.entries(has)) {
    const button = at(id)
    button.hidden = changes === 'nobody'
    button.setAttribute('aria-disabled', String(!isPossible))
    button.title = `${id} ${sink.name}`
  }
  at('token-label').hidden = changes !== 'token'
  at('read-only').hidden = changes !== 'nobody'
}

const isPossible = (button) => button.getAttribute('aria-disabled') !== 'true'

/* As Connect's REST interface takes it. The token is in its field and nowhere else. */
async function steer(method, what, name, after) {
  const token = at('token').value
  const say = (text, isBad) => {
    at('steered').textContent = text
    at('steered').className = isBad ? 'lost' : ''
  }
  try {
    const answer = await fetch(`connectors/${encodeURIComponent(name)}/${what}`, {
      method,
      // Without: the browser would ask for a user and a password of its own.
      credentials: 'omit',
      headers: token === '' ? {} : { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10000),
    })
    if (answer.ok) say(`${name}: ${what} was accepted`, false)
    else say(answer.status === 401 ? 'The token is missing or wrong.' : (await answer.json()).message, true)
  } catch {
    say('redkite does not answer', true)
  }
  after()
}

/* `after` is called when an order has been answered. */
export function listenForOrders(after) {
  for (const what of ['pause', 'resume']) {
    at(what).addEventListener('click', ({ currentTarget }) => {
      if (shown && isPossible(currentTarget)) void steer('PUT', what, shown.name, after)
    })
  }
  at('restart').addEventListener('click', ({ currentTarget }) => {
    if (!shown || !isPossible(currentTarget)) return
    toRestart = shown.name
    at('sure-what').textContent = `Restart ${toRestart}? What it has read is written first; then it is opened anew.`
    at('sure').showModal()
    at('sure-no').focus()
  })
  at('sure-no').addEventListener('click', () => at('sure').close())
  at('sure-yes').addEventListener('click', () => {
    at('sure').close()
    void steer('POST', 'restart', toRestart, after)
  })
}
