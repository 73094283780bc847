/** Which lane a record takes, and what becomes of records whose lane cannot be opened. Lanes, here, are names. */
import { describe, expect, test } from 'bun:test'
import type { SinkSettings } from '../../src/config/sink.ts'
import { failure, type RedkiteError } from '../../src/errors/errors.ts'
import { Arena } from '../../src/kafka/arena.ts'
import { createLog } from '../../src/ops/log.ts'
import type { Lane } from '../../src/sink/lane.ts'
import { NoLane } from '../../src/sink/router.ts'
import { type Destination, LaneTable, lanesMax } from '../../src/sink/routing/lane-table.ts'
import { RecordRouter } from '../../src/sink/routing/record-router.ts'
import { type RecordTopics, TopicRouter } from '../../src/sink/routing/topic-router.ts'

const missing = failure('MILVUS_COLLECTION_MISSING', { endpoint: 'here', database: 'default', collection: 'gone' }, '')
const down = failure('MILVUS_UNREACHABLE', { endpoint: 'here', database: 'default', collection: '' }, '')
const nowhere = { name: 'nowhere' } as unknown as Lane
const assignments = () => [{ index: 0, topic: 'orders', partition: 0, owned: true }]

function table(open: (destination: Destination) => Promise<void> = async () => {}) {
  const clock = { nowMs: 0 }
  const lanes = new LaneTable({
    open: async (destination) => {
      await open(destination)
      return { name: `${destination.collection}/${destination.partition}` } as unknown as Lane
    },
    log: createLog({ write: () => {}, now: () => new Date(0) }),
    sleep: async () => {},
    now: () => clock.nowMs,
  })
  return { lanes, clock }
}

/** One record with this header and value. */
function record(header: string | undefined, value = '{}'): Arena {
  const arena = new Arena(4096, 4)
  const bytes = Buffer.from(value)
  arena.bytes.set(bytes)
  arena.valueEnd[0] = bytes.length
  arena.rows = 1
  arena.headers[0] = header === undefined ? [] : [{ name: 'to', value: Buffer.from(header) }]
  return arena
}

function byRecord(lanes: LaneTable, routing: Partial<SinkSettings['routing']>, topics?: RecordTopics) {
  const none = { byTopic: new Map(), format: undefined, header: undefined, field: undefined, partitionField: undefined }
  const valueConverter = { kind: 'json', schemasEnable: false, replaceNullWithDefault: true } as const
  const settings = { collection: '', routing: { ...none, ...routing }, valueConverter } as unknown as SinkSettings
  return new RecordRouter(settings, lanes, assignments, nowhere, true, topics)
}

