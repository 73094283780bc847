/** Random records through random chains: Kafka Connect's classes and ours come to the same. The same ones again with REDKITE_FUZZ_SEED. */
import { expect, test } from 'bun:test'
import { Random } from '../decode/json/documents.ts'
import { byConnect, byRedkite, type Case, type Step } from './connect.ts'

const count = Number(process.env.REDKITE_FUZZ_CHAINS ?? 3_000)
const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)

const names = ['id', 'title', 'price', 'at', 'when', 'a.b', 'a', 'ü"\\']
const texts = [
  '',
  'x',
  '12',
  '-129',
  '3e2',
  ' 7 ',
  '1.5f',
  'TRUE',
  '2024-02-29 23:59:58',
  '1999-1-5 7:8:9',
  'ключ 😀',
  '2147483648',
]
const numbers = [
  '0',
  '-1',
  '127',
  '128',
  '32768',
  '2147483648',
  '9223372036854775807',
  '-9223372036854775808',
  '1709212455123',
  '-86400001',
  '0.5',
  '-0.0',
  '1e10',
  '1.25e-7',
  '123456.75',
  '12345678.9',
  '3.4e39',
  '1e300',
  '0.001',
  '0.00099',
  '100.0',
]
const formats = [
  'yyyy-MM-dd HH:mm:ss',
  "yy/M/d 'at' h:mm a",
  'yyyyMMddHHmmssSSS',
  'EEEE d MMMM yyyy',
  'EEE, dd MMM yyyy HH:mm:ss Z',
  'D yyyy kk K u',
  'yyyy-MM-dd HH:mm:ss.SSSSSS',
  "''yyyy''",
  'G YYYY XXX',
  'S s m H d M y',
]
const types = ['int8', 'int16', 'int32', 'int64', 'float64', 'boolean', 'string']

class Cases {
  constructor(readonly random: Random) {}

  case(): Case {
    const { random } = this
    const steps = Array.from({ length: 1 + random.below(3) }, () => this.step())
    return {
      steps,
      record: {
        topic: random.pick(['orders', 'shop.orders-1', 'a_b', '2024']),
        partition: random.below(9),
        offset: random.below(100_000),
        timestampMs: random.once(9) ? null : 1_600_000_000_000 + random.below(2 ** 31),
        key: random.once(5) ? null : random.once(3) ? this.scalar() : this.object(1),
        value: random.once(9) ? null : random.once(9) ? this.json(1) : this.object(2),
        headers: random.once(2) ? {} : { trace: 'x', [random.pick(names)]: 'y' },
      },
    }
  }

  private step(): Step {
    const { random } = this
    const [type, settings] = this.transform()
    if (!random.once(5)) return { type, settings }
    const predicate = random.pick([
      { type: 'HasHeaderKey', name: 'trace' },
      { type: 'RecordIsTombstone' },
      { type: 'TopicNameMatches', pattern: random.pick(['.*orders.*', '[a-z_]+', '\\d{4}', 'a|orders']) },
    ])
    return { type, settings, predicate, negate: random.once(2) }
  }

  private transform(): [string, Step['settings']] {
    const { random } = this
    const side = random.once(4) ? '$Key' : '$Value'
    const name = () => random.pick(names.slice(0, 7))
    const some = () => [...new Set([name(), name()])].join(',')
    switch (random.below(14)) {
      case 0:
        return [
          `ReplaceField${side}`,
          {
            exclude: name(),
            ...(random.once(3) ? { include: some() } : {}),
            renames: `${name()}:new${random.below(1000)}`,
          },
        ]
      case 1:
        return [
          `InsertField${side}`,
          { 'topic.field': name(), 'offset.field': name(), 'timestamp.field': 'ts', 'partition.field': 'p' },
        ]
      case 2:
        return [
          `ExtractField${side}`,
          { field: random.pick(['a', 'a.b', 'a.`a.b`', 'id']), 'field.syntax.version': random.pick(['V1', 'V2']) },
        ]
      case 3:
        return [`HoistField${side}`, { field: name() }]
      case 4:
        return [`Flatten${side}`, random.once(2) ? {} : { delimiter: '_' }]
      case 5:
      case 6:
        // An int32 is no time to Connect's TimestampConverter. Here it is: JSON has numbers, and no widths.
        if (random.once(6))
          return [`Cast${side}`, { spec: random.pick(['at:int64', 'when:string', 'int64', 'string']) }]
        return [`Cast${side}`, { spec: `${random.pick(names.slice(0, 3))}:${random.pick(types)}` }]
      case 7:
        return [
          `MaskField${side}`,
          { fields: some(), ...(random.once(2) ? { replacement: random.pick(['7', '1.5', 'none', '-0.25']) } : {}) },
        ]
      case 8:
        return ['ValueToKey', { fields: some() }]
      case 9:
        return [
          `TimestampConverter${side}`,
          {
            field: random.pick(['at', 'when']),
            'target.type': random.pick(['string', 'unix']),
            format: random.pick(formats),
            'unix.precision': random.pick(['seconds', 'milliseconds', 'microseconds', 'nanoseconds']),
          },
        ]
      case 10:
        return [
          'RegexRouter',
          {
            regex: random.pick(['(.*)orders(.*)', '([a-z]+)_?(\\w*)', '(\\d\\d)(\\d+)', '(a).b']),
            replacement: random.pick(['$1', 'x-$1', '\\$x', '$0$0']),
          },
        ]
      case 11:
        return ['TimestampRouter', { 'timestamp.format': random.pick(formats.slice(0, 3)) }]
      case 12:
        return [`HeaderFrom${side}`, { fields: name(), headers: 'h', operation: random.pick(['move', 'copy']) }]
      default:
        return random.once(2)
          ? ['DropHeaders', { headers: 'trace' }]
          : ['InsertHeader', { header: 'h', 'value.literal': 'text of mine' }]
    }
  }

  private scalar(): string {
    const { random } = this
    if (random.once(2)) return random.pick(numbers)
    return random.once(3) ? random.pick(['true', 'false', 'null']) : JSON.stringify(random.pick(texts))
  }

  private json(depth: number): string {
    const { random } = this
    if (depth === 0 || random.once(2)) return this.scalar()
    return random.once(3) ? `[${this.scalar()}, ${this.json(depth - 1)}]` : this.object(depth - 1)
  }

  private object(depth: number): string {
    const { random } = this
    const own = random.shuffled(names).slice(0, random.below(names.length))
    if (random.once(6)) own.push(random.pick(names))
    return `{${own.map((name) => ` ${JSON.stringify(name)} :${this.json(depth)}`).join(',')}}`
  }
}

test(`${count} chains of seed ${seed} come to what Kafka Connect's come to`, () => {
  const maker = new Cases(new Random(seed))
  const cases = Array.from({ length: count }, () => maker.case())
  const wanted = byConnect(cases)
  const outcomes = { refused: 0, dropped: 0, changed: 0 }
  const differing = cases.flatMap((each, index) => {
    const got = byRedkite(each)
    outcomes[typeof got === 'string' ? got : 'changed']++
    // Dates of the year 292,278,994 can be written in Java alone.
    if (got === 'refused' && /\d{19}/.test(each.record.value + String(each.record.key))) return []
    return Bun.deepEquals(got, wanted[index]) ? [] : [{ case: each, got, wanted: wanted[index] }]
  })
  expect({ seed, differing: differing.slice(0, 3), count: differing.length }).toEqual({ seed, differing: [], count: 0 })
  expect(outcomes.changed).toBeGreaterThan(count / 4)
}, 600_000)
