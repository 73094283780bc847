/** How the page looks in a browser, with sinks that are as a real one seldom is: dark, narrow, failed, empty, not to be steered. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { noTallies } from '../../src/sink/tallies.ts'
import { until } from '../e2e/until.ts'
import { type Look, noChromium, stopChromium, Tab } from '../servers/chromium.ts'
import { serverTimeoutMs } from '../servers/shared.ts'
import { FakeSink, task } from './detail.ts'
import { type Served, serve, sinkInfo } from './served.ts'

setDefaultTimeout(serverTimeoutMs)

if (noChromium !== undefined) console.warn(noChromium)

const topic = 'orders.with-a-long-name.of-a-topic.as-companies-have-them'
const name = 'orders-to-the-collection-of-everything-that-was-ever-ordered'

/** Partitions of two topics, so that their names are in all legends, and a reject of each. */
function busySink(): FakeSink {
  const partitions = Array.from({ length: 12 }, (_, partition) => ({
    ...{ topic: partition < 6 ? topic : `${topic}.too`, partition, position: 12_345_678, end: 12_346_678 },
    ...{ lag: 1_000 * partition, isAtEnd: false, isPaused: partition === 3 },
  }))
  const rejects = { VECTOR_DIM_MISMATCH: 1_234, JSON_MALFORMED: 5 }
  const recentRejects = [{ atMs: 0, code: 'VECTOR_DIM_MISMATCH', topic, partition: 1, offset: 123_456_789 }]
  const tallies = { ...noTallies(), rejects, recentRejects, retries: { MILVUS_RATE_LIMITED: 17 } }
  return new FakeSink(name, [
    task({ partitions, tallies, counts: { records: 1e9, written: 1e9, deadLettered: 1_239 } }),
  ])
}

async function shown(served: Served, look: Look): Promise<Tab> {
  const { origin } = new URL((await served.ask('/status')).url)
  const tab = await Tab.open(`${origin}/`, look)
  await until('it has been drawn', async () => (await tab.text('#contact')).startsWith('as of'))
  return tab
}

describe.if(noChromium === undefined)('the look of the page', () => {
  afterAll(stopChromium)

  test.each([
    [360, 740],
    [320, 560],
  ])('a phone of %d pixels shows all of it without scrolling sideways', async (width, height) => {
    await using served = serve([sinkInfo(name), sinkInfo('more')])
    served.board.place(name)!.opened(busySink())
    using tab = await shown(served, { width, height, isPhone: true })
    expect(await tab.ask<number>('document.documentElement.scrollWidth')).toBe(width)
    // No box is wider than what holds it, and no name is squeezed into a column of letters.
    const beyond = `[...document.querySelectorAll('main *')].filter((each) => each.getBoundingClientRect().right > ${width}).length`
    expect(await tab.ask<number>(beyond)).toBe(0)
    const scrolling =
      "[...document.querySelectorAll('.scroll')].filter((each) => each.scrollWidth > each.clientWidth).length"
    expect(await tab.ask<number>(scrolling)).toBe(0)
    const narrowest = (selector: string) =>
      tab.ask<number>(
        `Math.min(...[...document.querySelectorAll('${selector}')].map((each) => each.getBoundingClientRect().width))`,
      )
    expect(await narrowest('#partitions td:first-child')).toBeGreaterThan(200)
    expect(await narrowest('#rejects td:first-child')).toBeGreaterThan(150)
    expect(
      await tab.ask<number>("document.querySelector('#lag .u-series:last-child').getBoundingClientRect().height"),
    ).toBeLessThan(80)
    expect(tab.complaints).toEqual([])
  })

  test('it is light or dark as the browser is, and changes with it', async () => {
    await using served = serve([sinkInfo(name)])
    served.board.place(name)!.opened(busySink())
    using tab = await shown(served, { scheme: 'dark' })
    const brightness = (what: string, property: string) =>
      tab.ask<number>(
        `getComputedStyle(document.querySelector('${what}')).${property}.match(/\\d+/g).slice(0, 3).reduce((sum, each) => sum + Number(each), 0) / 3`,
      )
    /** Of the figures beside a chart, which are drawn and not written. */
    const drawn = () =>
      tab.ask<number>(`(() => {
        const canvas = document.querySelector('#throughput canvas')
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
        let most = 0
        for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) most = Math.max(most, data[i])
        return most
      })()`)
    expect(await brightness('body', 'backgroundColor')).toBeLessThan(40)
    expect(await brightness('section', 'backgroundColor')).toBeLessThan(50)
    for (const what of ['h2', 'td', '#pause', '#figures b'])
      expect(await brightness(what, 'color'), what).toBeGreaterThan(130)
    const inDark = await drawn()
    await tab.look({ scheme: 'light' })
    await until('it is light', async () => (await brightness('body', 'backgroundColor')) > 230)
    for (const what of ['h2', 'td', '#pause']) expect(await brightness(what, 'color'), what).toBeLessThan(60)
    await until('the charts are drawn anew', async () => (await drawn()) !== inDark)
  })

  test('why a sink failed stands above everything else, and nothing can be done to it', async () => {
    await using served = serve([sinkInfo(name)])
    served.board.place(name)!.opened(busySink())
    served.board.place(name)!.ended(new Error('Milvus at <b>https://in01.example</b> refused the token'))
    using tab = await shown(served, {})
    expect(await tab.text('#trouble')).toBe('Milvus at <b>https://in01.example</b> refused the token')
    expect(await tab.text('#sinks')).toBe(`${name}: failed`)
    expect(
      await tab.ask<string[]>(
        "['pause', 'resume', 'restart'].filter((id) => document.getElementById(id).ariaDisabled !== 'true')",
      ),
    ).toEqual([])
  })

  test('before anything is known it says so, without figures that are none', async () => {
    await using served = serve([sinkInfo(name)])
    using tab = await shown(served, {})
    expect(await tab.text('#sinks')).toBe(`${name}: opening`)
    expect(await tab.text('#figures')).not.toMatch(/NaN|undefined|null/)
    expect(await tab.text('main')).toContain('None is assigned to this process.')
    expect(tab.complaints).toEqual([])
  })

  test('where nobody may change anything there are no buttons, but what to do for having them', async () => {
    await using served = serve([sinkInfo(name)], { address: '0.0.0.0:0' })
    using tab = await shown(served, {})
    expect(await tab.text('#steering')).toBe('To pause and restart from here, start redkite with --http-token-file.')
  })
})
