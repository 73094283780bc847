/** The oracle of the bad days finds what it is there for: each thing that could have gone wrong is planted by hand, and named. */
import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { RecordToProduce } from '../servers/kafka-tools.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { deadLettersIn, differences, type Truth, truthOf } from './oracle.ts'
import { fields, type Row } from './workload.ts'

setDefaultTimeout(serverTimeoutMs)

const name = unique('oracle')
const deadLetters = `${name}_dead`
const vector = [0.1, -0.25, 3, 1e-7].map(Math.fround)
const row = (id: number, serial: number): Row => ({ id, serial, title: `title ${serial}`, vector })
const put = (id: number, serial: number): RecordToProduce => ({ key: `${id}`, value: JSON.stringify(row(id, serial)) })

/** Keys 1 and 2,999 live, 2 written twice, 3 deleted; two records that no collection takes. */
const records: RecordToProduce[] = [
  ...[put(1, 1), put(2, 2), put(3, 3), put(2, 4), { key: '3', value: null }, put(2_999, 5)],
  ...[
    { key: '4', value: '{"id":4,' },
    { key: '5', value: JSON.stringify({ ...row(5, 6), vector: [1] }) },
  ],
].map((record) => ({ ...record, partition: 0 }))
const live = [row(1, 1), row(2, 4), row(2_999, 5)]
const letter = (offset: number): RecordToProduce => ({
  value: 'whatever',
  headers: [
    { name: '__connect.errors.partition', value: '0' },
    { name: '__connect.errors.offset', value: `${offset}` },
  ],
})

let truth: Truth

beforeAll(async () => {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  await kafka.tools.createTopic(name)
  await kafka.tools.createTopic(deadLetters)
  await kafka.tools.produce(name, records)
  await py.createCollection(milvus, { name, fields })
  await py.insert(milvus, name, live)
  truth = await truthOf(kafka, name)
}, serverTimeoutMs)

/** What the oracle says when these rows are deleted and those are there instead; afterwards all is as it should be. */
async function afterTampering(without: readonly number[], instead: readonly Row[]): Promise<string[]> {
  const [milvus, py] = await Promise.all([sharedMilvus(), sharedPyMilvus()])
  const exchange = async (ids: readonly number[], rows: readonly Row[]) => {
    await py.run(milvus, "client.delete(params['name'], ids=params['ids']) if params['ids'] else None; result = None", {
      name,
      ids,
    })
    if (rows.length > 0) await py.insert(milvus, name, rows)
  }
  await exchange(without, instead)
  const wrong = await differences(truth, py, milvus, name)
  const touched = [...new Set([...without, ...instead.map(({ id }) => id)])]
  await exchange(touched, [])
  await exchange(
    [],
    live.filter(({ id }) => touched.includes(id)),
  )
  return wrong
}

test('the books of what was produced are right', () => {
  expect(truth.account).toEqual({ produced: 8, live: 3, superseded: 2, deleted: 1, dead: 2 })
  expect([...truth.dead]).toEqual(['0/6', '0/7'])
})

test('it finds nothing where nothing is wrong', async () => {
  expect(await afterTampering([], [])).toEqual([])
})

const cases: [string, number[], Row[], string[]][] = [
  ['a lost row', [2_999], [], ['key 2999 (record 5) is missing']],
  ['an extra row', [], [row(77, 9)], ['key 77 (record 9) should be deleted']],
  ['a row that was not deleted', [], [row(3, 3)], ['key 3 (record 3) should be deleted']],
  ['a stale row', [2], [row(2, 2)], ['key 2 is record 2, not 4']],
  ['a row that is there twice', [], [row(1, 1)], ['4 rows of 3 keys']],
  ['a text of another row', [1], [{ ...row(1, 1), title: 'title 2' }], ['key 1: another title or vector']],
  [
    'a vector that is off by one bit',
    [1],
    [{ ...row(1, 1), vector: [nextUp(vector[0]!), ...vector.slice(1)] }],
    ['key 1: another title or vector'],
  ],
]

test.each(cases)('it finds %s', async (_, without, instead, says) => {
  expect(await afterTampering(without, instead)).toEqual(says.map((text) => expect.stringContaining(text)))
  expect(await afterTampering([], [])).toEqual([])
})

test('it finds a lost dead letter, and one that should not be; one that is there twice is none too many', async () => {
  const kafka = await sharedKafka()
  const dead = [...truth.dead].sort()
  await kafka.tools.produce(deadLetters, [letter(6), letter(6)])
  expect(await deadLettersIn(kafka, deadLetters)).not.toEqual(dead)
  await kafka.tools.produce(deadLetters, [letter(7)])
  expect(await deadLettersIn(kafka, deadLetters)).toEqual(dead)
  await kafka.tools.produce(deadLetters, [letter(1)])
  expect(await deadLettersIn(kafka, deadLetters)).not.toEqual(dead)
})

/** The next float32 away from zero. */
function nextUp(value: number): number {
  const float = new Float32Array([value])
  new Uint32Array(float.buffer)[0]!++
  return float[0]!
}
