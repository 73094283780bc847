/** The page of `--http` in a browser, while a sink runs: what a person sees of it, and what they steer. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noChromium, stopChromium, Tab } from '../servers/chromium.ts'
import { freePort } from '../servers/ports.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvusLite, sharedPyMilvus, unique } from '../servers/shared.ts'
import { NumberedProducer, numberedFields } from './numbered.ts'
import { sinkFile, workerFile } from './redkite.ts'
import { type Service, startService } from './service.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

if (noChromium !== undefined) console.warn(noChromium)

describe.if(noChromium === undefined)('the page in a browser', () => {
  const [name, other] = [unique('shown'), unique('added')]
  const token = 'planted-token-77ab'
  const folder = mkdtempSync(join(tmpdir(), 'redkite-page-'))
  let redkite: Service
  let producer: NumberedProducer
  let tab: Tab
  let added: Parameters<Service['write']>[1]

  beforeAll(async () => {
    const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvusLite(), sharedPyMilvus()])
    for (const each of [name, other]) {
      await kafka.tools.createTopic(each, 2)
      await py.createCollection(milvus, { name: each, fields: numberedFields })
    }
    producer = new NumberedProducer(kafka.bootstrap, name, 2)
    await producer.send(500)
    await kafka.tools.produce(name, [{ value: '{"id":1,"title":"short","vector":[1,2,3]}' }])
    const tokenFile = join(folder, 'token')
    writeFileSync(tokenFile, `${token}\n`)
    const address = `127.0.0.1:${await freePort()}`
    const more = { 'errors.tolerance': 'all', 'linger.ms': 20 }
    added = sinkFile(other, milvus.endpoint, other, other, more)
    redkite = startService({
      worker: workerFile(kafka.bootstrap),
      sinks: { 'one.properties': sinkFile(name, milvus.endpoint, name, name, more) },
      args: ['--http', address, '--http-token-file', tokenFile],
    })
    await until(
      'it listens',
      async () => (await fetch(`http://${address}/healthz`).catch(() => undefined))?.ok === true,
    )
    tab = await Tab.open(`http://${address}/`)
  })

  afterAll(async () => {
    tab[Symbol.dispose]()
    stopChromium()
    await producer.close()
    redkite.signal('SIGTERM')
    await redkite.ended
    rmSync(folder, { recursive: true })
  })

  /** The figure above a word. */
  const figure = (word: string) =>
    tab.ask<string | undefined>(
      `[...document.querySelectorAll('#figures div')].find((each) => each.lastChild.innerText === '${word}')?.firstChild.innerText`,
    )

  /** What the legend under a chart says of each line. */
  const legend = (chart: string) =>
    tab.ask<Record<string, string>>(
      `Object.fromEntries([...document.querySelectorAll('#${chart} .u-series')].slice(1).map((each) =>
        [each.querySelector('.u-label').innerText, each.querySelector('.u-value').innerText]))`,
    )

  /** How many of the colours of lines are in a chart; a line that lies on another hides it. */
  const lineColours = (chart: string) =>
    tab.ask<number>(`(() => {
      const wanted = ['--a', '--b'].map((name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim())
      const canvas = document.querySelector('#${chart} canvas')
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      const seen = new Set()
      for (let i = 0; i < data.length; i += 4) {
        const hex = '#' + [0, 1, 2].map((at) => data[i + at].toString(16).padStart(2, '0')).join('')
        if (data[i + 3] === 255 && wanted.includes(hex)) seen.add(hex)
      }
      return seen.size
    })()`)

  /** Waits for what the page shows, as one who looks away and back again, at which it asks at once. */
  const untilSeen = (what: string, holds: () => Promise<boolean>) =>
    until(what, async () => {
      if (await holds()) return true
      await tab.ask("document.dispatchEvent(new Event('visibilitychange'))")
      await Bun.sleep(100)
      return false
    })

  const isIn = async (selector: string, text: string) => (await tab.text(selector)).includes(text)

  test('figures, charts and tables follow what the sink does', async () => {
    await untilSeen('the sink runs', () => isIn('#sinks', `${name}: running`))
    await untilSeen('what is written is shown', async () => (await figure('rows written')) === '500')
    await untilSeen('there is something to draw a line with', async () => (await figure('rows/s')) === '0')
    await producer.send(300)
    await untilSeen('it goes on', async () => (await figure('rows written')) === '800')
    expect(await figure('skipped')).toBe('1')
    await untilSeen('the rate is back at zero', async () => (await legend('throughput')).rows === '0')
    expect(await lineColours('throughput')).toBeGreaterThan(0)
    expect(await legend('lag')).toEqual({ 'partition 0': '0', 'partition 1': '0' })
    expect(await legend('errors')).toEqual({ retries: '0', rejects: '0' })
    expect(await tab.text('#partitions')).toMatch(new RegExp(`${name}\\s+0\\s+\\d+\\s+\\d+\\s+0\\s+${name}\\s+1\\s`))
    expect(await tab.text('#rejects')).toMatch(new RegExp(`VECTOR_DIM_MISMATCH\\s+1\\s+${name}-\\d @ \\d+,`))
    expect(await tab.text('#retries')).toContain('None.')
  })

  test('who steers without the token is told so, with it the sink obeys', async () => {
    await tab.click('#pause')
    await untilSeen('it is refused', () => isIn('#steered', 'The token is missing or wrong.'))
    await tab.click('#token')
    await tab.type(token)
    await tab.click('#pause')
    await untilSeen('it is paused', () => isIn('#sinks', `${name}: paused`))
    expect(await tab.text('#steered')).toBe(`${name}: pause was accepted`)
    await producer.send(40)
    await untilSeen('the lag grows', async () => (await figure('lag')) === '40')
    expect(await legend('lag')).toEqual({ 'partition 0': '20', 'partition 1': '20' })
    await tab.click('#resume')
    await untilSeen(
      'it has caught up',
      async () => (await figure('rows written')) === '840' && (await figure('lag')) === '0',
    )
    await untilSeen('Milvus has taken a time', async () => Number.parseFloat((await figure('Milvus, 99 %'))!) > 0)
    expect((await legend('latency')).median).toMatch(/^[\d.]+ ms$/)
  })

  test('a restart is asked about first', async () => {
    await tab.click('#restart')
    expect(await tab.text('#sure')).toContain(`Restart ${name}?`)
    await tab.click('#sure-no')
    await tab.click('#restart')
    await tab.click('#sure-yes')
    await untilSeen('it is done', () => isIn('#steered', `${name}: restart was accepted`))
    await untilSeen('it runs again', () => isIn('#sinks', `${name}: running`))
    await producer.send(10)
    await untilSeen('it goes on where it was', async () => (await figure('rows written')) === '850')
  })

  test('a sink that a reload brings is there without loading the page anew, and can be looked at', async () => {
    redkite.write('two.properties', added)
    redkite.signal('SIGHUP')
    await untilSeen('it is there', () => isIn('#sinks', `${other}: running`))
    await tab.click('#sinks button:last-child')
    await untilSeen('its partitions are shown', () => isIn('#partitions', other))
    expect(await figure('rows written')).toBe('0')
    await tab.ask('history.back()')
    await untilSeen('the first is shown again', () => isIn('#partitions', name))
    await tab.ask('history.forward()')
    await untilSeen('and the other', () => isIn('#partitions', other))
  })

  test('it asks nobody else, keeps the token to itself, and has nothing to complain of', async () => {
    expect([...tab.asked]).toEqual([await tab.ask<string>('location.origin')])
    expect(await tab.ask<string>('document.documentElement.outerHTML + location.href')).not.toContain(token)
    // What Chromium itself says of the request that was refused.
    expect(tab.complaints.filter((each) => !each.includes('status of 401'))).toEqual([])
  })

  test('when redkite has ended it says so, and keeps what it showed', async () => {
    redkite.signal('SIGTERM')
    await redkite.ended
    await until('it has noticed', () => isIn('#contact', 'redkite does not answer'))
    expect(await tab.text('#partitions')).toContain(other)
  })
})
