import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Metrics } from '../../src/http/metrics.ts'
import { task } from './detail.ts'
import { everyMetric } from './every-metric.ts'
import { type Family, parseExposition } from './exposition.ts'

const root = join(import.meta.dir, '..', '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const everything = async (name?: string): Promise<Map<string, Family>> => parseExposition(await everyMetric(name))

const sampleOf = ({ samples }: Family, labels: Record<string, string>) =>
  samples.find((sample) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value))?.value

test("the counts of all of a sink's tasks are one series", async () => {
  const metrics = await everything()
  const value = (name: string, labels = {}) => sampleOf(metrics.get(name)!, { sink: 'orders', ...labels })
  expect(value('redkite_rows_written_total')).toBe(5)
  expect(value('redkite_intake_seconds_total')).toBe(1.5)
  expect(value('redkite_watermark_age_seconds')).toBe(2)
  expect(value('redkite_held_bytes')).toBe(7)
  expect(value('redkite_tasks')).toBe(2)
  expect(value('redkite_retries_total', { code: 'MILVUS_TIMEOUT' })).toBe(2)
  expect(value('redkite_rejects_total', { code: 'VECTOR_NAN' })).toBe(2)
  expect(value('redkite_stage_seconds_total', { stage: 'decode' })).toBe(5)
  expect(value('redkite_sink_state', { state: 'running' })).toBe(1)
  expect(value('redkite_sink_state', { state: 'paused' })).toBe(0)
})

test('lag has a series for each partition of which it is known', async () => {
  const { samples } = (await everything()).get('redkite_lag_records')!
  expect(samples).toEqual([
    { name: 'redkite_lag_records', labels: { sink: 'orders', topic: 'orders', partition: '0' }, value: 4 },
  ])
})

test('the histogram is cumulated, ends with +Inf, and its count is that of +Inf', async () => {
  const { type, samples } = (await everything()).get('redkite_request_duration_seconds')!
  expect(type).toBe('histogram')
  const buckets = samples.filter(({ name }) => name.endsWith('_bucket'))
  expect(buckets.map(({ value }) => value)).toEqual(buckets.map(({ value }) => value).toSorted((a, b) => a - b))
  const at = (le: string) => buckets.find(({ labels }) => labels.le === le)?.value
  expect([at('0.001'), at('0.0025'), at('0.01'), at('60'), at('+Inf')]).toEqual([0, 2, 6, 6, 8])
  expect(samples.find(({ name }) => name.endsWith('_count'))!.value).toBe(8)
  expect(samples.find(({ name }) => name.endsWith('_sum'))!.value).toBeCloseTo(2 * 70.016)
})

test("names and types follow Prometheus' rules", async () => {
  for (const [name, { type, help, samples }] of await everything()) {
    expect(name).toMatch(/^(redkite|process)_[a-z]+(_[a-z]+)*$/)
    expect(name.endsWith('_total'), name).toBe(type === 'counter')
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|kb|mb|kilobytes|percent)(_|$)/)
    expect(help, name).toMatch(/^[A-Z].*\.$/)
    expect(samples.length, name).toBeGreaterThan(0)
  }
})

test('a name with everything in it that can be escaped comes out as it went in', async () => {
  const name = 'a "b" \\ c\nd'
  expect((await everything(name)).get('redkite_tasks')!.samples[0]!.labels).toEqual({ sink: name })
})

test('before it is open a sink has its state, and nothing that only rises begins anew when it is', async () => {
  const metrics = new Metrics()
  const before = parseExposition(await metrics.text([{ name: 'orders', state: 'opening', tasks: [] }]))
  expect(sampleOf(before.get('redkite_sink_state')!, { state: 'opening' })).toBe(1)
  expect(sampleOf(before.get('redkite_rows_written_total')!, { sink: 'orders' })).toBe(0)
  const counted = { name: 'orders', state: 'running' as const, tasks: [task({ counts: { written: 7 } })] }
  for (let asked = 0; asked < 3; asked++) {
    const after = parseExposition(await metrics.text([counted]))
    expect(sampleOf(after.get('redkite_rows_written_total')!, { sink: 'orders' })).toBe(7)
  }
  expect(parseExposition(await metrics.text([])).get('redkite_rows_written_total')!.samples).toEqual([])
})

/** Their names, without what a histogram adds. */
function namesIn(text: string): string[] {
  const names = [...text.matchAll(/\b(?:redkite|process)_[a-z_]+[a-z]\b/g)].map(([name]) => name)
  return [...new Set(names.map((name) => name.replace(/(duration_seconds)_(bucket|sum|count)$/, '$1')))]
}

test('every metric that the dashboard, the alerts and the documents name exists', async () => {
  const metrics = await everything()
  for (const path of ['packaging/grafana/redkite.json', 'packaging/prometheus/redkite.rules.yml', 'docs/metrics.md']) {
    const named = namesIn(read(path))
    expect(named.length, path).toBeGreaterThan(5)
    expect(
      named.filter((name) => !metrics.has(name)),
      path,
    ).toEqual([])
  }
})

test('the documents name every metric, with its type', async () => {
  const page = read('docs/metrics.md')
  const missing = [...(await everything())].filter(([name, { type }]) => !page.includes(`| \`${name}\` | ${type} |`))
  expect(missing.map(([name]) => name)).toEqual([])
})

test('every expression of the dashboard and the alerts asks for labels that its metrics have', async () => {
  const metrics = await everything()
  const added = new Set(['job', 'instance', 'le'])
  const expressions = [read('packaging/grafana/redkite.json'), read('packaging/prometheus/redkite.rules.yml')].join(
    '\n',
  )
  for (const [, name, selector] of expressions.matchAll(/\b(redkite_[a-z_]+)\{([^}]*)\}/g)) {
    const { samples } = metrics.get(name!.replace(/_(bucket|sum|count)$/, '')) ?? metrics.get(name!)!
    const wanted = [...selector!.matchAll(/(\w+)\s*[=!]~?/g)].map(([, label]) => label!)
    expect(
      wanted.filter((label) => !added.has(label) && !(label in samples[0]!.labels)),
      name,
    ).toEqual([])
  }
  const panels = (JSON.parse(read('packaging/grafana/redkite.json')) as { panels: { id: number }[] }).panels
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
})