describe('by record', () => {
  test('a lane is opened with its first record, which waits, and once for all that name it', async () => {
    const opened: string[] = []
    const { lanes } = table(async ({ collection }) => void opened.push(collection))
    const router = byRecord(lanes, { header: 'to' })
    expect(router.anyLane).toBe(nowhere)
    expect(router.route(record('a'), 0)).toBe(NoLane.Waits)
    await Promise.all([router.waiting(), router.waiting()])
    expect(router.route(record('a'), 0)).toMatchObject({ name: 'a/' })
    expect(opened).toEqual(['a'])
  })

  test('fields name collection and partition; what names none goes by its topic', async () => {
    const { lanes } = table()
    const router = byRecord(lanes, { field: 'c', partitionField: 'p', byTopic: new Map([['orders', 'shop']]) })
    const lane = async (value: string) => {
      if (router.route(record(undefined, value), 0) === NoLane.Waits) await router.waiting()
      return router.route(record(undefined, value), 0)
    }
    expect(await lane('{"c":"a","p":"red"}')).toMatchObject({ name: 'a/red' })
    expect(await lane('{"p":"red"}')).toMatchObject({ name: 'shop/red' })
    expect(await lane('{"c":null}')).toMatchObject({ name: 'shop/' })
    expect(await lane('no JSON')).toMatchObject({ name: 'shop/' })
  })

  test('a record that names nothing, and whose topic has no collection, is ROUTE_MISSING', () => {
    const router = byRecord(table().lanes, { header: 'to' })
    expect(router.route(record(undefined), 0)).toBe(NoLane.Rejected)
    expect(router.rejection?.code).toBe('ROUTE_MISSING')
  })

  test('a record that names what is not there is ROUTE_REFUSED; it is asked for again after a while', async () => {
    let isThere = false
    const { lanes, clock } = table(async () => {
      if (!isThere) throw missing
    })
    const router = byRecord(lanes, { header: 'to' })
    expect(router.route(record('gone'), 0)).toBe(NoLane.Waits)
    await router.waiting()
    expect(router.route(record('gone'), 0)).toBe(NoLane.Rejected)
    expect(router.rejection?.code).toBe('ROUTE_REFUSED')
    isThere = true
    clock.nowMs = 60_000
    expect(router.route(record('gone'), 0)).toBe(NoLane.Waits)
    await router.waiting()
    expect(router.route(record('gone'), 0)).toMatchObject({ name: 'gone/' })
  })

  test(`more than ${lanesMax} of them are ROUTES_TOO_MANY`, async () => {
    const { lanes } = table()
    for (let i = 0; i < lanesMax; i++) await lanes.open({ collection: `c${i}`, partition: '' })
    await lanes.open({ collection: 'more', partition: '' })
    expect(lanes.refusal({ collection: 'more', partition: '' })?.code).toBe('ROUTES_TOO_MANY')
    expect(lanes.get({ collection: 'c0', partition: '' })).toBeDefined()
  })
})

describe('by topic', () => {
  const settings = (format?: string) => {
    const routing = { byTopic: new Map(), format, header: undefined, field: undefined, partitionField: undefined }
    return { collection: 'all', routing }
  }

  test('a lane that cannot be opened by now is waited for; one that is not there ends the sink', async () => {
    let left = 3
    const { lanes } = table(async () => {
      if (left-- > 0) throw down
    })
    const router = new TopicRouter(settings('c_$'.concat('{topic}')), lanes, assignments, nowhere, false)
    expect(router.route(record(undefined), 0)).toBe(NoLane.Waits)
    await router.waiting()
    expect(router.route(record(undefined), 0)).toMatchObject({ name: 'c_orders/' })

    const gone = table(() => Promise.reject(missing)).lanes
    const other = new TopicRouter(settings(), gone, assignments, nowhere, false)
    expect(other.route(record(undefined), 0)).toBe(NoLane.Waits)
    const thrown = await other.waiting().then(
      () => undefined,
      (error: RedkiteError) => error.code,
    )
    expect(thrown).toBe('MILVUS_COLLECTION_MISSING')
  })

  test('a record whose topic is not known yet waits for that, and one that goes nowhere needs none', async () => {
    const { lanes } = table()
    await lanes.open({ collection: 'c_eu', partition: '' })
    let topic: string | null | undefined
    const topics = {
      of: () => topic,
      waiting: async () => {
        topic = 'eu'
      },
    }
    const byTopic = new TopicRouter(settings('c_$'.concat('{topic}')), lanes, assignments, nowhere, false, topics, true)
    expect(byTopic.route(record(undefined), 0)).toBe(NoLane.Waits)
    await byTopic.waiting()
    expect(byTopic.route(record(undefined), 0)).toMatchObject({ name: 'c_eu/' })
    topic = null
    expect(byTopic.route(record(undefined), 0)).toBe(nowhere)

    topic = undefined
    const byHeader = byRecord(lanes, { header: 'to', byTopic: new Map([['eu', 'c_eu']]) }, topics)
    expect(byHeader.route(record(undefined), 0)).toBe(NoLane.Waits)
    await byHeader.waiting()
    expect(byHeader.route(record(undefined), 0)).toMatchObject({ name: 'c_eu/' })
    topic = null
    expect(byHeader.route(record(undefined), 0)).toBe(nowhere)
  })
})
